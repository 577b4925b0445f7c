import { createHash } from 'node:crypto'
import {
  type Clock,
  type Estimate,
  formatUSD,
  LikenessError,
  type NanoUSD,
  nanoUSD,
  type Provider,
} from '@likeness/core'
import type { ComparisonPlan } from '../plan/schema.js'
import type { PaidRequest } from './asking.js'
import { recordedError, type WorkLine } from './lines.js'
import { mayStillCome, outcomeOfSubmit } from './outcome.js'
import { type AcceptedJob, collect } from './result.js'
import type { RunRecords } from './states.js'
import type { RunStore } from './store.js'

/**
 * How long after a request the vendor's word counts that it has no such job, in milliseconds. Astria's documentation
 * (API overview, 2026-08-21) says to wait a minute.
 */
const certainAfterMs = 65_000

/** What all work of a run shares. */
export interface Workshop {
  readonly id: string
  readonly plan: ComparisonPlan
  readonly store: RunStore
  readonly records: RunRecords
  readonly clock: Clock
  readonly abortSignal: AbortSignal
}

/** One piece of planned work at its provider. */
export interface Task {
  readonly key: string
  readonly provider: Provider
  readonly estimate: Estimate | undefined
  readonly request: PaidRequest
  /** Resolves when the account may be sent another paid request. */
  turn(): Promise<void>
}

/** One logical request has one key, in this process and in all later ones. */
function keyOf(runId: string, key: string): string {
  return `likeness-${createHash('sha256').update(`${runId}\n${key}`).digest('hex').slice(0, 40)}`
}

/** Whether the upper bound of one more request still fits. */
function fits({ plan, records }: Workshop, upperBound: NanoUSD): boolean {
  return records.committed + upperBound <= nanoUSD(plan.budget.limitUSD)
}

/** Records a line: in memory at once, so that others decide by it, and on the disk when it resolves. */
async function note({ records, store }: Workshop, line: WorkLine): Promise<void> {
  records.add(line)
  await store.append(line)
}

const timestamp = ({ clock }: Workshop) => new Date(clock.now()).toISOString()

async function settleSubmit(workshop: Workshop, key: string, error: unknown, submitMs: number): Promise<void> {
  if (!LikenessError.is(error)) throw error
  const outcome = outcomeOfSubmit(error)
  const line = { at: timestamp(workshop), key, error: recordedError(error) }
  const cost = error.cost && { cost: error.cost }
  switch (outcome) {
    case 'left':
      break
    case 'failed':
      await note(workshop, { type: 'failed', ...line, ...cost, times: { submitMs } })
      break
    case 'returned':
    case 'unknown':
      await note(workshop, { type: outcome, ...line })
      break
  }
  if (error.kind === 'aborted') throw error
}

function budgetSpent({ plan, records }: Workshop, key: string): LikenessError {
  const spent = `${formatUSD(records.committed)} of $${plan.budget.limitUSD} are spent or set aside`
  return new LikenessError({
    kind: 'budget-exceeded',
    message: `${key} was not sent: ${spent}, and what it may cost does not fit in the rest.`,
    billed: 'no',
    hint: 'A run keeps its plan: begin a new one with a larger budget.limitUSD.',
  })
}

/** Sends the paid request once. Nothing is sent where its upper bound no longer fits the budget. */
async function send(workshop: Workshop, task: Task): Promise<AcceptedJob | undefined> {
  const { key, estimate, request } = task
  await task.turn()
  workshop.abortSignal.throwIfAborted()
  if (!fits(workshop, estimate?.maximum ?? 0)) {
    // One whose outcome is unknown stays so: that it is not sent once more says nothing of the first time.
    if (workshop.records.of(key).state.state === 'open') {
      const error = recordedError(budgetSpent(workshop, key))
      await note(workshop, { type: 'returned', at: timestamp(workshop), key, error })
    }
    return undefined
  }
  const idempotencyKey = keyOf(workshop.id, key)
  await note(workshop, { type: 'intent', at: timestamp(workshop), key, idempotencyKey, ...(estimate && { estimate }) })
  const sentAt = workshop.clock.now()
  try {
    const { handle, status, warnings } = await request.start(idempotencyKey)
    const submitMs = workshop.clock.now() - sentAt
    await noteAccepted(workshop, key, handle, { warnings: warnings.map(({ message }) => message) })
    return { handle, status, submitMs }
  } catch (error) {
    await settleSubmit(workshop, key, error, workshop.clock.now() - sentAt)
    return undefined
  }
}

