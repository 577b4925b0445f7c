import type { Interval } from '../statistics/interval.js'
import { meanOf } from '../statistics/mean.js'
import { rateDifference } from '../statistics/rate-difference.js'
import { quantile } from '../statistics/summary.js'
import { verdict } from '../statistics/verdict.js'
import { rateOf } from '../statistics/wilson.js'
import type { Comparable } from './comparable.js'
import { durationOf } from './evaluated-work.js'
import type { EvaluatedPicture, Evaluation } from './evaluation.js'
import type { RandomFor } from './random-for.js'
import { placeOf } from './scores.js'
import { likenessName } from './usable.js'
import { dollars, inUnit, percent, rangeInWords } from './words.js'

/** How one quantity of one vendor moved from one run to the next. */
export interface Change {
  readonly vendor: string
  readonly measure: 'likeness' | 'picture-cost' | 'failure-rate' | 'picture-time'
  readonly baseline: number
  readonly current: number
  /**
   * Of likeness and failures the difference, current minus baseline; of cost and time the same as a share of the baseline.
   */
  readonly change: number
  /** Of `change`, at 95 %; absent for cost and time. */
  readonly interval?: Interval | undefined
  /** Whether it got worse by more than the threshold, beyond chance where there is an interval. Never so of time. */
  readonly regression: boolean
  /** A sentence for people. */
  readonly message: string
}

/** The pictures of one vendor in two runs, as far as they can be compared. */
export interface VendorPair {
  readonly vendor: string
  readonly before: readonly EvaluatedPicture[]
  readonly now: readonly EvaluatedPicture[]
  readonly runs: { readonly baseline: Evaluation; readonly current: Evaluation }
  readonly common: Comparable
  readonly sizes: readonly string[]
  readonly threshold: number
  readonly randomFor: RandomFor
}

/** How a quantity moved, or why that cannot be said. */
export type Outcome = { readonly change: Change } | { readonly incomparable: string }

const signed = (text: string, value: number) => (value > 0 ? `+${text}` : text)

function likenessChange({ vendor, before, now, common, sizes, threshold, randomFor }: VendorPair): Outcome {
  const scores = (pictures: readonly EvaluatedPicture[], run: string) =>
    pictures.flatMap((picture) => {
      const reading = common.scored.has(picture.subject) ? picture.readings[likenessName] : undefined
      return reading?.state === 'measured' ? [{ vendor: run, ...placeOf(picture, sizes), value: reading.value }] : []
    })
  const [old, young] = [scores(before, 'baseline'), scores(now, 'current')]
  if (old.length === 0 || young.length === 0)
    return { incomparable: `${vendor}: likeness was not scored alike in both runs.` }
  const random = randomFor(`${vendor}/likeness`)
  const [comparison] = verdict({ scores: [...young, ...old], direction: 'higher', random }).comparisons
  if (comparison?.state !== 'compared') {
    return {
      incomparable: `${vendor}: likeness takes ${comparison?.needed} common prompts to compare, and has ${comparison?.prompts}.`,
    }
  }
  const { mean: change, interval } = comparison
  const regression = interval.high < -threshold
  const moved = `${signed(inUnit(change, 'difference'), change)} (${percent(interval.confidence)}: ${rangeInWords(interval, 'difference')})`
  return {
    change: {
      vendor,
      measure: 'likeness',
      baseline: meanOf(old.map(({ value }) => value)),
      current: meanOf(young.map(({ value }) => value)),
      change,
      interval,
      regression,
      message: `${vendor}: likeness ${moved} over ${comparison.prompts} prompts.`,
    },
  }
}

/** Numbers of the places that both runs have one of, as means. */
function paired(pair: VendorPair, numberOf: (picture: EvaluatedPicture) => number | undefined) {
  const byPlace = (pictures: readonly EvaluatedPicture[]) =>
    Map.groupBy(
      pictures.flatMap((picture) => {
        const value = numberOf(picture)
        return value === undefined ? [] : [{ place: JSON.stringify(placeOf(picture, pair.sizes)), value }]
      }),
      ({ place }) => place,
    )
  const [before, now] = [byPlace(pair.before), byPlace(pair.now)]
  const places = [...before.keys()].filter((place) => now.has(place))
  const values = (of: typeof before) => places.map((place) => meanOf((of.get(place) ?? []).map(({ value }) => value)))
  return { before: values(before), now: values(now) }
}

