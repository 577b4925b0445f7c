import { LikenessError } from '@likeness/core'
import { refuse } from '../statistics/refuse.js'
import { comparableOf } from './comparable.js'
import type { Evaluation } from './evaluation.js'
import { randomFor } from './random-for.js'
import { type Change, type Outcome, outcomesOf } from './vendor-changes.js'
import { percent } from './words.js'

/** How the vendors of one run stand against an earlier run. */
export interface BaselineReport {
  /** Ids of the runs. */
  readonly baseline: string
  readonly current: string
  readonly threshold: number
  readonly changes: readonly Change[]
  /** Those of `changes` that got worse. */
  readonly regressions: readonly Change[]
  /** What could not be compared, and why. */
  readonly incomparable: readonly string[]
  /** In plain sentences, the most important one first. */
  readonly explanation: readonly string[]
}

/** How runs are compared. */
export interface CompareRunsOptions {
  /**
   * What may get worse without being told as a regression: of likeness and of the failure rate as a difference, of cost as a
   * share of what it was. From 0 to 1. @default 0.05
   */
  readonly threshold?: number | undefined
}

function headline(regressions: readonly Change[], changes: readonly Change[], threshold: number): string {
  if (changes.length === 0) return 'Nothing could be compared.'
  if (regressions.length === 0)
    return `Nothing is shown to have got worse by more than ${percent(threshold)}, as far as it could be compared.`
  return `${regressions.length} got worse by more than ${percent(threshold)}:`
}

/**
 * Refuses a baseline whose vendors were emulated where those of the current run are not, or the other way round. To be
 * called before the current run pays for anything.
 *
 * @param now - whether the vendors of the current run are emulated
 * @throws LikenessError `invalid-request`
 */
export function checkBaseline({ run: { emulated: before } }: Evaluation, now: boolean | undefined): void {
  if (before === now) return
  const said = (emulated: boolean | undefined) =>
    emulated === undefined
      ? 'did not record whether its vendors were emulated'
      : `had ${emulated ? 'emulated' : 'real'} vendors`
  const message = `${said(before)}, the current run ${said(now)}`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `The runs cannot be compared: the baseline ${message}.`,
    fields: [{ field: 'baseline', message }],
  })
}

/**
 * How the same vendors changed from an earlier run: likeness paired on the same subject, prompt, seed and size; cost and
 * median time as shares; failures as rates. Only what is the same in both is compared; the rest is named.
 *
 * @throws LikenessError `invalid-request` where one of the runs was emulated and the other was not, or `threshold` is none
 */
export function compareRuns(
  baseline: Evaluation,
  current: Evaluation,
  { threshold = 0.05 }: CompareRunsOptions = {},
): BaselineReport {
  if (!(threshold >= 0 && threshold <= 1)) refuse('threshold', threshold, 'from 0 to 1')
  checkBaseline(baseline, current.run.emulated)
  const common = comparableOf(baseline, current)
  const sizes = [...new Set([...baseline.sizes, ...current.sizes])]
  const pictures = ({ pictures: all }: Evaluation, name: string) =>
    all.filter(
      ({ vendor, subject, prompt }) => vendor === name && common.subjects.has(subject) && common.prompts.has(prompt),
    )
  const random = randomFor(`${baseline.run.id}/${current.run.id}`)
  const outcomes = common.vendors.flatMap((vendor): readonly Outcome[] => {
    const [before, now] = [pictures(baseline, vendor), pictures(current, vendor)]
    if (before.length === 0 || now.length === 0)
      return [{ incomparable: `${vendor}: no subject and prompt is the same in both runs.` }]
    return outcomesOf({
      vendor,
      before,
      now,
      runs: { baseline, current },
      common,
      sizes,
      threshold,
      randomFor: random,
    })
  })
  const changes = outcomes.flatMap((one) => ('change' in one ? [one.change] : []))
  const regressions = changes.filter(({ regression }) => regression)
  const rest = changes.filter(({ regression }) => !regression)
  const incomparable = [
    ...common.incomparable,
    ...outcomes.flatMap((one) => ('incomparable' in one ? [one.incomparable] : [])),
  ]
  const told = (list: readonly Change[]) => list.map(({ message }) => message)
  return {
    baseline: baseline.run.id,
    current: current.run.id,
    threshold,
    changes,
    regressions,
    incomparable,
    explanation: [
      headline(regressions, changes, threshold),
      ...told(regressions),
      ...told(rest),
      ...incomparable.map((sentence) => `Not compared: ${sentence}`),
    ],
  }
}
