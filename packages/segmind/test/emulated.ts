import {
  type FineTunedModel,
  type FineTuneOptions,
  fineTune,
  LikenessError,
  type Subject,
  startFineTune,
} from '@likeness/core'
import { createEmulator, createVirtualClock, type Emulator } from '@likeness/emulator'
import { trainingPhotos } from '@likeness/testkit'
import { createSegmind, type SegmindProvider } from '../src/provider.js'
import type { SegmindSettings } from '../src/settings.js'

export const robot: Subject = { className: 'toy robot', kind: 'product' }

/** An emulated Segmind, in process. */
export interface Emulated {
  readonly emulator: Emulator
  readonly vendor: Emulator['vendors']['segmind']
  connect(settings?: SegmindSettings): SegmindProvider
  train(provider: SegmindProvider, changes?: Partial<FineTuneOptions>): Promise<FineTunedModel>
}

export function emulate(): Emulated {
  const emulator = createEmulator({ clock: createVirtualClock() })
  const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
  return {
    emulator,
    vendor: emulator.vendors.segmind,
    connect: (settings) => createSegmind({ ...emulator.endpoints.segmind, fetch, clock: emulator.clock, ...settings }),
    train: async (provider, changes) => {
      const { model } = await fineTune({ provider, subject: robot, images: trainingPhotos(), ...changes })
      return model
    },
  }
}

/** A training that has just begun. */
export async function begin(provider: SegmindProvider): Promise<string> {
  const { handle } = await startFineTune({ provider, subject: robot, images: trainingPhotos() })
  return handle.id
}

/** What the work is refused with. */
export async function failureOf(work: Promise<unknown>): Promise<LikenessError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!LikenessError.is(error)) throw new Error(`expected a LikenessError, got ${String(error)}`)
  return error
}
