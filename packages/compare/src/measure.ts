/** Which way a number is better. `as-photos`: neither more nor less, but what the training photos have. */
export type Direction = 'higher' | 'lower' | 'as-photos'

/** Where the values of a measure end by nature. */
export interface Bounds {
  readonly least?: number | undefined
  readonly most?: number | undefined
}

/** What a number is and is not. */
export interface Measure<Name extends string = string> {
  readonly name: Name
  /** In words, for a table's head. */
  readonly title: string
  readonly unit: string
  readonly direction: Direction
  /** What no value can lie below or above, as a share below 0: an interval of a mean ends there. */
  readonly bounds?: Bounds | undefined
  /** What it tells. */
  readonly meaning: string
  /** What it must not be read as. */
  readonly notMeaning: string
}

/** Why there is no number; see {@link NotMeasuredReason}. */
export const notMeasuredReasons = [
  'too-small',
  'too-flat',
  'too-few-photos',
  'no-face',
  'not-applicable',
  'unavailable',
  'failed',
] as const

/**
 * Why there is no number: `too-small` or `too-flat` a picture for the measure, `too-few-photos` to learn from, `no-face`
 * found, `not-applicable` where nothing was asked for or known that the picture could be measured against, `unavailable` where the scorer's runtime, weights or key are missing, `failed` where its service answered with
 * an error. It is never 0.
 */
export type NotMeasuredReason = (typeof notMeasuredReasons)[number]

/** The outcome of one measure on one picture. */
export type Reading =
  | { readonly state: 'measured'; readonly value: number }
  | { readonly state: 'not-measured'; readonly reason: NotMeasuredReason; readonly message: string }

/** A number that was taken. */
export function measured(value: number): Reading {
  return { state: 'measured', value }
}

/** A number that could not be taken. */
export function notMeasured(reason: NotMeasuredReason, message: string): Reading {
  return { state: 'not-measured', reason, message }
}
