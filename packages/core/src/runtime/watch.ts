import { type Clock, systemClock } from '../clock.js'
import { LikenessError } from '../error.js'
import type { FineTuneStatus } from '../fine-tune.js'
import type { GenerationStatus } from '../generate.js'
import type { CallOptions, JobHandle, Pace } from '../job.js'
import type { Provider } from '../provider.js'
import { jobsOf } from './jobs-of.js'
import { nextPollDelay } from './next-poll.js'
import { createPaceHistory, type PaceHistory } from './pace-history.js'
import { isPassing } from './passing.js'
import { createSleeper } from './sleeper.js'
import { tell } from './tell.js'
import type { Wakeups } from './wakeups.js'

/** Either kind of job's status. */
export type JobStatus = FineTuneStatus | GenerationStatus

/** How to wait for a job. */
export interface WaitOptions extends Omit<CallOptions, 'onAttempt'> {
  /** How long to wait in all, in milliseconds from the job's start. @default the adapter's, by kind of job */
  readonly timeoutMs?: number | undefined
  /** Verified callbacks; each makes the loop ask at once. */
  readonly wakeups?: Wakeups | undefined
  /** @default the provider's, else the machine's */
  readonly clock?: Clock | undefined
}

const histories = new WeakMap<Provider, PaceHistory>()

function historyOf(provider: Provider): PaceHistory {
  const known = histories.get(provider)
  if (known !== undefined) return known
  const history = createPaceHistory()
  histories.set(provider, history)
  return history
}

/** Whether a status is the last one. */
export function isFinal(status: JobStatus): boolean {
  switch (status.state) {
    case 'queued':
    case 'running':
    case 'deploying':
      return false
    case 'succeeded':
    case 'failed':
    case 'canceled':
    case 'expired':
      return true
  }
}

function overdue(handle: JobHandle, waitedMs: number, cause: unknown): LikenessError {
  return new LikenessError({
    kind: 'timeout',
    message: `The ${handle.kind} ${handle.id} at ${handle.provider} was not done after ${Math.round(waitedMs / 1000)} s.`,
    provider: handle.provider,
    billed: 'maybe',
    handle,
    cause,
    hint: 'It may still finish: resume(error.handle) goes on waiting, cancel stops it where the vendor can.',
  })
}

/** @throws LikenessError `invalid-request` where `timeoutMs` is no number: the loop would never end. */
export function checkTimeout(timeoutMs: number | undefined, handle?: JobHandle): void {
  if (timeoutMs === undefined || !Number.isNaN(timeoutMs)) return
  const message = 'must be a number of milliseconds (given: NaN)'
  const fields = [{ field: 'timeoutMs', message }]
  throw new LikenessError({ kind: 'invalid-request', message: `timeoutMs ${message}.`, fields, handle })
}

function startOf(handle: JobHandle): number {
  const startedAt = Date.parse(handle.startedAt)
  if (!Number.isNaN(startedAt)) return startedAt
  const message = 'must be a date in ISO 8601'
  throw new LikenessError({
    kind: 'invalid-request',
    message: `handle.startedAt ${message} (given: ${JSON.stringify(handle.startedAt)}).`,
    fields: [{ field: 'handle.startedAt', message }],
    hint: 'Check handles from elsewhere with `jobHandleSchema`.',
  })
}

function aborted(handle: JobHandle, signal: AbortSignal): LikenessError {
  return new LikenessError({
    kind: 'aborted',
    message: `Waiting for the ${handle.kind} ${handle.id} at ${handle.provider} was aborted.`,
    provider: handle.provider,
    billed: 'maybe',
    handle,
    cause: signal.reason,
    hint: 'The job goes on at the vendor: resume(error.handle) goes on waiting.',
  })
}

/** Remembers a duration: between the last poll that found it unfinished and the one that found it done. */
function learn(history: PaceHistory, pace: Pace, unfinishedAt: number | undefined, doneAt: number): void {
  // A first poll that finds the job done came too late by an unknown time; leaning low makes the next one earlier.
  history.add(pace.key, unfinishedAt === undefined ? doneAt * 0.97 : (unfinishedAt + doneAt) / 2)
}

