import {
  type Attempt,
  type FineTune,
  type FineTuneRequest,
  type Generate,
  type GenerateRequest,
  type JobHandle,
  type JobKind,
  type JobStatus,
  type JsonObject,
  LikenessError,
  type Pace,
  type Provider,
} from '@likeness/core'
import { afterAcceptance, nextPollDelay } from '@likeness/core/runtime'
import type { Job, RunningJob, SubmittingJob } from '../job.js'
import type { FindAnswer, JobWork, Submitted, VendorReference, WorkCall, WorkTimeouts } from './job-work.js'

/**
 * A job's request as an adapter takes it, and what to let go of afterwards. The idempotency key in it is replaced by
 * the job's.
 */
export type ResolvedRequest =
  | { readonly kind: 'fine-tune'; readonly request: FineTuneRequest; close(): Promise<void> }
  | { readonly kind: 'generation'; readonly request: GenerateRequest; close(): Promise<void> }

/** Done at a vendor. */
export type SucceededStatus = Extract<JobStatus, { readonly state: 'succeeded' }>

/** How jobs become calls of providers. */
export interface ProviderWorkSettings {
  /** By `Job.provider`. */
  readonly providers: Readonly<Record<string, Provider>>
  /**
   * Makes the request of a job: validates it, opens its images, chooses its models. Called again when a lost answer is
   * looked for. What it throws that is no `LikenessError` is tried again later: nothing was sent.
   */
  resolve(job: SubmittingJob, abortSignal: AbortSignal): Promise<ResolvedRequest>
  /** Makes the result that is kept, e.g. with copies of the pictures. @default the last status as JSON */
  readonly collect?: ((job: RunningJob, status: SucceededStatus, call: WorkCall) => Promise<JsonObject>) | undefined
  /** Of a provider that is made of others: the jobs at each. @default the handle's own */
  readonly references?: ((handle: JobHandle) => readonly VendorReference[]) | undefined
  /** See `JobWork.believedAfterMs`. @default 65_000 */
  readonly believedAfterMs?: number | undefined
  /** Uploads take their time. @default { submit: 120_000, ask: 20_000, collect: 900_000 } */
  readonly timeouts?: WorkTimeouts | undefined
}

/** The calls of either kind that need no request. */
type Operations = Pick<FineTune | Generate, 'status' | 'cancel' | 'pace'>

function missing(provider: string, kind: JobKind, known: readonly string[]): LikenessError {
  const message = known.includes(provider)
    ? `${provider} has no ${kind}s.`
    : `There is no provider ${provider}; configured are ${known.join(', ') || 'none'}.`
  return new LikenessError({
    kind: 'invalid-request',
    message,
    provider,
    fields: [{ field: 'provider', message }],
    hint: 'A job stays with the provider it was made for. Configure it under the same id.',
  })
}

/** Work that is done at providers: `start`, `find`, `status` and `cancel` of the contract. */
export function providerWork(settings: ProviderWorkSettings): JobWork {
  const { providers, collect, references, believedAfterMs } = settings

  function providerOf({ provider, kind }: Pick<Job, 'provider' | 'kind'>): Provider {
    const found = Object.hasOwn(providers, provider) ? providers[provider] : undefined
    if (found === undefined) throw missing(provider, kind, Object.keys(providers))
    return found
  }

  function fineTuneOf(job: Pick<Job, 'provider' | 'kind'>): FineTune {
    const { fineTune } = providerOf(job)
    if (fineTune === undefined) throw missing(job.provider, job.kind, Object.keys(providers))
    return fineTune
  }

  function generateOf(job: Pick<Job, 'provider' | 'kind'>): Generate {
    const { generate } = providerOf(job)
    if (generate === undefined) throw missing(job.provider, job.kind, Object.keys(providers))
    return generate
  }

  const operationsOf = (job: Job): Operations => (job.kind === 'fine-tune' ? fineTuneOf(job) : generateOf(job))
  const paceOf = (job: RunningJob): Pace => operationsOf(job).pace(job.handle)

  function canFind(job: Job): boolean {
    const { capabilities } = providerOf(job)
    const able = job.kind === 'fine-tune' ? capabilities.fineTune?.find : capabilities.generate?.find
    return able === true
  }

  async function resolve(job: SubmittingJob, abortSignal: AbortSignal): Promise<ResolvedRequest> {
    try {
      return await settings.resolve(job, abortSignal)
    } catch (error) {
      if (LikenessError.is(error)) throw error
      const told = error instanceof Error ? error.message : String(error)
      throw new LikenessError({
        kind: 'unavailable',
        message: `The request of ${job.id} could not be made: ${told}`,
        provider: job.provider,
        operation: 'resolve',
        billed: 'no',
        cause: error,
      })
    }
  }

  async function start(job: SubmittingJob, resolved: ResolvedRequest, call: WorkCall): Promise<Submitted> {
    const attempts: Attempt[] = []
    const { idempotencyKey, abortSignal } = call
    const options = { abortSignal, onAttempt: (attempt: Attempt) => void attempts.push(attempt) }
    try {
      const started =
        resolved.kind === 'fine-tune'
          ? await fineTuneOf(job).start({ ...resolved.request, idempotencyKey }, options)
          : await generateOf(job).start({ ...resolved.request, idempotencyKey }, options)
      return { handle: started.handle, status: started.status }
    } catch (error) {
      const accepted = attempts.some(({ outcome }) => outcome === 'accepted')
      throw accepted ? afterAcceptance(job.provider, error) : error
    }
  }

  return {
    async submit(job, call) {
      // Before its images are opened.
      operationsOf(job)
      const resolved = await resolve(job, call.abortSignal)
      try {
        return await start(job, resolved, call)
      } finally {
        await resolved.close()
      }
    },
    async find(job, { idempotencyKey, abortSignal, since }): Promise<FindAnswer> {
      if (!canFind(job)) return { answer: 'cannot-be-asked' }
      const resolved = await resolve(job, abortSignal)
      try {
        const options = { abortSignal, since }
        const handle =
          resolved.kind === 'fine-tune'
            ? await fineTuneOf(job).find({ ...resolved.request, idempotencyKey }, options)
            : await generateOf(job).find({ ...resolved.request, idempotencyKey }, options)
        return handle === undefined ? { answer: 'none' } : { answer: 'found', handle }
      } finally {
        await resolved.close()
      }
    },
    status: (job, { abortSignal }) => operationsOf(job).status(job.handle, { abortSignal }),
    cancel: (job, { abortSignal }) => operationsOf(job).cancel(job.handle, { abortSignal }),
    async collect(job, status, call) {
      if (collect !== undefined) return collect(job, status, call)
      const { state: _, ...result } = status
      return plainJson(result)
    },
    pollAfterMs(job, now, first) {
      const startedAt = Date.parse(job.handle.startedAt)
      const elapsed = Math.max(0, now - (Number.isNaN(startedAt) ? job.sentAt : startedAt))
      const { status } = job
      const etaMs = status !== undefined && 'etaMs' in status ? status.etaMs : undefined
      return nextPollDelay({ elapsed, pace: paceOf(job), first, etaMs })
    },
    deadlineMs: (job) => paceOf(job).deadlineMs,
    ...(references !== undefined && { references }),
    ...(believedAfterMs !== undefined && { believedAfterMs: () => believedAfterMs }),
    timeouts: { submit: 120_000, ...settings.timeouts },
  }
}

/** As it is read back from the database: errors as their JSON, what is undefined left out. */
function plainJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject
}
