import { describe, expect, it } from 'vitest'
import { grounds, seriesColour, seriesColours, seriesSymbol } from './theme.js'

const channels = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
const linear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)

/** Relative luminance of sRGB, WCAG 2.2. */
function luminance(rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((channel) => linear(channel / 255))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: readonly number[], b: readonly number[]): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((one, other) => other - one)
  return (high + 0.05) / (low + 0.05)
}

/** A colour of some opacity over another. */
const over = (colour: string, ground: string, opacity: number) =>
  channels(colour).map((channel, index) => channel * opacity + (channels(ground)[index] ?? 0) * (1 - opacity))

describe.each(['light', 'dark'] as const)('%s colours', (scheme) => {
  const { ground, ink, soft, heat } = grounds[scheme]

  it('have 3:1 for marks and 4.5:1 for text', () => {
    for (const colour of seriesColours[scheme]) {
      expect(contrast(channels(colour), channels(ground)), colour).toBeGreaterThanOrEqual(3)
    }
    for (const colour of [ink, soft]) {
      expect(contrast(channels(colour), channels(ground)), colour).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('leave numbers readable on every strength of a cell', () => {
    for (const opacity of [0.08, 0.3, 0.54, 0.8, 1]) {
      expect(contrast(channels(ink), over(heat, ground, opacity)), String(opacity)).toBeGreaterThanOrEqual(4.5)
    }
  })
})

describe('entries', () => {
  it('differ in colour or symbol up to the sixty-fourth', () => {
    const looks = Array.from({ length: 64 }, (_, index) => `${seriesColour(index)} ${seriesSymbol(index)}`)
    expect(new Set(looks).size).toBe(64)
  })
})
