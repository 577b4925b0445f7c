import { refuseAborted } from '../abort.js'
import { LikenessError } from '../error.js'
import type { AppliedModel, GenerateRequest, GenerationStatus } from '../generate.js'
import { lazy } from '../lazy.js'
import { type Portfolio, selectModel } from '../portfolio.js'
import { namesSubject, subjectPlaceholder } from '../prompt.js'
import type { Provider } from '../provider.js'
import type { GenerateInput } from '../schemas/generate-request.js'
import type { Warning } from '../warning.js'
import { endOf, type RunOptions, type SplitOptions, type StartedJob, splitOptions } from './fine-tune.js'
import { contextOf, finishedContext, type GenerateResult, generateResult } from './results.js'
import { submit } from './submit.js'
import { tell } from './tell.js'

/** Everything `generate` takes. */
export type GenerateOptions = GenerateInput &
  RunOptions & {
    readonly provider: Provider
    /** Whose pictures to make. Without it the base model is used, and the prompt may not say `{subject}`. */
    readonly portfolio?: Portfolio | undefined
  }

const prepare = lazy(() => import('./prepare.js'))

/** What of the subject goes into a request: the model to apply, or what a provider made of others chooses from. */
export interface SubjectOfRequest {
  readonly models: readonly AppliedModel[]
  readonly portfolio?: Portfolio | undefined
}

/**
 * The models to apply: none without a portfolio.
 *
 * @throws LikenessError `no-eligible-provider`, `expired`
 */
export function modelsFor(
  portfolio: Portfolio | undefined,
  provider: Provider,
  strength: number | undefined,
  now: number,
): SubjectOfRequest {
  if (portfolio === undefined) return { models: [] }
  if (provider.members !== undefined) return { models: [], portfolio }
  return { models: [{ model: selectModel(portfolio, provider, now), strength }] }
}

/**
 * Checks that hold for every provider.
 *
 * @throws LikenessError `unsupported`, `invalid-request`
 */
export function checkRequest(provider: Provider, request: GenerateRequest, maximumImages: number): Warning[] {
  if (request.n > maximumImages) {
    const message = `${provider.id} makes at most ${maximumImages} in one request (given: ${request.n})`
    throw new LikenessError({
      kind: 'unsupported',
      message: `n: ${message}.`,
      provider: provider.id,
      fields: [{ field: 'n', message }],
      hint: 'Send several requests.',
    })
  }
  const named = namesSubject(request.prompt)
  const ofSubject = request.models.length > 0 || request.portfolio !== undefined
  if (named && !ofSubject) {
    const message = `says ${subjectPlaceholder}, but no portfolio was given`
    throw new LikenessError({
      kind: 'invalid-request',
      message: `prompt: ${message}.`,
      fields: [{ field: 'prompt', message }],
    })
  }
  const notices: Warning[] = []
  const notice = (parameter: string, message: string) =>
    notices.push({ type: 'notice', provider: provider.id, parameter, message })
  if (!named && ofSubject) {
    notice('prompt', `The prompt does not say ${subjectPlaceholder}; the picture may not show the subject.`)
  }
  if (request.models.some(({ model }) => model.mock === true)) {
    notice('portfolio', 'The model comes from a mock training; the picture will not show the subject.')
  }
  return notices
}

/**
 * How a provider generates.
 *
 * @throws LikenessError `unsupported` where it does not
 */
export function generationAt({ id, generate, capabilities }: Provider) {
  if (generate === undefined || capabilities.generate === undefined) {
    throw new LikenessError({ kind: 'unsupported', message: `${id} cannot generate.`, provider: id })
  }
  return { generate, capabilities: capabilities.generate }
}

/** Hands a checked request to `work`, and lets go of its images after. */
async function withRequest<Value>(
  { provider, run, input }: SplitOptions<GenerateOptions>,
  work: (request: GenerateRequest, warnings: readonly Warning[]) => Promise<Value>,
): Promise<Value> {
  const { portfolio, ...parameters } = input
  const { capabilities } = generationAt(provider)
  refuseAborted(run.abortSignal)
  const { prepareGenerate } = await prepare()
  const subject = modelsFor(portfolio, provider, parameters.strength, run.clock.now())
  const { request, close } = await prepareGenerate(parameters, subject, run)
  try {
    return await work(request, checkRequest(provider, request, capabilities.maximumImages))
  } finally {
    await close()
  }
}

async function start(split: SplitOptions<GenerateOptions>): Promise<StartedJob> {
  const { provider, run } = split
  const { generate, capabilities } = generationAt(provider)
  return withRequest(split, async (request, warnings) => {
    const { started, attempts } = await submit<GenerationStatus>({
      provider: provider.id,
      idempotencyKey: request.idempotencyKey,
      clock: run.clock,
      onUnknown: run.onUnknown ?? 'fail',
      call: { abortSignal: run.abortSignal, headers: run.headers },
      start: (callOptions) => generate.start(request, callOptions),
      find: capabilities.find ? (findOptions) => generate.find(request, findOptions) : undefined,
    })
    tell(run.onStarted, started.handle)
    return { ...contextOf(provider, started, attempts, warnings), estimate: started.estimate, status: started.status }
  })
}

/**
 * Checks and submits a generation, and returns as soon as the vendor has accepted it. Keep `handle`.
 *
 * @throws LikenessError before anything is sent: `invalid-request`, `unsupported`, `no-eligible-provider`, `expired`;
 * else what the vendor's answer means
 */
export async function startGenerate(options: GenerateOptions): Promise<StartedJob> {
  return start(splitOptions(options))
}

/**
 * Makes pictures, of a trained subject where a portfolio is given, and waits for them.
 *
 * @example
 * const { images } = await generate({ provider, portfolio, prompt: 'an oil painting of {subject}', size: '1024x1024' })
 * await images[0]?.save('painting.jpg')
 * @throws LikenessError; once the job was accepted it carries `handle`, which `resume` takes
 */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const split = splitOptions(options)
  const { provider, run } = split
  const { generate: jobs } = generationAt(provider)
  if (jobs.run !== undefined) {
    const seeThrough = jobs.run
    return withRequest(split, async (request, warnings) => {
      const finished = await seeThrough(request, run)
      return generateResult(finishedContext(provider, finished, warnings), finished.status)
    })
  }
  const job = await start(split)
  return generateResult(job, await endOf(job, split.run))
}
