import { tell } from '@likeness/core/runtime'
import type { MirrorRecord } from './mirror-record.js'
import type { Mirror, MirrorOptions, MirrorOutcome } from './mirror-types.js'
import { payTraining, resumeTraining, type TrainingEnd } from './paid-training.js'
import type { ReservedTraining } from './reserve-training.js'
import type { RunningTraining, TrainingPlace } from './running-trainings.js'
import { clockOf, type TrainingPlan } from './training-plan.js'

/** The training at one provider: to be begun here, or at work already. */
export type MirrorPart = { readonly plan: TrainingPlan } & (
  | { readonly place: TrainingPlace }
  | { readonly running: RunningTraining }
)

/** Trainings that have been checked, and paid for by reservation. */
export interface MirrorRun {
  readonly parts: readonly MirrorPart[]
  readonly reserved: readonly ReservedTraining[]
  readonly record: MirrorRecord
  readonly options: MirrorOptions
  /** Whether a provider has had a model before. */
  readonly isReady: boolean
  /** Lets go of the images. */
  close(): Promise<void>
}

function ended(end: TrainingEnd, base: MirrorOutcome): MirrorOutcome {
  switch (end.end) {
    case 'ready':
      return { ...base, state: 'ready', model: end.model, handle: end.handle, cost: end.cost }
    case 'failed':
      return { ...base, state: 'failed', error: end.error, handle: end.handle, cost: end.error.cost }
    case 'open':
      return { ...base, state: 'training', error: end.error, handle: end.handle }
  }
}

/** Calls `work` once it has been called as often as there are trainings to submit. */
function afterAll(count: number, work: () => Promise<void>): () => void {
  let left = count
  // A folder that cannot be deleted is told as a process warning, as what listeners throw.
  const done = () => tell(work, undefined)
  if (left === 0) done()
  return () => {
    left -= 1
    if (left === 0) done()
  }
}

function beginAll({ parts, reserved, options, close }: MirrorRun): void {
  const { headers, timeoutMs, wakeups, onUnknown, clock, ledger } = options
  const onSubmitted = afterAll(reserved.length, close)
  for (const part of parts) {
    if (!('place' in part)) continue
    const { provider, request } = part.plan
    const { open } = part.place
    const how = { provider, headers, timeoutMs, wakeups, clock: clockOf(provider, clock) }
    if (open !== undefined) {
      const reservation = ledger?.find(provider.id, open.id)
      part.place.begin((abortSignal, news) => {
        news.onAccepted(open)
        return resumeTraining({ ...how, reservation, abortSignal, ...news }, open)
      })
      continue
    }
    const reservation = reserved.find(({ plan }) => plan === part.plan)?.reservation
    part.place.begin((abortSignal, news) =>
      payTraining({ ...how, request, reservation, abortSignal, onUnknown, onSubmitted, ...news }),
    )
  }
}

/** What is new about a training, or not. */
function beginning(part: MirrorPart): Pick<MirrorOutcome, 'estimate' | 'reason'> {
  if (!('place' in part)) return { reason: 'Shares a training that was at work already; its cost is told there.' }
  const { open } = part.place
  if (open === undefined) return { estimate: part.plan.estimate }
  return { estimate: open.estimate, reason: 'Goes on with a training that was accepted before.' }
}

/** Follows one training to its end; `onAccepted` when its handle is known, or will not be. */
async function follow(part: MirrorPart, run: MirrorRun, onAccepted: () => void): Promise<MirrorOutcome> {
  const { record, options } = run
  const { provider, warnings } = part.plan
  const training = 'place' in part ? part.place : part.running
  const clock = clockOf(provider, options.clock)
  const begunAt = clock.now()
  const base: MirrorOutcome = { provider: provider.id, state: 'training', ...beginning(part) }
  record.warn(warnings)
  record.set(base)
  const end = await training.join(
    {
      onAccepted(handle) {
        record.set({ ...base, handle })
        onAccepted()
      },
      onStatus: (status) => record.set(record.get(provider.id) ?? base, status),
    },
    options.abortSignal,
  )
  record.warn(end.warnings)
  const outcome = { ...ended(end, base), ms: Math.max(0, clock.now() - begunAt) }
  record.set('place' in part ? outcome : { ...outcome, cost: undefined })
  onAccepted()
  return outcome
}

/** Begins all trainings and follows them, as far as the mode says. Never rejects. */
export async function followAll(run: MirrorRun): Promise<Mirror> {
  const { parts, record, options, isReady } = run
  let open = parts.length
  const firstReady = Promise.withResolvers<void>()
  const accepted: Promise<void>[] = []
  // Joined before they begin: the first news must not be missed.
  const followed = parts.map(async (part) => {
    const known = Promise.withResolvers<void>()
    accepted.push(known.promise)
    const { state } = await follow(part, run, known.resolve)
    open -= 1
    if (state === 'ready') firstReady.resolve()
  })
  beginAll(run)
  const all = Promise.all(followed)
  if (isReady) firstReady.resolve()
  if (options.mode === 'first-ready') await Promise.race([all, firstReady.promise.then(() => Promise.all(accepted))])
  else await all
  return record.mirror(open === 0 ? undefined : all.then(() => record.mirror(undefined)))
}
