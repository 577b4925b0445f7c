import {
  type Clock,
  type Cost,
  type FineTunedModel,
  type FineTuneRequest,
  type FineTuneStatus,
  isFinal,
  type JobHandle,
  type JobStatus,
  LikenessError,
  type OnUnknown,
  type Provider,
  type Wakeups,
  type Warning,
} from '@likeness/core'
import { submit, trainingAt, waitForJob } from '@likeness/core/runtime'
import type { Reservation } from '../ledger/types.js'
import { settleEnd, settleFailure } from '../run/books.js'
import { endedWithout } from '../run/endings.js'

/**
 * How one training came out. `failed`: it ended, or never began. `open`: the vendor has accepted it and its end is not
 * known; the handle resumes it.
 */
export type TrainingEnd =
  | {
      readonly end: 'ready'
      readonly model: FineTunedModel
      readonly handle: JobHandle
      readonly cost: Cost | undefined
      readonly warnings: readonly Warning[]
    }
  | {
      readonly end: 'failed'
      readonly error: LikenessError
      readonly handle: JobHandle | undefined
      readonly warnings: readonly Warning[]
    }
  | {
      readonly end: 'open'
      readonly error: LikenessError
      readonly handle: JobHandle
      readonly warnings: readonly Warning[]
    }

/** One training to be paid for, checked beforehand. */
export interface PaidTraining {
  readonly provider: Provider
  readonly request: FineTuneRequest
  readonly reservation: Reservation | undefined
  readonly clock: Clock
  readonly abortSignal: AbortSignal
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly timeoutMs?: number | undefined
  readonly wakeups?: Wakeups | undefined
  readonly onUnknown?: OnUnknown | undefined
  /** The images are not needed any more. */
  readonly onSubmitted: () => void
  readonly onAccepted: (handle: JobHandle) => void
  readonly onStatus: (status: JobStatus) => void
}

/** Any failure as the one error that Likeness throws. */
export function asLikenessError(provider: string, error: unknown, handle?: JobHandle): LikenessError {
  if (LikenessError.is(error)) return handle === undefined ? error : error.with({ handle })
  const reason = error instanceof Error ? error.message : String(error)
  const message = `${provider}: the training failed unexpectedly: ${reason}`
  return new LikenessError({ kind: 'invalid-response', message, provider, billed: 'maybe', handle, cause: error })
}

/** Tells the ledger; a ledger that fails must not lose a job that is paid for. */
async function tellLedger(provider: string, warnings: Warning[], change: Promise<void> | undefined): Promise<void> {
  try {
    await change
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    warnings.push({ type: 'notice', provider, message: `The ledger could not keep what became of it: ${reason}` })
  }
}

async function submitted({ provider, request, clock, abortSignal, headers, onUnknown = 'fail' }: PaidTraining) {
  const { fineTune, capabilities } = trainingAt(provider)
  const { started } = await submit<FineTuneStatus>({
    provider: provider.id,
    idempotencyKey: request.idempotencyKey,
    clock,
    onUnknown,
    call: { abortSignal, headers },
    start: (callOptions) => fineTune.start(request, callOptions),
    find: capabilities.find ? (findOptions) => fineTune.find(request, findOptions) : undefined,
  })
  return started
}

/** After these the vendor has nothing more to tell about the job. */
const endings: ReadonlySet<string> = new Set(['not-found', 'expired', 'invalid-request', 'unsupported'])

async function waited(
  { provider, reservation }: Pick<PaidTraining, 'provider' | 'reservation'>,
  handle: JobHandle,
  warnings: Warning[],
  wait: () => Promise<JobStatus>,
): Promise<TrainingEnd> {
  let status: JobStatus
  try {
    status = await wait()
  } catch (thrown) {
    const error = asLikenessError(provider.id, thrown, handle)
    // The entry stays open in the ledger: whoever resumes the job settles it.
    if (!endings.has(error.kind)) return { end: 'open', error, handle, warnings }
    await tellLedger(provider.id, warnings, reservation?.unknown(error.message))
    return { end: 'failed', error, handle, warnings }
  }
  await tellLedger(provider.id, warnings, reservation && settleEnd(reservation, status))
  if (status.state === 'succeeded' && 'model' in status) {
    const { model, cost } = status
    return { end: 'ready', model, handle, cost, warnings }
  }
  return { end: 'failed', error: endedWithout(handle, status), handle, warnings }
}

/** Goes on with a training that was accepted before. Sends no paid request. Never rejects. */
export async function resumeTraining(
  training: Omit<PaidTraining, 'request' | 'onSubmitted' | 'onAccepted' | 'onUnknown'>,
  handle: JobHandle,
): Promise<TrainingEnd> {
  const { provider, clock, abortSignal, headers, timeoutMs, wakeups, onStatus } = training
  const options = { clock, abortSignal, headers, timeoutMs, wakeups, onStatus }
  return waited(training, handle, [], () => waitForJob(handle, provider, options))
}

/** Submits a training, sees it through, and tells the ledger each step of it. Never rejects. */
export async function payTraining(training: PaidTraining): Promise<TrainingEnd> {
  const { provider, reservation, clock, abortSignal, headers, timeoutMs, wakeups, onStatus } = training
  const warnings: Warning[] = []
  let started: Awaited<ReturnType<typeof submitted>>
  try {
    started = await submitted(training)
  } catch (thrown) {
    const error = asLikenessError(provider.id, thrown)
    await tellLedger(provider.id, warnings, reservation && settleFailure(reservation, error))
    return { end: 'failed', error, handle: error.handle, warnings }
  } finally {
    training.onSubmitted()
  }
  const { handle, status } = started
  warnings.push(...started.warnings)
  training.onAccepted(handle)
  await tellLedger(provider.id, warnings, reservation?.accept(handle))
  if (status !== undefined && isFinal(status)) {
    onStatus(status)
    return waited(training, handle, warnings, async () => status)
  }
  const options = { clock, abortSignal, headers, timeoutMs, wakeups, onStatus }
  return waited(training, handle, warnings, () => waitForJob(handle, provider, options))
}
