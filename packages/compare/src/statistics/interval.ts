/** Where a figure probably lies. */
export interface Interval {
  readonly low: number
  readonly high: number
  /** Share of such intervals that hold the true figure, as 0.95. */
  readonly confidence: number
}

/** Whether the whole interval lies above `margin` or below `-margin`. */
export function excludes({ low, high }: Interval, margin: number): boolean {
  return low > margin || high < -margin
}
