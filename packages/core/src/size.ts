/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** `'1024x768'` as numbers. Takes what the request schema lets through. */
export function parseSize(size: string): Size {
  const [width = 0, height = 0] = size.split('x').map(Number)
  return { width, height }
}

/** `'16:9'` as width divided by height. */
export function parseAspectRatio(aspectRatio: string): number {
  const [width = 1, height = 1] = aspectRatio.split(':').map(Number)
  return width / height
}

/** The size as requests write it, `1024x768`. */
export function formatSize({ width, height }: Size): string {
  return `${width}x${height}`
}

/** What a vendor's pixel sizes must keep to. */
export interface SizeRules {
  readonly multipleOf: number
  readonly minimum: number
  readonly maximum: number
}

/** The nearest size that keeps to the rules; each side is rounded on its own. */
export function fitSize(size: Size, rules: SizeRules): Size {
  const fit = (side: number) => {
    const rounded = Math.round(side / rules.multipleOf) * rules.multipleOf
    const lowest = Math.ceil(rules.minimum / rules.multipleOf) * rules.multipleOf
    const highest = Math.floor(rules.maximum / rules.multipleOf) * rules.multipleOf
    return Math.min(highest, Math.max(lowest, rounded))
  }
  return { width: fit(size.width), height: fit(size.height) }
}

/**
 * A size of the given shape, near `pixels` in area, that keeps to the rules.
 *
 * @param pixels - width times height @default 1 048 576 (one megapixel of 1024 x 1024)
 */
export function sizeForAspectRatio(aspectRatio: string, rules: SizeRules, pixels = 1024 * 1024): Size {
  const ratio = parseAspectRatio(aspectRatio)
  const width = Math.sqrt(pixels * ratio)
  return fitSize({ width, height: width / ratio }, rules)
}

/** The entry of `ratios` whose shape is nearest to `ratio` (width divided by height), compared by logarithm. */
export function nearestAspectRatio(ratio: number, ratios: readonly string[]): string | undefined {
  const distance = (candidate: string) => Math.abs(Math.log(parseAspectRatio(candidate) / ratio))
  return [...ratios].sort((one, other) => distance(one) - distance(other))[0]
}
