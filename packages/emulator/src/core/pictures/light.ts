import type { Blend, Sharp } from 'sharp'
import { luminance, mapPixels, readPixels, svg, toImage } from './pixels.js'
import type { Random } from './random.js'

/** When and where the picture is taken: a grade of its colours, and what is in the air. */
export type Light = (picture: Sharp, random: Random) => Promise<Sharp>

interface Size {
  readonly width: number
  readonly height: number
}

/** Tints a picture (`red`, `green`, `blue` factors), and lays drawings over it. */
function graded(
  grade: { red: number; green: number; blue: number; contrast?: number; saturation?: number },
  overlay: (size: Size, random: Random) => { content: string; blend: Blend }[],
): Light {
  return async (picture, random) => {
    const { contrast = 1, saturation = 1 } = grade
    const source = await readPixels(picture.modulate({ saturation }))
    const bend = (value: number, factor: number) => ((value - 128) * contrast + 128) * factor
    const tinted = mapPixels(source, (red, green, blue) => [
      bend(red, grade.red),
      bend(green, grade.green),
      bend(blue, grade.blue),
    ])
    const layers = overlay(source, random).map(({ content, blend }) => ({
      input: svg(source.width, source.height, content),
      blend,
    }))
    return toImage(await readPixels(toImage(tinted).composite(layers)))
  }
}

const full = 'width="100%" height="100%"'

function vignette(opacity: number): { content: string; blend: Blend } {
  const content =
    '<radialGradient id="v" cx="50%" cy="50%" r="75%"><stop offset="55%" stop-color="#000" stop-opacity="0"/>' +
    `<stop offset="100%" stop-color="#000" stop-opacity="${opacity}"/></radialGradient><rect ${full} fill="url(#v)"/>`
  return { content, blend: 'over' }
}

function glow(
  x: number,
  y: number,
  radius: number,
  colour: string,
  opacity: number,
): { content: string; blend: Blend } {
  const content =
    `<radialGradient id="g" cx="${x}%" cy="${y}%" r="${radius}%"><stop offset="0%" stop-color="${colour}" stop-opacity="${opacity}"/>` +
    `<stop offset="100%" stop-color="${colour}" stop-opacity="0"/></radialGradient><rect ${full} fill="url(#g)"/>`
  return { content, blend: 'screen' }
}

function wash(from: string, to: string, opacity: number, blend: Blend): { content: string; blend: Blend } {
  const content =
    `<linearGradient id="w" x1="0" y1="0" x2="0.2" y2="1"><stop offset="0%" stop-color="${from}" stop-opacity="${opacity}"/>` +
    `<stop offset="100%" stop-color="${to}" stop-opacity="${opacity}"/></linearGradient><rect ${full} fill="url(#w)"/>`
  return { content, blend }
}

function dots(
  { width, height }: Size,
  random: Random,
  options: { count: number; size: number; below: number; colour: string },
): string {
  const unit = Math.min(width, height) / 100
  return Array.from({ length: options.count }, () => {
    const radius = unit * options.size * random.between(0.25, 1) ** 2
    const x = (random.next() * width).toFixed(1)
    const y = (random.next() * height * options.below).toFixed(1)
    return `<circle cx="${x}" cy="${y}" r="${radius.toFixed(2)}" fill="${options.colour}" fill-opacity="${random.between(0.35, 0.95).toFixed(2)}"/>`
  }).join('')
}

function streaks({ width, height }: Size, random: Random): string {
  return Array.from({ length: 220 }, () => {
    const x = random.next() * width
    const y = random.next() * height
    const length = height * random.between(0.02, 0.07)
    return `<path d="M${x.toFixed(1)} ${y.toFixed(1)}l${(-length * 0.2).toFixed(1)} ${length.toFixed(1)}" stroke="#dfe9f5" stroke-opacity="${random.between(0.15, 0.5).toFixed(2)}" stroke-width="${(width / 700).toFixed(2)}"/>`
  }).join('')
}

