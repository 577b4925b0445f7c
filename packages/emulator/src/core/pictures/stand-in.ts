import type { Sharp } from 'sharp'
import sharp from 'sharp'
import { lettering, letteringWidth } from './lettering.js'
import { svg } from './pixels.js'
import type { Random } from './random.js'

/** Ground, middle, deep. */
type Palette = readonly [string, string, string]

const palettes: readonly [Palette, ...Palette[]] = [
  ['#e8e4da', '#d9c7a7', '#b9a37c'],
  ['#dfe6ea', '#b6c8d3', '#8aa5b5'],
  ['#e9e0ea', '#cdb7d3', '#a58bb0'],
  ['#e3eadf', '#bfd1b3', '#93ad82'],
  ['#f0e2dc', '#dfb9a8', '#bf8e79'],
]

const words = 'no fine-tune applied'

/** What the base model alone "draws": flat shapes, a grey nobody, and words that say so. Never a pixel of a photo. */
export async function drawStandIn(width: number, height: number, random: Random): Promise<Sharp> {
  const [ground, middle, deep] = random.pick(palettes)
  const unit = Math.min(width, height)
  const shapes = `<rect width="100%" height="100%" fill="${ground}"/>${pattern(width, height, middle, random)}${sun(width, height, deep, random)}`
  const dot = Math.max(1, Math.round((width * 0.72) / letteringWidth(words)))
  const textX = Math.round((width - letteringWidth(words) * dot) / 2)
  const textY = Math.round(height * 0.9 - 3.5 * dot)
  const plate = `<rect x="${textX - 3 * dot}" y="${textY - 3 * dot}" width="${(letteringWidth(words) + 6) * dot}" height="${13 * dot}" fill="#ffffff" fill-opacity="0.82"/>`
  const text = lettering(words, textX, textY, dot, '#4a4a4a')
  return sharp(
    svg(width, height, shapes + silhouette(width / 2, height * 0.82, unit * 0.62) + plate + text),
  ).removeAlpha()
}

function pattern(width: number, height: number, colour: string, random: Random): string {
  const cell = Math.max(width, height) / Math.round(random.between(5, 9))
  const kind = random.pick(['triangles', 'arcs', 'bars'] as const)
  let content = ''
  for (let y = 0; y < height; y += cell) {
    for (let x = 0; x < width; x += cell) {
      const opacity = random.between(0.08, 0.55).toFixed(2)
      if (kind === 'triangles')
        content += `<path d="M${x} ${y}h${cell}l-${cell} ${cell}z" fill="${colour}" fill-opacity="${opacity}"/>`
      else if (kind === 'arcs')
        content += `<path d="M${x} ${y}h${cell}a${cell} ${cell} 0 0 1 -${cell} ${cell}z" fill="${colour}" fill-opacity="${opacity}"/>`
      else
        content += `<rect x="${x}" y="${y}" width="${cell / 2}" height="${cell}" fill="${colour}" fill-opacity="${opacity}"/>`
    }
  }
  return content
}

function sun(width: number, height: number, colour: string, random: Random): string {
  const radius = Math.min(width, height) * random.between(0.12, 0.26)
  return `<circle cx="${width * random.between(0.15, 0.85)}" cy="${height * random.between(0.15, 0.4)}" r="${radius}" fill="${colour}" fill-opacity="0.5"/>`
}

/** Head and shoulders. */
function silhouette(x: number, base: number, size: number): string {
  const head = size * 0.21
  const centre = base - size * 0.72
  return (
    `<path d="M${x - size * 0.45} ${base}c0 ${-size * 0.36} ${size * 0.2} ${-size * 0.46} ${size * 0.45} ${-size * 0.46}` +
    `s${size * 0.45} ${size * 0.1} ${size * 0.45} ${size * 0.46}z" fill="#9a9a9a"/>` +
    `<ellipse cx="${x}" cy="${centre}" rx="${head * 0.86}" ry="${head * 1.08}" fill="#9a9a9a"/>`
  )
}
