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
import { contextOf, type GenerateResult, generateResult } from './results.js'
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

/** The models to apply: none without a portfolio. */
export function modelsFor(
  portfolio: Portfolio | undefined,
  provider: Provider,
  strength: number | undefined,
  now: number,
): AppliedModel[] {
  return portfolio === undefined ? [] : [{ model: selectModel(portfolio, provider, now), strength }]
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
  if (named && request.models.length === 0) {
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
  if (!named && request.models.length > 0) {
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

async function start({ provider, run, input }: SplitOptions<GenerateOptions>): Promise<StartedJob> {
  const { portfolio, ...parameters } = input
  const { generate, capabilities } = generationAt(provider)
  refuseAborted(run.abortSignal)
  const { prepareGenerate } = await prepare()
  const models = modelsFor(portfolio, provider, parameters.strength, run.clock.now())
  const { request, close } = await prepareGenerate(parameters, models, run)
  try {
    const warnings = checkRequest(provider, request, capabilities.maximumImages)
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
  } finally {
    await close()
  }
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
  const job = await start(split)
  return generateResult(job, await endOf(job, split.run))
}
