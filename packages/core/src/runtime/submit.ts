import type { Clock } from '../clock.js'
import { LikenessError } from '../error.js'
import type { Attempt, CallOptions, FindOptions, JobHandle, Started } from '../job.js'
import type { Warning } from '../warning.js'

/** What to do about a paid request whose answer was lost and that the vendor cannot be asked about. */
export type OnUnknown = 'fail' | 'resend' | 'fallback'

/** One paid submit. */
export interface Submission<Status> {
  readonly provider: string
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

async function resolveUnknown<Status>(submission: Submission<Status>, since: number): Promise<JobHandle | undefined> {
  const { find, clock, call } = submission
  if (find === undefined) return undefined
  for (const delay of FIND_DELAYS) {
    await clock.sleep(delay, call.abortSignal)
    const handle = await find({ ...call, since })
    if (handle !== undefined) return handle
  }
  return undefined
}

/** The last attempt whose outcome was open, with what was found out about it. */
function settle(attempts: Attempt[], outcome: Attempt['outcome']): void {
  const index = attempts.findLastIndex((attempt) => attempt.outcome === 'unknown')
  const attempt = attempts[index]
  if (attempt !== undefined) attempts[index] = { ...attempt, outcome }
}

function found(provider: string): Warning {
  return {
    type: 'notice',
    provider,
    message: 'The answer to the submit was lost; the job was found at the vendor and is being waited for.',
  }
}

/**
 * Submits once. A lost answer is resolved by asking the vendor for the job; only where the vendor answers that it has
 * none, or where the caller's policy says so, is the request sent a second time.
 *
 * @throws LikenessError `outcome-unknown` where it cannot be known whether a job was created
 */
export async function submit<Status>(submission: Submission<Status>): Promise<Submitted<Status>> {
  const { provider, clock, call, onUnknown } = submission
  const attempts: Attempt[] = []
  const options = { ...call, onAttempt: (attempt: Attempt) => void attempts.push(attempt) }
  const since = clock.now()
  try {
    return { started: await submission.start(options), attempts }
  } catch (error) {
    if (!LikenessError.is(error) || error.kind !== 'outcome-unknown') throw error
    const lost = onUnknown === 'fallback' ? error.with({ retry: 'elsewhere' }) : error
    let handle: JobHandle | undefined
    try {
      handle = await resolveUnknown(submission, since)
    } catch {
      // The vendor could not be asked either: the outcome stays unknown, and that is the error to report.
      throw lost
    }
    if (handle !== undefined) {
      settle(attempts, 'accepted')
      return { started: { handle, warnings: [found(provider)], estimate: handle.estimate }, attempts }
    }
    if (submission.find !== undefined) settle(attempts, 'rejected')
    if (onUnknown === 'resend') return { started: await submission.start(options), attempts }
    if (submission.find === undefined) throw lost
    throw error.with({
      kind: 'unavailable',
      billed: 'no',
      message: `${provider} lost the submit: it says that it has no such job.`,
      hint: 'Nothing was created, so it is safe to send it again.',
    })
  }
}
