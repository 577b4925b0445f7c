import { type Clock, systemClock } from '../clock.js'
import { LikenessError } from '../error.js'
import type { FineTuneStatus } from '../fine-tune.js'
import type { GenerationStatus } from '../generate.js'
import type { CallOptions, JobHandle, Pace } from '../job.js'
import type { Provider } from '../provider.js'
import { nextPollDelay } from './next-poll.js'
import { createPaceHistory, type PaceHistory } from './pace-history.js'
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

/** How one kind of job is asked about. */
interface Asker {
  status(handle: JobHandle, options: CallOptions): Promise<JobStatus>
  pace(handle: JobHandle): Pace
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

/** Failures of a status read that say nothing about the job: it goes on at the vendor, and so does the loop. */
function isPassing(error: unknown): error is LikenessError {
  if (!LikenessError.is(error)) return false
  return ['network', 'timeout', 'unavailable', 'rate-limited', 'invalid-response'].includes(error.kind)
}

function askerOf(provider: Provider, handle: JobHandle): Asker {
  const asker = handle.kind === 'fine-tune' ? provider.fineTune : provider.generate
  if (handle.provider !== provider.id || asker === undefined) {
    throw new LikenessError({
      kind: 'invalid-request',
      message: `The handle is a ${handle.kind} at ${handle.provider}, the provider given is ${provider.id}.`,
      fields: [{ field: 'provider', message: `must be ${handle.provider}` }],
      hint: 'Hand over the provider that started the job, under the same id.',
    })
  }
  return asker
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

/** Sleeps until the time has come, a callback names the job, or the caller gives up. */
async function sleepOrWake(clock: Clock, ms: number, handle: JobHandle, options: WaitOptions): Promise<void> {
  const { abortSignal, wakeups } = options
  if (wakeups === undefined) return clock.sleep(ms, abortSignal)
  const awake = new AbortController()
  const onAbort = () => awake.abort(abortSignal?.reason)
  const unsubscribe = wakeups.subscribe(handle, () => awake.abort(handle))
  abortSignal?.addEventListener('abort', onAbort, { once: true })
  try {
    await clock.sleep(ms, awake.signal)
  } catch (error) {
    if (awake.signal.reason !== handle) throw error
  } finally {
    unsubscribe()
    abortSignal?.removeEventListener('abort', onAbort)
  }
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

/**
 * The one poll loop: each call of the returned function waits until it is time, and reads the next status from the
 * vendor. A failed read is not a failed job: the loop goes on until the deadline. Not to be called after a last status.
 */
function poll(handle: JobHandle, provider: Provider, options: WaitOptions): () => Promise<JobStatus> {
  const asker = askerOf(provider, handle)
  const { abortSignal, headers } = options
  const clock = options.clock ?? provider.clock ?? systemClock
  const pace = asker.pace(handle)
  const history = historyOf(provider)
  const startedAt = Date.parse(handle.startedAt)
  const deadline = startedAt + (options.timeoutMs ?? pace.deadlineMs)
  const call = { abortSignal, headers }
  // A job that was started elsewhere may be done by now: ask before waiting.
  const resumed = clock.now() - startedAt > pace.minimumMs
  let unfinishedAt: number | undefined
  let etaMs: number | undefined
  let failure: LikenessError | undefined
  let first = true

  async function wait(): Promise<void> {
    if (first && resumed) return
    const now = clock.now()
    const elapsed = now - startedAt
    const left = deadline - now
    if (left <= 0 && !first) throw overdue(handle, elapsed, failure)
    const due = nextPollDelay({ elapsed, pace, first, spread: history.spread(pace.key), etaMs })
    const delay = Math.min(left, Math.max(failure?.retryAfterMs ?? 0, due))
    // A timer cannot wait for less, and costs as much as a request.
    if (delay >= 2) await sleepOrWake(clock, delay, handle, options)
  }

  return async () => {
    for (;;) {
      try {
        await wait()
        first = false
        // The time of asking and not of the answer: the next job shall be asked about at that time.
        const askedAt = clock.now() - startedAt
        const status = await asker.status(handle, call)
        if (isFinal(status)) {
          if (!resumed) learn(history, pace, unfinishedAt, askedAt)
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
  const next = poll(handle, provider, options)
  for (;;) {
    const status = await next()
    yield status
    if (isFinal(status)) return
  }
}

/** Waits for the last status. */
export async function waitForJob(
  handle: JobHandle,
  provider: Provider,
  options: WaitOptions & { readonly onStatus?: ((status: JobStatus) => void) | undefined } = {},
): Promise<JobStatus> {
  const next = poll(handle, provider, options)
  for (;;) {
    const status = await next()
    options.onStatus?.(status)
    if (isFinal(status)) return status
  }
}
