import type { Clock } from '../clock.js'
import { LikenessError } from '../error.js'
import type { Attempt, CallOptions, FindOptions, JobHandle, Started } from '../job.js'
import type { Warning } from '../warning.js'
import { isPassing } from './passing.js'

/** What to do about a paid request whose answer was lost and that the vendor cannot be asked about. */
export type OnUnknown = 'fail' | 'resend' | 'fallback'

/** One paid submit. */
export interface Submission<Status> {
  readonly provider: string
  readonly idempotencyKey: string
  readonly clock: Clock
  /** @default 'fail' */
  readonly onUnknown: OnUnknown
  readonly call: Omit<CallOptions, 'onAttempt'>
  start(options: CallOptions): Promise<Started<Status>>
  /** Absent where the vendor cannot be asked. */
  readonly find: ((options: FindOptions) => Promise<JobHandle | undefined>) | undefined
}

/** What a submit came to. */
export interface Submitted<Status> {
  readonly started: Started<Status>
  readonly attempts: readonly Attempt[]
}

/**
 * When to ask for a job whose answer was lost, in milliseconds after the loss. Astria's documentation (API overview,
 * 2026-08-21) says to wait a minute after a 504 before trusting that nothing was created.
 */
const FIND_DELAYS = [1_000, 4_000, 15_000, 45_000]

type Sent<Status> =
  | { readonly started: Started<Status> }
  /** `none`: the vendor answered, to the last, that it has no such job. */
  | { readonly started: undefined; readonly lost: LikenessError; readonly resolved: 'none' | 'unknown' }

/** Asks again while the vendor cannot be reached: what broke the submit often breaks the first question too. */
async function resolveUnknown<Status>(
  submission: Submission<Status>,
  since: number,
): Promise<JobHandle | 'none' | 'unknown'> {
  const { find, clock, call } = submission
  let answered = false
  if (find === undefined) return 'unknown'
  for (const delay of FIND_DELAYS) {
    await clock.sleep(delay, call.abortSignal)
    try {
      const handle = await find({ ...call, since })
      if (handle !== undefined) return handle
      answered = true
    } catch (error) {
      if (call.abortSignal?.aborted) throw error
      if (!isPassing(error)) return 'unknown'
      answered = false
    }
  }
  return answered ? 'none' : 'unknown'
}

/** The last attempt, with what was found out about it since. */
function settle(attempts: Attempt[], outcome: Attempt['outcome']): void {
  const last = attempts.at(-1)
  if (last !== undefined && last.outcome !== 'rejected') attempts[attempts.length - 1] = { ...last, outcome }
}

function found(provider: string): Warning {
  return {
    type: 'notice',
    provider,
    message: 'The answer to the submit was lost; the job was found at the vendor and is being waited for.',
  }
}

/** What a failed start means once the vendor has accepted its paid request: it is never free of charge. */
export function afterAcceptance(provider: string, error: unknown): LikenessError {
  if (!LikenessError.is(error)) {
    const message = `${provider} accepted the submit; its answer could not be understood.`
    return new LikenessError({ kind: 'outcome-unknown', message, provider, billed: 'maybe', cause: error })
  }
  if (error.kind === 'invalid-response') return error.with({ kind: 'outcome-unknown', billed: 'maybe' })
  return error.billed === 'no' ? error.with({ billed: 'maybe' }) : error
}

/** Sends once, and resolves a lost answer. */
async function sendOnce<Status>(submission: Submission<Status>, attempts: Attempt[]): Promise<Sent<Status>> {
  const { provider, clock, call } = submission
  const since = clock.now()
  const earlier = attempts.length
  const options = { ...call, onAttempt: (attempt: Attempt) => void attempts.push(attempt) }
  try {
    return { started: await submission.start(options) }
  } catch (error) {
    const accepted = attempts.slice(earlier).some(({ outcome }) => outcome === 'accepted')
    const lost = accepted ? afterAcceptance(provider, error) : error
    if (!LikenessError.is(lost) || lost.kind !== 'outcome-unknown') throw lost
    settle(attempts, 'unknown')
    let resolved: JobHandle | 'none' | 'unknown'
    try {
      resolved = await resolveUnknown(submission, since)
    } catch (reason) {
      if (!call.abortSignal?.aborted) throw lost.with({ cause: reason })
      // Going elsewhere or sending again would be the contrary of what an abort asks for.
      throw lost.with({ kind: 'aborted', cause: call.abortSignal.reason })
    }
    if (typeof resolved === 'string') {
      if (resolved === 'none') settle(attempts, 'rejected')
      return { started: undefined, lost, resolved }
    }
    settle(attempts, 'accepted')
    return { started: { handle: resolved, warnings: [found(provider)], estimate: resolved.estimate } }
  }
}

function unresolved({ provider, onUnknown }: Pick<Submission<unknown>, 'provider' | 'onUnknown'>, lost: LikenessError) {
  return {
    none: () =>
      lost.with({
        kind: 'unavailable',
        billed: 'no',
        message: `${provider} lost the submit: it says that it has no such job.`,
        hint: 'Nothing was created, so it is safe to send it again.',
      }),
    unknown: () => (onUnknown === 'fallback' ? lost.with({ retry: 'elsewhere' }) : lost),
  }
}

async function send<Status>(submission: Submission<Status>): Promise<Submitted<Status>> {
  const { onUnknown, find } = submission
  const attempts: Attempt[] = []
  let sent = await sendOnce(submission, attempts)
  if (sent.started === undefined && onUnknown === 'resend' && (sent.resolved === 'none' || find === undefined)) {
    const { resolved } = sent
    try {
      sent = await sendOnce(submission, attempts)
    } catch (error) {
      // That the second send is free of charge does not make the first one so.
      const hidden = resolved === 'unknown' && LikenessError.is(error) && error.billed === 'no'
      throw hidden ? error.with({ billed: 'maybe' }) : error
    }
  }
  if (sent.started === undefined) throw unresolved(submission, sent.lost)[sent.resolved]()
  return { started: sent.started, attempts }
}

/**
 * Submits once. A lost answer is resolved by asking the vendor for the job; only where the caller's policy says
 * `resend`, and the vendor answers that it has none or cannot be asked, is the request sent a second time.
 *
 * @throws LikenessError with the request's `idempotencyKey`; `outcome-unknown` where it cannot be known whether a job
 * was created
 */
export async function submit<Status>(submission: Submission<Status>): Promise<Submitted<Status>> {
  try {
    return await send(submission)
  } catch (error) {
    throw LikenessError.is(error) ? error.with({ idempotencyKey: submission.idempotencyKey }) : error
  }
}