/** One run of the poll loop. */
interface Poll {
  /** Waits until it is time, and reads the next status from the vendor. Not to be called after a last status. */
  next(): Promise<JobStatus>
  /** Lets go of the callbacks. */
  close(): void
}

/** The one poll loop. A failed read is not a failed job: the loop goes on until the deadline. */
function poll(handle: JobHandle, provider: Provider, options: WaitOptions): Poll {
  const asker = jobsOf(provider, handle)
  const { abortSignal, headers } = options
  const clock = options.clock ?? provider.clock ?? systemClock
  const pace = asker.pace(handle)
  const history = historyOf(provider)
  checkTimeout(options.timeoutMs, handle)
  const startedAt = startOf(handle)
  const deadline = startedAt + (options.timeoutMs ?? pace.deadlineMs)
  const call = { abortSignal, headers }
  // A job that was started elsewhere may be done by now: ask before waiting.
  const resumed = clock.now() - startedAt > pace.minimumMs
  let unfinishedAt: number | undefined
  let etaMs: number | undefined
  let failure: LikenessError | undefined
  let first = true
  const sleeper = createSleeper(clock, handle, options.wakeups)

  async function wait(): Promise<void> {
    if (first && resumed) return
    const now = clock.now()
    const elapsed = now - startedAt
    const left = deadline - now
    if (left <= 0 && !first) throw overdue(handle, elapsed, failure)
    const due = nextPollDelay({ elapsed, pace, first, spread: history.spread(pace.key), etaMs })
    const delay = Math.min(left, Math.max(failure?.retryAfterMs ?? 0, due))
    // A timer cannot wait for less, and costs as much as a request. Later on a loop without a pause could spin.
    if (first && delay < 2) return
    await sleeper.sleep(Math.max(1, delay), abortSignal)
  }

  async function next(): Promise<JobStatus> {
    for (;;) {
      try {
        await wait()
        first = false
        const called = sleeper.rest()
        // The time of asking and not of the answer: the next job shall be asked about at that time.
        const askedAt = clock.now() - startedAt
        const status = await asker.status(handle, call)
        if (isFinal(status)) {
          // Refused and canceled jobs are short for another reason. A callback tells the very time.
          if (!resumed && status.state === 'succeeded') learn(history, pace, called ? askedAt : unfinishedAt, askedAt)
          return status
        }
        failure = undefined
        unfinishedAt = askedAt
        etaMs = 'etaMs' in status ? status.etaMs : undefined
        return status
      } catch (error) {
        if (abortSignal?.aborted) throw aborted(handle, abortSignal)
        if (!isPassing(error) || error.handle === handle) {
          throw LikenessError.is(error) ? error.with({ handle, billed: 'maybe' }) : error
        }
        failure = error
      }
    }
  }

  return { next, close: () => sleeper.close() }
}

/**
 * The statuses of a job until its last one, from this or any other process. Each is read from the vendor.
 *
 * @throws LikenessError `timeout` after the deadline, `aborted`, or what the vendor's refusal to answer means; all
 * carry `handle`
 */
export async function* watch(
  handle: JobHandle,
  provider: Provider,
  options: WaitOptions = {},
): AsyncGenerator<JobStatus, void, void> {
  const { next, close } = poll(handle, provider, options)
  try {
    for (;;) {
      const status = await next()
      yield status
      if (isFinal(status)) return
    }
  } finally {
    close()
  }
}

/** Waits for the last status. */
export async function waitForJob(
  handle: JobHandle,
  provider: Provider,
  options: WaitOptions & { readonly onStatus?: ((status: JobStatus) => void) | undefined } = {},
): Promise<JobStatus> {
  const { next, close } = poll(handle, provider, options)
  try {
    for (;;) {
      const status = await next()
      tell(options.onStatus, status)
      if (isFinal(status)) return status
    }
  } finally {
    close()
  }
}