async function noteAccepted(
  workshop: Workshop,
  key: string,
  handle: AcceptedJob['handle'],
  { found = false, warnings = [] }: { readonly found?: boolean; readonly warnings?: readonly string[] },
): Promise<void> {
  await note(workshop, { type: 'accepted', at: timestamp(workshop), key, handle, found, warnings: [...warnings] })
}

/** Nothing is decided, but the reader of the run must not wonder why. */
async function postpone(workshop: Workshop, key: string, error: LikenessError): Promise<void> {
  await note(workshop, { type: 'postponed', at: timestamp(workshop), key, error: recordedError(error) })
}

/** Asks the vendor for the job of a request that an earlier process may have sent. */
async function lookFor(workshop: Workshop, { request }: Task, idempotencyKey: string, since: number) {
  const { clock, abortSignal } = workshop
  const first = await request.find?.(idempotencyKey, since)
  const left = since + certainAfterMs - clock.now()
  if (first !== undefined || left <= 0) return first
  await clock.sleep(left, abortSignal)
  return request.find?.(idempotencyKey, since)
}

/** Finds out what became of a request whose outcome was not recorded. */
async function resolveIntent(
  workshop: Workshop,
  task: Task,
  { idempotencyKey, at }: { readonly idempotencyKey: string; readonly at: number },
): Promise<AcceptedJob | undefined> {
  const { key, request } = task
  if (request.find === undefined) {
    await note(workshop, { type: 'unknown', at: timestamp(workshop), key })
    return undefined
  }
  try {
    const handle = await lookFor(workshop, task, idempotencyKey, at)
    if (handle === undefined) {
      await note(workshop, { type: 'returned', at: timestamp(workshop), key })
      return undefined
    }
    await noteAccepted(workshop, key, handle, { found: true })
    return { handle }
  } catch (error) {
    // The vendor cannot be asked now: it stays as it is, and a later process asks again.
    if (!LikenessError.is(error) || error.kind === 'aborted') throw error
    await postpone(workshop, key, error)
    return undefined
  }
}

/** Waits for an accepted job and records its end. One that cannot be read now stays accepted. */
async function finish(workshop: Workshop, { key, provider }: Task, job: AcceptedJob): Promise<void> {
  try {
    await note(workshop, await collect(key, job, { ...workshop, provider }))
  } catch (error) {
    if (!LikenessError.is(error) || error.kind === 'aborted') throw error
    if (mayStillCome(error)) return postpone(workshop, key, error)
    const lost = error.billed === 'no' ? error.with({ billed: 'maybe' }) : error
    await note(workshop, { type: 'failed', at: timestamp(workshop), key, error: recordedError(lost), times: {} })
  }
}

/**
 * Takes a piece of work from where it stands as far as it goes. What ended is left alone; what was accepted is waited
 * for; what may have been sent is asked for; and only what was certainly not created is sent.
 */
export async function carryOut(workshop: Workshop, task: Task): Promise<void> {
  const { records, plan } = workshop
  const state = () => records.of(task.key).state
  const before = state()
  let job: AcceptedJob | undefined = before.state === 'accepted' ? { handle: before.handle } : undefined
  if (before.state === 'intended') job = await resolveIntent(workshop, task, before)
  if (state().state === 'open') job = await send(workshop, task)
  // Once more and never again: each time may be paid for.
  const resend = plan.onUnknown === 'resend' && records.of(task.key).attempts < 2
  if (state().state === 'unknown' && resend) job = await send(workshop, task)
  if (job !== undefined) await finish(workshop, task, job)
}
