import { type Colour, encodePng } from './png.js'

interface Scene {
  readonly width: number
  readonly height: number
  readonly sky: Colour
  readonly ground: Colour
  /** Where the toy stands and how large it is, as parts of the picture. */
  readonly x: number
  readonly y: number
  readonly size: number
}

/** One toy robot in six places, so that no two photos are alike and all show the same subject. */
const scenes: readonly Scene[] = [
  { width: 512, height: 512, sky: [196, 222, 240], ground: [108, 148, 92], x: 0.5, y: 0.52, size: 0.3 },
  { width: 640, height: 512, sky: [250, 214, 165], ground: [150, 92, 66], x: 0.3, y: 0.55, size: 0.26 },
  { width: 512, height: 640, sky: [44, 52, 88], ground: [90, 90, 110], x: 0.62, y: 0.45, size: 0.34 },
  { width: 576, height: 576, sky: [240, 240, 232], ground: [204, 196, 180], x: 0.42, y: 0.6, size: 0.4 },
  { width: 768, height: 512, sky: [122, 180, 172], ground: [54, 84, 96], x: 0.7, y: 0.5, size: 0.24 },
  { width: 512, height: 768, sky: [232, 176, 190], ground: [120, 70, 96], x: 0.35, y: 0.58, size: 0.36 },
]

const body: Colour = [214, 64, 48]
const face: Colour = [244, 232, 208]
const dark: Colour = [38, 34, 40]

let drawn: readonly Buffer[] | undefined

/**
 * Six photos of one toy robot as PNG files, 512 pixels or more on each side. Always the same bytes; drawn at the first
 * call.
 */
export function trainingPhotos(): Buffer[] {
  drawn ??= scenes.map(draw)
  return drawn.map((photo) => Buffer.from(photo))
}

function draw(scene: Scene): Buffer {
  const side = scene.size * Math.min(scene.width, scene.height)
  return encodePng(scene.width, scene.height, (x, y) => {
    const across = (x - scene.x * scene.width) / side
    const down = (y - scene.y * scene.height) / side
    return robot(across, down) ?? background(scene, y / scene.height)
  })
}

function background(scene: Scene, height: number): Colour {
  const horizon = 0.66
  const [colour, light] =
    height < horizon ? [scene.sky, 1 - 0.25 * height] : [scene.ground, 0.75 + 0.5 * (height - horizon)]
  return [shade(colour[0], light), shade(colour[1], light), shade(colour[2], light)]
}

function shade(channel: number, light: number): number {
  return Math.min(255, Math.round(channel * light))
}

/** The toy, in units of its own size around its middle; `undefined` beside it. */
function robot(x: number, y: number): Colour | undefined {
  const width = Math.abs(x)
  if (y > -1 && y < -0.84 && width < 0.05) return dark
  if (y >= -0.84 && y < -0.24 && width < 0.42) {
    if (Math.hypot(width - 0.2, y + 0.58) < 0.09) return dark
    if (y > -0.4 && y < -0.34 && width < 0.22) return dark
    return width < 0.36 && y > -0.78 && y < -0.28 ? face : body
  }
  if (y >= -0.2 && y < 0.5 && width < 0.5) return Math.hypot(width, y - 0.12) < 0.16 ? face : body
  if (y >= -0.14 && y < 0.3 && width >= 0.54 && width < 0.68) return dark
  if (y >= 0.5 && y < 0.92 && width > 0.1 && width < 0.34) return dark
  return undefined
}
