/** A linear scale: domain to pixels. */
export interface LinearScale {
  readonly domain: readonly [number, number]
  readonly range: readonly [number, number]
}

/** The smallest and largest of some numbers with a twelfth of their distance on both sides. */
export function paddedDomain(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1]
  const low = Math.min(...values)
  const high = Math.max(...values)
  // One value alone still needs a distance around it.
  const padding = (high - low) / 12 || Math.abs(high) / 10 || 1
  return [low - padding, high + padding]
}

/** Where a value stands, in pixels. */
export function position({ domain, range }: LinearScale, value: number): number {
  const share = (value - domain[0]) / (domain[1] - domain[0])
  return range[0] + share * (range[1] - range[0])
}
