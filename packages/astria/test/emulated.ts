import {
  createPortfolio,
  type FineTuneOptions,
  fineTune,
  type GenerateOptions,
  LikenessError,
  type Portfolio,
  type Provider,
} from '@likeness/core'
import { createEmulator, createVirtualClock, type Emulator, type VirtualClock } from '@likeness/emulator'
import { trainingPhotos } from '@likeness/testkit'
import { createAstria } from '../src/provider.js'
import type { AstriaSettings } from '../src/settings.js'

export const day = 24 * 3600_000
export const dog = { className: 'dog', name: 'Rex' }

/** An emulated Astria at its own pace, on a clock that moves when someone sleeps. */
export interface Emulated {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly vendor: Emulator['vendors']['astria']
  /** Callbacks that were sent. */
  readonly callbacks: readonly Request[]
  connect(settings?: AstriaSettings): Provider
  submits(operation: 'fine-tune.submit' | 'generation.submit'): Emulator['vendors']['astria']['journal']
}

export function emulate(): Emulated {
  const clock = createVirtualClock()
  const callbacks: Request[] = []
  const deliver = async (request: Request) => {
    callbacks.push(request)
    return new Response('ok')
  }
  const emulator = createEmulator({ clock, keys: { astria: 'sd_testing_0123456789' }, pace: 'realistic', deliver })
  const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
  return {
    clock,
    emulator,
    vendor: emulator.vendors.astria,
    callbacks,
    connect: (settings) => createAstria({ ...emulator.endpoints.astria, fetch, clock, ...settings }),
    submits: (operation) => emulator.vendors.astria.journal.filter((entry) => entry.operation === operation),
  }
}

export function training(provider: Provider, changes: Partial<FineTuneOptions> = {}): FineTuneOptions {
  return { provider, subject: dog, images: trainingPhotos(), ...changes }
}

export async function train(provider: Provider, changes: Partial<FineTuneOptions> = {}): Promise<Portfolio> {
  const { model } = await fineTune(training(provider, changes))
  return createPortfolio(dog, [model])
}

export function picture(provider: Provider, changes: Partial<GenerateOptions> = {}): GenerateOptions {
  return { provider, prompt: 'a photo of {subject}', ...changes }
}

/** What the work is refused with. */
export async function failureOf(work: Promise<unknown> | undefined): Promise<LikenessError> {
  const error = await work?.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!LikenessError.is(error)) throw new Error(`expected a LikenessError, got ${String(error)}`)
  return error
}
