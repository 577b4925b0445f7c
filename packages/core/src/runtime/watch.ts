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
  // A timer cannot wait for less, and costs as much as a request.
  if (ms < 2 && !abortSignal?.aborted) return
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
 * The statuses of a job until its last one, from this or any other process. Each is read from the vendor. A failed
 * read is not a failed job: the loop goes on until the deadline.
 *
 * @throws LikenessError `timeout` after the deadline, `aborted`, or what the vendor's refusal to answer means; all
 * carry `handle`
 */
export async function* watch(
  handle: JobHandle,
  provider: Provider,
  options: WaitOptions = {},
): AsyncGenerator<JobStatus, void, void> {
  const asker = askerOf(provider, handle)
  const clock = options.clock ?? provider.clock ?? systemClock
  const pace = asker.pace(handle)
  const history = historyOf(provider)
  const since = clock.now()
  const startedAt = Date.parse(handle.startedAt)
  const deadline = startedAt + (options.timeoutMs ?? pace.deadlineMs)
  const call = { abortSignal: options.abortSignal, headers: options.headers }
  // A job that was started elsewhere may be done by now: ask before waiting.
  const resumed = since - startedAt > pace.minimumMs
  let unfinishedAt: number | undefined
  let etaMs: number | undefined
  let failure: LikenessError | undefined
  let asked = false
  for (;;) {
    const elapsed = clock.now() - startedAt
    if (asked || !resumed) {
      const spread = history.spread(pace.key)
      const delay = Math.max(failure?.retryAfterMs ?? 0, nextPollDelay({ elapsed, pace, first: !asked, spread, etaMs }))
      const left = deadline - clock.now()
      if (left <= 0 && asked) throw overdue(handle, elapsed, failure)
      await sleepOrWake(clock, Math.max(0, Math.min(delay, left)), handle, options).catch((error: unknown) => {
        throw options.abortSignal?.aborted ? aborted(handle, options.abortSignal) : error
      })
    }
    asked = true
    try {
      const status = await asker.status(handle, call)
      failure = undefined
      const now = clock.now() - startedAt
      if (isFinal(status)) {
        if (!resumed) learn(history, pace, unfinishedAt, now)
        yield status
        return
      }
      unfinishedAt = now
      etaMs = 'etaMs' in status ? status.etaMs : undefined
      yield status
    } catch (error) {
      if (options.abortSignal?.aborted) throw aborted(handle, options.abortSignal)
      if (!isPassing(error)) throw LikenessError.is(error) ? error.with({ handle, billed: 'maybe' }) : error
      failure = error
    }
  }
}

/** Waits for the last status. */
export async function waitForJob(
  handle: JobHandle,
  provider: Provider,
  options: WaitOptions & { readonly onStatus?: ((status: JobStatus) => void) | undefined } = {},
): Promise<JobStatus> {
  let last: JobStatus | undefined
  for await (const status of watch(handle, provider, options)) {
    last = status
    options.onStatus?.(status)
  }
  if (last === undefined) throw new Error('unreachable: watch yields at least one status or throws')
  return last
}