function costChange(pair: VendorPair): Outcome {
  const { vendor, threshold } = pair
  const unknown = [...pair.before, ...pair.now].some(({ image, cost }) => image !== undefined && cost === undefined)
  if (unknown) return { incomparable: `${vendor}: the cost of some pictures is unknown.` }
  const costs = paired(pair, ({ image, cost }) => (image === undefined ? undefined : cost?.amount))
  if (costs.before.length === 0)
    return { incomparable: `${vendor}: no picture came in both runs, to compare the cost of.` }
  const [baseline, current] = [meanOf(costs.before), meanOf(costs.now)]
  // From nothing to something has no share; what costs nothing still has not changed.
  if (baseline === 0 && current > 0)
    return { incomparable: `${vendor}: a picture cost nothing, and costs ${dollars(current)} now.` }
  const change = baseline === 0 ? 0 : current / baseline - 1
  const message = `${vendor}: a picture costs ${dollars(current)}, ${dollars(baseline)} before (${signed(percent(change), change)}).`
  return {
    change: { vendor, measure: 'picture-cost', baseline, current, change, regression: change > threshold, message },
  }
}

/**
 * Whether a picture did not come; `undefined` where it still may. One whose training failed was never asked for, and did not
 * come all the same: else a vendor that trains no more would be none that got worse.
 */
function isMissing({ state, subject, vendor }: EvaluatedPicture, { run, trainings }: Evaluation): boolean | undefined {
  const untrained = () =>
    trainings.some(
      (one) =>
        one.subject === subject && one.vendors.includes(vendor) && (one.state === 'failed' || one.state === 'unknown'),
    )
  switch (state) {
    case 'succeeded':
      return false
    case 'failed':
      return true
    case 'unknown':
      return run.complete || undefined
    case 'not-made':
      return untrained() || undefined
  }
}

function failureChange({ vendor, before, now, runs, threshold }: VendorPair): Outcome {
  const rate = (pictures: readonly EvaluatedPicture[], run: Evaluation) => {
    const missing = pictures.flatMap((picture) => isMissing(picture, run) ?? [])
    return rateOf(missing.filter(Boolean).length, missing.length)
  }
  const [baseline, current] = [rate(before, runs.baseline), rate(now, runs.current)]
  if (baseline === undefined || current === undefined)
    return { incomparable: `${vendor}: no pictures were asked for in both runs.` }
  const change = current.rate - baseline.rate
  const interval = rateDifference(current, baseline)
  const message = `${vendor}: ${current.count} of ${current.total} pictures did not come, ${baseline.count} of ${baseline.total} before.`
  return {
    change: {
      vendor,
      measure: 'failure-rate',
      baseline: baseline.rate,
      current: current.rate,
      change,
      interval,
      regression: interval.low > threshold,
      message,
    },
  }
}

/** Told, and never a regression: the queue of a day is not the vendor's work. */
function timeChange(pair: VendorPair): Outcome {
  const { vendor } = pair
  const times = paired(pair, (picture) => (picture.image === undefined ? undefined : durationOf(picture)))
  const [baseline, current] = [quantile(times.before, 0.5), quantile(times.now, 0.5)]
  if (baseline === undefined || current === undefined || baseline === 0) {
    return { incomparable: `${vendor}: no picture was timed in both runs.` }
  }
  const change = current / baseline - 1
  const message = `${vendor}: a picture takes ${inUnit(current, 'ms')} in the median, ${inUnit(baseline, 'ms')} before (${signed(percent(change), change)}).`
  return { change: { vendor, measure: 'picture-time', baseline, current, change, regression: false, message } }
}

/** How each quantity of a vendor moved from one run to the next. */
export function outcomesOf(pair: VendorPair): readonly Outcome[] {
  return [likenessChange(pair), costChange(pair), failureChange(pair), timeChange(pair)]
}
