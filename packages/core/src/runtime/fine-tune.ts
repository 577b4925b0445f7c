import { refuseAborted } from '../abort.js'
import { type Clock, systemClock } from '../clock.js'
import { LikenessError } from '../error.js'
import type { FineTuneRequest, FineTuneStatus } from '../fine-tune.js'
import type { PreflightProblem } from '../images/preflight.js'
import type { JobHandle } from '../job.js'
import type { Estimate } from '../money.js'
import type { Provider } from '../provider.js'
import type { FineTuneInput } from '../schemas/fine-tune-request.js'
import type { Warning } from '../warning.js'
import { contextOf, type FineTuneResult, fineTuneResult, finishedContext, type JobContext } from './results.js'
import { type OnUnknown, submit } from './submit.js'
import { tell } from './tell.js'
import { checkTimeout, isFinal, type JobStatus, type WaitOptions, waitForJob } from './watch.js'

/** How to run a job, beside what it is. */
export interface RunOptions extends WaitOptions {
  /** A lost answer that the vendor cannot be asked about: give up, send again, or let a router go elsewhere. @default 'fail' */
  readonly onUnknown?: OnUnknown | undefined
  /**
   * Called once the vendor has accepted the job: keep the handle, it resumes the job anywhere. What it throws becomes a
   * process warning.
   */
  readonly onStarted?: ((handle: JobHandle) => void) | undefined
  /** Called for each status read. */
  readonly onStatus?: ((status: JobStatus) => void) | undefined
  /** Reads images given as `http(s):` URLs. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** Everything `fineTune` takes. */
export type FineTuneOptions = FineTuneInput & RunOptions & { readonly provider: Provider }

/** A job that the vendor has accepted. */
export interface StartedJob extends JobContext {
  readonly estimate?: Estimate | undefined
  /** Set where the answer to the submit already was the end of the job. */
  readonly status?: JobStatus | undefined
}

/** Splits how to run a job from what it is, so that an unknown option is still noticed. */
export function splitOptions<Options extends RunOptions & { readonly provider: Provider }>(options: Options) {
  const { provider, abortSignal, headers, timeoutMs, wakeups, clock, onUnknown, onStarted, onStatus, fetch, ...input } =
    options
  const time: Clock = clock ?? provider.clock ?? systemClock
  checkTimeout(timeoutMs)
  const run = { abortSignal, headers, timeoutMs, wakeups, clock: time, onUnknown, onStarted, onStatus, fetch }
  return { provider, run, input }
}

/** The last status of a job: known from its start, or waited for. */
export async function endOf({ status, handle, provider }: StartedJob, run: RunOptions): Promise<JobStatus> {
  return status !== undefined && isFinal(status) ? status : waitForJob(handle, provider, run)
}

/**
 * How a provider trains.
 *
 * @throws LikenessError `unsupported` where it does not
 */
export function trainingAt({ id, fineTune, capabilities }: Provider) {
  if (fineTune === undefined || capabilities.fineTune === undefined) {
    throw new LikenessError({ kind: 'unsupported', message: `${id} cannot train.`, provider: id })
  }
  return { fineTune, capabilities: capabilities.fineTune }
}

/** See {@link splitOptions}. */
export type SplitOptions<Options extends RunOptions & { readonly provider: Provider }> = ReturnType<
  typeof splitOptions<Options>
>

/** What `preflight` found that forbids a training, as one error. */
export function refusedImages(provider: string, problems: readonly PreflightProblem[]): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    message: `${provider} would refuse these images: ${problems.map(({ message }) => message).join('; ')}.`,
    provider,
    fields: problems.map(({ image, message }) => ({
      field: image === undefined ? 'images' : `images (${image})`,
      message,
    })),
    hint: 'Nothing was sent. `preflight` lists all problems.',
  })
}

/** Notices for the problems that do not forbid a training; many of one sort make one notice. */
export function imageNotices(provider: string, problems: readonly PreflightProblem[]): Warning[] {
  const groups = Map.groupBy(problems, ({ code }) => code)
  return [...groups.values()].flatMap((group) => {
    const more = group.length > 2 ? ` (and ${group.length - 1} more like it)` : ''
    const told = more === '' ? group : group.slice(0, 1)
    return told.map(({ message }) => ({
      type: 'notice' as const,
      provider,
      parameter: 'images',
      message: `${message}${more}`,
    }))
  })
}

/** Hands a checked request to `work`, and lets go of its images after. */
async function withRequest<Value>(
  { provider, run, input }: SplitOptions<FineTuneOptions>,
  work: (request: FineTuneRequest, warnings: readonly Warning[]) => Promise<Value>,
): Promise<Value> {
  const { capabilities } = trainingAt(provider)
  refuseAborted(run.abortSignal)
  const { prepareFineTune } = await import('./prepare.js')
  const { preflight } = await import('../images/preflight.js')
  const { request, close } = await prepareFineTune(input, run)
  try {
    const problems = preflight(request.images, capabilities.images)
    const errors = problems.filter(({ severity }) => severity === 'error')
    if (errors.length > 0) throw refusedImages(provider.id, errors)
    return await work(request, imageNotices(provider.id, problems))
  } finally {
    await close()
  }
}

async function start(split: SplitOptions<FineTuneOptions>): Promise<StartedJob> {
  const { provider, run } = split
  const { fineTune, capabilities } = trainingAt(provider)
  return withRequest(split, async (request, warnings) => {
    const call = { abortSignal: run.abortSignal, headers: run.headers }
    const { started, attempts } = await submit<FineTuneStatus>({
      provider: provider.id,
      idempotencyKey: request.idempotencyKey,
      clock: run.clock,
      onUnknown: run.onUnknown ?? 'fail',
      call,
      start: (callOptions) => fineTune.start(request, callOptions),
      find: capabilities.find ? (findOptions) => fineTune.find(request, findOptions) : undefined,
    })
    tell(run.onStarted, started.handle)
    return { ...contextOf(provider, started, attempts, warnings), estimate: started.estimate, status: started.status }
  })
}

/**
 * Checks, uploads and submits a training, and returns as soon as the vendor has accepted it. Keep `handle`.
 *
 * @throws LikenessError before anything is sent: `invalid-request`, `unsupported`; else what the vendor's answer means
 */
export async function startFineTune(options: FineTuneOptions): Promise<StartedJob> {
  return start(splitOptions(options))
}

/**
 * Trains a subject and waits until its model is ready.
 *
 * @example
 * const { model } = await fineTune({ provider: createFal(), subject: { className: 'dog' }, images: ['./photos'] })
 * @throws LikenessError; once the job was accepted it carries `handle`, which `resume` takes
 */
export async function fineTune(options: FineTuneOptions): Promise<FineTuneResult> {
  const split = splitOptions(options)
  const { provider, run } = split
  const { fineTune: jobs } = trainingAt(provider)
  if (jobs.run !== undefined) {
    const seeThrough = jobs.run
    return withRequest(split, async (request, warnings) => {
      const finished = await seeThrough(request, run)
      return fineTuneResult(finishedContext(provider, finished, warnings), finished.status)
    })
  }
  const job = await start(split)
  return fineTuneResult(job, await endOf(job, split.run))
}
