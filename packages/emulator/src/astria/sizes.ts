import type { PromptAttributes } from './prompt-attributes.js'

/** `ar` of older clients, as ratios. `portrait` and `landscape` are assumed to be 4:5 and 5:4. */
const legacy: Readonly<Record<string, string>> = { portrait: '4:5', landscape: '5:4', anamorphic: '21:9' }

type Wanted = Pick<PromptAttributes, 'w' | 'h' | 'ar' | 'aspect_ratio' | 'super_resolution'>

/**
 * Pixels of a picture: `w` and `h` rounded to 32 (Astria's worker, 2025-01), otherwise about one megapixel of the
 * asked ratio. super_resolution is x4, assumed to end at 4096.
 */
export function pictureSize(wanted: Wanted): { width: number; height: number } {
  const [across, down] = ratioOf(wanted.aspect_ratio ?? legacy[wanted.ar] ?? wanted.ar)
  const unit = Math.sqrt((1024 * 1024) / (across * down))
  const width = to32(wanted.w ?? across * unit)
  const height = to32(wanted.h ?? down * unit)
  const scale = wanted.super_resolution ? Math.min(4, 4096 / Math.max(width, height)) : 1
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

function ratioOf(ratio: string): [number, number] {
  const [across = 1, down = 1] = ratio.split(':').map(Number)
  return [across, down]
}

function to32(pixels: number): number {
  return Math.min(2048, Math.max(32, Math.round(pixels / 32) * 32))
}
