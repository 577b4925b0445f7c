import type { RunItem, RunSummary } from '../run/run.js'
import type { WorkState } from '../run/states.js'
import type { EvaluatedPicture, EvaluatedTraining } from './evaluation.js'
import { type Paid, paidFor } from './money.js'
import type { PictureMeasurements } from './readings.js'
import { trailOf } from './trail.js'
import { faultsOf } from './usable.js'

/** A measured picture of the run with what its figures are made from. */
export interface PictureWork {
  readonly picture: EvaluatedPicture
  readonly item: RunItem
  readonly paid: Paid
  /** Whether it is decided what became of it: it came, or never will. */
  readonly settled: boolean
  readonly hash: string | undefined
  readonly embedding: Float32Array | undefined
}

/** A training of the run with what its figures are made from. */
export interface TrainingWork {
  readonly training: EvaluatedTraining
  readonly item: RunItem
  readonly paid: Paid
}

type Outcome = EvaluatedPicture['state']

function outcomeOf({ state }: WorkState): Outcome {
  switch (state) {
    case 'succeeded':
    case 'failed':
    case 'unknown':
      return state
    case 'open':
      return 'not-made'
    // The run is not at its end: it was sent, and nobody has seen the outcome.
    case 'intended':
    case 'accepted':
      return 'unknown'
  }
}

function common({ work, state, history }: RunItem) {
  const { key, provider, subject } = work
  const ended = state.state === 'succeeded' || state.state === 'failed'
  const error = state.state === 'succeeded' ? undefined : state.error
  return {
    key,
    provider,
    subject,
    state: outcomeOf(state),
    ...(ended && state.cost !== undefined && { cost: state.cost }),
    times: ended ? state.times : {},
    ...(error !== undefined && { error }),
    trail: trailOf(history),
  }
}

/** All trainings of the run. */
export function trainingsOf({ items }: RunSummary): readonly TrainingWork[] {
  return items.flatMap((item) => {
    const { work, state } = item
    if (work.kind !== 'fine-tune') return []
    const model = state.state === 'succeeded' ? state.model?.id : undefined
    const training = { ...common(item), vendors: work.vendors, ...(model !== undefined && { model }) }
    return [{ training, item, paid: paidFor(item) }]
  })
}

/** All measured pictures of the run, those of the warm-up left out. */
export function picturesOf(
  { items }: RunSummary,
  measurements: PictureMeasurements,
  leastLikeness: number,
): readonly PictureWork[] {
  const lost = new Set(
    items.flatMap(({ work, state }) =>
      work.kind === 'fine-tune' && ['failed', 'unknown'].includes(state.state) ? [work.key] : [],
    ),
  )
  return items.flatMap((item): PictureWork[] => {
    const { work, state } = item
    if (work.kind !== 'generation' || work.warmUp) return []
    const { key, vendor, prompt, seed, size, repeat, training } = work
    const image = state.state === 'succeeded' ? state.images[0] : undefined
    const readings = image === undefined ? {} : measurements.readings(key)
    const faults = image === undefined ? [] : faultsOf({ image, readings, size, leastLikeness })
    const picture: EvaluatedPicture = {
      ...common(item),
      vendor,
      prompt,
      seed,
      ...(size !== undefined && { size }),
      repeat,
      ...(image !== undefined && { image, usable: faults.length === 0 }),
      readings,
      faults,
    }
    const never = training !== undefined && lost.has(training)
    return [
      {
        picture,
        item,
        paid: paidFor(item),
        settled: never || ['succeeded', 'failed', 'unknown'].includes(state.state),
        hash: image === undefined ? undefined : measurements.hash(key),
        embedding: image === undefined ? undefined : measurements.embedding(key),
      },
    ]
  })
}

/** Names subject and prompt: pictures of one are not independent of each other, whatever their seed and size. */
export function clusterOf({ subject, prompt }: EvaluatedPicture): string {
  return `${subject}/${prompt}`
}

/** Milliseconds from the request to the last byte; `undefined` where another process sent it or waited for it. */
export function durationOf({ times: { submitMs, jobMs, downloadMs } }: EvaluatedPicture | EvaluatedTraining) {
  if (submitMs === undefined || jobMs === undefined) return undefined
  return submitMs + jobMs + (downloadMs ?? 0)
}
