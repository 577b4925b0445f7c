import type { FineTuneInput, FineTuneRequest, Portfolio, Provider } from '@likeness/core'
import { type Prepared, prepareFineTune } from '@likeness/core/runtime'
import { checkOptions, refusedOption } from './check-options.js'
import type { OnDemandOptions } from './on-demand-types.js'
import { checkSameSubject } from './subjects.js'
import { checkMaximum, planTraining, type TrainingPlan } from './training-plan.js'

function refuseStreams(images: FineTuneInput['images']): void {
  for (const [index, input] of images.entries()) {
    const content = typeof input === 'object' && 'image' in input ? input.image : input
    if (typeof content === 'object' && Symbol.asyncIterator in content) {
      throw refusedOption(
        `images.${index}`,
        'is a stream, which can be read only once; give a path, URL, Buffer or Blob',
      )
    }
  }
}

/** @throws LikenessError `invalid-request` */
export function checkOnDemandOptions(options: OnDemandOptions): void {
  checkOptions(options)
  if (typeof options.images === 'function') return
  if (options.subject === undefined) {
    throw refusedOption('subject', 'must say whose the images are; or give `images` as a function of the portfolio')
  }
  if (options.subject.name === undefined) {
    throw refusedOption(
      'subject.name',
      `must be given: nothing else tells one ${options.subject.className} from another; or give \`images\` as a function of the portfolio`,
    )
  }
  refuseStreams(options.images)
}

/** A training that was asked for, ready to be sent. */
export interface OnDemandRequest extends TrainingPlan {
  /** Key of the request, before it became that of one provider. */
  readonly key: string
  /** Lets go of the images. */
  close(): Promise<void>
}

async function prepared(options: OnDemandOptions, portfolio: Portfolio): Promise<Prepared<FineTuneRequest>> {
  const { images, subject, providers, ledger, run, maximumUSD, timeoutMs, headers, wakeups, ...others } = options
  const { clock, onUnknown, onTrained, fetch, ...parameters } = others
  if (subject !== undefined) checkSameSubject(portfolio, subject, 'subject')
  const given = typeof images === 'function' ? await images(portfolio) : images
  return prepareFineTune({ ...parameters, subject: portfolio.subject, images: given }, { fetch })
}

/**
 * Checks a training at one provider, offline.
 *
 * @throws LikenessError `invalid-request`, `unsupported`, `budget-exceeded`
 */
export async function prepareOnDemand(
  options: OnDemandOptions,
  provider: Provider,
  portfolio: Portfolio,
): Promise<OnDemandRequest> {
  const { request, close } = await prepared(options, portfolio)
  try {
    const plan = await planTraining(provider, request)
    checkMaximum([plan], options.maximumUSD)
    return { ...plan, key: request.idempotencyKey, close }
  } catch (error) {
    await close()
    throw error
  }
}