export const lights = {
  night: graded({ red: 0.36, green: 0.5, blue: 0.92, contrast: 1.05, saturation: 0.5 }, (size, random) => [
    { content: dots(size, random, { count: 90, size: 0.35, below: 0.4, colour: '#f4f6ff' }), blend: 'screen' },
    glow(random.between(15, 85), 8, 45, '#9db8ff', 0.5),
    vignette(0.6),
  ]),
  sunset: graded({ red: 1.08, green: 0.97, blue: 0.78, contrast: 1.04, saturation: 0.95 }, (_size, random) => [
    wash('#ff5e3a', '#ffb347', 0.45, 'soft-light'),
    glow(random.between(10, 90), random.between(8, 28), 65, '#ffb35c', 0.7),
    vignette(0.28),
  ]),
  snow: graded({ red: 0.98, green: 1.03, blue: 1.12, saturation: 0.68 }, (size, random) => [
    wash('#eaf3ff', '#ffffff', 0.22, 'screen'),
    { content: dots(size, random, { count: 260, size: 1.1, below: 1, colour: '#ffffff' }), blend: 'over' },
  ]),
  rain: graded({ red: 0.78, green: 0.86, blue: 0.95, saturation: 0.65 }, (size, random) => [
    wash('#3b4a5c', '#6d7f92', 0.3, 'overlay'),
    { content: streaks(size, random), blend: 'over' },
    vignette(0.35),
  ]),
  cinematic: graded({ red: 1.02, green: 0.99, blue: 0.96, contrast: 1.2, saturation: 0.95 }, () => [
    wash('#0f5e6b', '#ff9a4d', 0.4, 'soft-light'),
    vignette(0.5),
  ]),
  forest: graded({ red: 0.9, green: 1.06, blue: 0.84, saturation: 1.1 }, (_size, random) => [
    glow(random.between(20, 80), 0, 70, '#e6ffc9', 0.42),
    wash('#1f4d2b', '#7aa35a', 0.3, 'soft-light'),
    vignette(0.35),
  ]),
  underwater: graded({ red: 0.5, green: 0.9, blue: 1.2, saturation: 0.55 }, (size, random) => [
    wash('#06b6d4', '#0b3a67', 0.42, 'overlay'),
    { content: dots(size, random, { count: 60, size: 1.3, below: 1, colour: '#d8fbff' }), blend: 'soft-light' },
    glow(50, 0, 60, '#c9fff6', 0.4),
  ]),
  desert: graded({ red: 1.08, green: 1.0, blue: 0.8, contrast: 0.96, saturation: 0.85 }, () => [
    wash('#f6c177', '#c2703d', 0.38, 'soft-light'),
    glow(50, 0, 80, '#ffe7b8', 0.35),
  ]),
  space: graded({ red: 0.75, green: 0.62, blue: 1.08, contrast: 1.12 }, (size, random) => [
    wash('#2b0a52', '#0a1a52', 0.5, 'soft-light'),
    glow(random.between(10, 90), random.between(10, 60), 50, '#a855f7', 0.4),
    { content: dots(size, random, { count: 160, size: 0.4, below: 1, colour: '#ffffff' }), blend: 'screen' },
    vignette(0.6),
  ]),
  studio: graded({ red: 1.04, green: 1.04, blue: 1.05, contrast: 1.08 }, () => [
    glow(50, 30, 75, '#ffffff', 0.22),
    vignette(0.2),
  ]),
  plain: graded({ red: 1, green: 1, blue: 1, contrast: 1.03 }, () => [vignette(0.16)]),
  async neon(picture: Sharp, random: Random): Promise<Sharp> {
    const source = await readPixels(picture.linear(1.25, -28))
    const duotone = mapPixels(source, (red, green, blue) => {
      const light = luminance(red, green, blue) / 255
      // From deep violet through magenta to cyan; a third of the own colour stays.
      const mix = (own: number, dark: number, middle: number, bright: number) =>
        0.34 * own +
        0.66 * (light < 0.5 ? dark + (middle - dark) * light * 2 : middle + (bright - middle) * (light * 2 - 1))
      return [mix(red, 18, 236, 120), mix(green, 4, 40, 246), mix(blue, 52, 170, 255)]
    })
    const { width, height } = source
    const layers = [
      glow(random.between(0, 30), 50, 55, '#ff2bd6', 0.4),
      glow(random.between(70, 100), 40, 55, '#19e3ff', 0.4),
      vignette(0.55),
    ]
    return toImage(
      await readPixels(
        toImage(duotone).composite(layers.map(({ content, blend }) => ({ input: svg(width, height, content), blend }))),
      ),
    )
  },
} satisfies Readonly<Record<string, Light>>
