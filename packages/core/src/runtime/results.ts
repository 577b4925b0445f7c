import { systemClock } from '../clock.js'
import { LikenessError } from '../error.js'
import type { ImageFailure } from '../generate.js'
import { type GeneratedImage, generatedImage } from '../images/generated-image.js'
import type { Attempt, JobHandle, Started } from '../job.js'
import type { JsonObject } from '../json.js'
import type { FineTunedModel } from '../model.js'
import type { Cost, Estimate } from '../money.js'
import type { Provider } from '../provider.js'
import type { Finished } from '../run.js'
import type { TrailEntry } from '../trail.js'
import type { Warning } from '../warning.js'
import type { JobStatus } from './watch.js'

/** What both kinds of results tell beside the result itself. */
export interface JobResult {
  readonly handle: JobHandle
  readonly warnings: readonly Warning[]
  /** What was expected to be charged, worked out before the request. */
  readonly estimate?: Estimate | undefined
  /** What was charged, as far as the vendor or its price table tells. `undefined` is unknown, not free. */
  readonly cost?: Cost | undefined
  /** Every paid request that was sent; empty on a resumed job. */
  readonly attempts: readonly Attempt[]
  /** The way through the targets of a router; empty where one provider was asked directly, and on a resumed job. */
  readonly trail: readonly TrailEntry[]
  /** From the vendor's acceptance to the end as noticed, in milliseconds. */
  readonly durationMs: number
  /** What the vendor said beyond the neutral fields, under the provider's id. */
  readonly providerMetadata: Readonly<Record<string, JsonObject>>
}

/** A finished training. */
export interface FineTuneResult extends JobResult {
  readonly kind: 'fine-tune'
  readonly model: FineTunedModel
}

/** Finished pictures. */
export interface GenerateResult extends JobResult {
  readonly kind: 'generation'
  readonly images: readonly GeneratedImage[]
  /** Pictures of the `n` that did not come, with the reason. */
  readonly failures: readonly ImageFailure[]
}

/** What is known about a job beside its last status. */
export interface JobContext {
  readonly provider: Provider
  readonly handle: JobHandle
  readonly warnings: readonly Warning[]
  readonly attempts: readonly Attempt[]
  readonly trail?: readonly TrailEntry[] | undefined
}

/** The context of a job that was just started. */
export function contextOf(
  provider: Provider,
  started: Started<JobStatus>,
  attempts: readonly Attempt[],
  warnings: readonly Warning[],
): JobContext {
  return { provider, handle: started.handle, warnings: [...warnings, ...started.warnings], attempts }
}

/** The context of a job that its provider saw through. */
export function finishedContext(
  provider: Provider,
  finished: Finished<JobStatus>,
  warnings: readonly Warning[],
): JobContext {
  return { ...finished, provider, warnings: [...warnings, ...finished.warnings] }
}

function common({ provider, handle, warnings, attempts, trail = [] }: JobContext, metadata: JsonObject | undefined) {
  const now = (provider.clock ?? systemClock).now()
  return {
    handle,
    warnings,
    attempts,
    trail,
    estimate: handle.estimate,
    durationMs: Math.max(0, now - Date.parse(handle.startedAt)),
    providerMetadata: metadata === undefined ? {} : { [provider.id]: metadata },
  }
}

function unsuccessful(handle: JobHandle, status: JobStatus): LikenessError {
  const { provider } = handle
  switch (status.state) {
    case 'failed':
      return status.error.with({ handle, ...(status.cost && { cost: status.cost }) })
    case 'canceled':
      return new LikenessError({
        kind: 'aborted',
        message: `The ${handle.kind} was canceled at ${provider}.`,
        provider,
        handle,
        code: 'canceled',
        billed: 'maybe',
      })
    case 'expired':
      return new LikenessError({
        kind: 'expired',
        message: `${provider} no longer keeps the ${handle.kind} ${handle.id}.`,
        provider,
        handle,
        billed: 'maybe',
        hint: 'Vendors delete results after a while; fetch them soon after the job is done.',
      })
    default:
      return new LikenessError({
        kind: 'invalid-response',
        message: `The ${handle.kind} ended as ${status.state}.`,
        provider,
        handle,
        billed: 'maybe',
      })
  }
}

/**
 * The result of a fine-tune's last status.
 *
 * @throws LikenessError when it did not succeed
 */
export function fineTuneResult(context: JobContext, status: JobStatus): FineTuneResult {
  if (status.state !== 'succeeded' || !('model' in status)) throw unsuccessful(context.handle, status)
  return { kind: 'fine-tune', ...common(context, status.metadata), cost: status.cost, model: status.model }
}

/**
 * The result of a generation's last status.
 *
 * @throws LikenessError when it did not succeed
 */
export function generateResult(context: JobContext, status: JobStatus): GenerateResult {
  if (status.state !== 'succeeded' || !('images' in status)) throw unsuccessful(context.handle, status)
  const { generate } = context.provider
  if (generate === undefined) throw unsuccessful(context.handle, status)
  return {
    kind: 'generation',
    ...common(context, status.metadata),
    cost: status.cost,
    images: status.images.map((image) => generatedImage(image, (callOptions) => generate.download(image, callOptions))),
    failures: status.failures,
  }
}
