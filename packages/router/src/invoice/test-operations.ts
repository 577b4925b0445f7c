import { createAstria } from '@likeness/astria'
import {
  createPortfolio,
  fineTune,
  type GenerateOptions,
  generate,
  type JobKind,
  type OnUnknown,
  type Portfolio,
  type Provider,
  resume,
  startFineTune,
  startGenerate,
} from '@likeness/core'
import type { Emulator, VirtualClock } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createSegmind } from '@likeness/segmind'
import { trainingPhotos } from '@likeness/testkit'
import type { Knowledge, Mishap } from './test-faults.js'

export type VendorName = 'astria' | 'fal' | 'segmind'

/** A vendor's way to be asked for paid work. */
export interface PaidOperation {
  readonly vendor: VendorName
  readonly kind: JobKind
  /** As the matrix names it. */
  readonly name: string
  /** Whether the answer to the submit is the picture. */
  readonly synchronous: boolean
  readonly providerOptions?: GenerateOptions['providerOptions']
  /** Whether the vendor can be asked for a job whose answer was lost. */
  readonly find: boolean
  /** Whether it says what a job costs that failed, or was blocked. */
  readonly tellsCostOfFailure: boolean
  /** Whether it says that what ended with a status of 500 costs nothing. */
  readonly free500: boolean
  /** Whether the price stands beside the answer's body. */
  readonly priceInHeaders: boolean
}

const queued = { synchronous: false, free500: false, priceInHeaders: false } as const
const direct = { synchronous: true, find: false, tellsCostOfFailure: true, free500: true } as const

export const paidOperations: readonly PaidOperation[] = [
  { ...queued, vendor: 'astria', kind: 'fine-tune', name: 'Astria: training', find: true, tellsCostOfFailure: false },
  { ...queued, vendor: 'astria', kind: 'generation', name: 'Astria: pictures', find: true, tellsCostOfFailure: false },
  { ...queued, vendor: 'fal', kind: 'fine-tune', name: 'fal: training', find: false, tellsCostOfFailure: true },
  { ...queued, vendor: 'fal', kind: 'generation', name: 'fal: pictures', find: false, tellsCostOfFailure: true },
  {
    ...direct,
    vendor: 'fal',
    kind: 'generation',
    name: 'fal: pictures, no queue',
    priceInHeaders: false,
    providerOptions: { fal: { direct: true } },
  },
  { ...queued, vendor: 'segmind', kind: 'fine-tune', name: 'Segmind: training', find: true, tellsCostOfFailure: false },
  {
    ...queued,
    vendor: 'segmind',
    kind: 'generation',
    name: 'Segmind: pictures, v2',
    find: false,
    tellsCostOfFailure: true,
    free500: true,
  },
  {
    ...direct,
    vendor: 'segmind',
    kind: 'generation',
    name: 'Segmind: pictures, v1',
    priceInHeaders: true,
    providerOptions: { segmind: { inference: 'v1' } },
  },
]

/** A class name that every vendor takes. */
const subject = { className: 'sneaker', kind: 'product', name: 'Runner' } as const

export interface Emulated {
  readonly emulator: Emulator
  readonly clock: VirtualClock
}

/** The adapter, in process. With `unnoticed` the vendor does not learn that a request was given up, and goes on. */
export function connect({ emulator, clock }: Emulated, vendor: VendorName, unnoticed = false): Provider {
  const fetch: typeof globalThis.fetch = (input, { signal, ...init } = {}) =>
    emulator.fetch(input, { ...init, ...(signal && !unnoticed && { signal }) })
  const settings = { fetch, clock }
  switch (vendor) {
    case 'astria':
      return createAstria({ ...emulator.endpoints.astria, ...settings })
    case 'fal':
      return createFal({ ...emulator.endpoints.fal, ...settings })
    case 'segmind':
      return createSegmind({ ...emulator.endpoints.segmind, requestsPerMinute: 600, ...settings })
  }
}

/** What is known of a job by its operation's own answers, where that is more than the mishap tells. */
export function knowledgeOf({ synchronous, free500, priceInHeaders }: PaidOperation, mishap: Mishap): Knowledge {
  const type = typeof mishap.fault === 'object' ? mishap.fault.type : mishap.fault
  if (type === 'job-stuck' && synchronous) return 'lost'
  if (type === 'server-error' && free500) return 'nothing-made'
  if (type === 'truncated-after' && priceInHeaders) return 'made'
  return mishap.knowledge
}

/** A portfolio with a model at each of the vendors. */
export async function trainAt(emulated: Emulated, vendors: readonly VendorName[]): Promise<Portfolio> {
  const models = []
  for (const vendor of vendors) {
    const provider = connect(emulated, vendor)
    models.push((await fineTune({ provider, subject, images: trainingPhotos() })).model)
  }
  return createPortfolio(subject, models)
}

export interface Order {
  readonly provider: Provider
  readonly portfolio: Portfolio | undefined
  readonly onUnknown: OnUnknown
  /** Started and waited for in two steps, as two processes would. */
  readonly inTwoSteps?: boolean | undefined
}

/** Has the work done and waits for it. */
export async function perform(
  { kind, providerOptions }: Pick<PaidOperation, 'kind' | 'providerOptions'>,
  { provider, portfolio, onUnknown, inTwoSteps = false }: Order,
): Promise<void> {
  const training = { provider, subject, images: trainingPhotos() }
  const pictures = { provider, portfolio, prompt: 'a photo of {subject}', size: '512x512', providerOptions } as const
  if (inTwoSteps) {
    const { handle, status } = await (kind === 'fine-tune'
      ? startFineTune({ ...training, onUnknown })
      : startGenerate({ ...pictures, onUnknown }))
    if (status === undefined) await resume(handle, provider)
  } else await (kind === 'fine-tune' ? fineTune(training) : generate(pictures))
}
