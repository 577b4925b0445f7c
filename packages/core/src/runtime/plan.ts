import { type PreflightProblem, preflight } from '../images/preflight.js'
import type { Estimate } from '../money.js'
import type { Warning } from '../warning.js'
import { type FineTuneOptions, splitOptions, trainingAt } from './fine-tune.js'
import { checkRequest, type GenerateOptions, generationAt, modelsFor } from './generate.js'

/** What a request would come to, worked out offline. */
export interface Plan {
  /** `undefined` where no price is known. */
  readonly estimate: Estimate | undefined
  /** What starting it would warn of. */
  readonly warnings: readonly Warning[]
}

/** A {@link Plan} of a training. */
export interface FineTunePlan extends Plan {
  /** What is wrong, or unwise, about the images. Starting it refuses those of severity `error`. */
  readonly problems: readonly PreflightProblem[]
}

/**
 * Checks a training and works out its price. Reads the images; nothing is sent to the provider and no key is needed.
 *
 * @throws LikenessError what `startFineTune` would throw before anything is sent, except for refused images
 */
export async function planFineTune(options: FineTuneOptions): Promise<FineTunePlan> {
  const { provider, run, input } = splitOptions(options)
  const { fineTune, capabilities } = trainingAt(provider)
  const { prepareFineTune } = await import('./prepare.js')
  const { request, close } = await prepareFineTune(input, run)
  try {
    const problems = preflight(request.images, capabilities.images)
    // As when it is started: refused images come first, and say more than what the adapter would make of them.
    const refused = problems.some(({ severity }) => severity === 'error')
    const warnings = refused ? [] : await fineTune.validate(request)
    return { problems, warnings, estimate: fineTune.estimate(request) }
  } finally {
    await close()
  }
}

/**
 * Checks a generation and works out its price. Nothing is sent to the provider and no key is needed.
 *
 * @throws LikenessError what `startGenerate` would throw before anything is sent
 */
export async function planGenerate(options: GenerateOptions): Promise<Plan> {
  const { provider, run, input } = splitOptions(options)
  const { portfolio, ...parameters } = input
  const { generate, capabilities } = generationAt(provider)
  const subject = modelsFor(portfolio, provider, parameters.strength, run.clock.now())
  const { prepareGenerate } = await import('./prepare.js')
  const { request, close } = await prepareGenerate(parameters, subject, run)
  try {
    const notices = checkRequest(provider, request, capabilities.maximumImages)
    const warnings = await generate.validate(request)
    return { warnings: [...notices, ...warnings], estimate: generate.estimate(request) }
  } finally {
    await close()
  }
}
