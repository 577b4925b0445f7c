import { createAstria } from '@likeness/astria'
import { LikenessError, type NanoUSD, type Provider } from '@likeness/core'
import { createEmulator, createVirtualClock, type Emulator, type VirtualClock } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createSegmind, type SegmindSettings } from '@likeness/segmind'

/** A class name that every vendor takes. */
export const sneaker = { className: 'sneaker', kind: 'product', name: 'Runner' } as const

export type VendorName = 'astria' | 'fal' | 'segmind'

/** Three emulated vendors on one clock that moves when someone sleeps. */
export interface Vendors {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly astria: Provider
  readonly fal: Provider
  readonly segmind: Provider
  readonly all: readonly Provider[]
  /** One more, with other settings. */
  segmindWith(settings: SegmindSettings): Provider
  /** What each vendor has billed, refunds taken off. */
  billed(name: VendorName): NanoUSD
  billedInAll(): NanoUSD
  /** Requests that arrived anywhere. */
  requests(): number
}

export function createVendors(): Vendors {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock, pace: 'realistic' })
  const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
  const astria = createAstria({ ...emulator.endpoints.astria, fetch, clock })
  const fal = createFal({ ...emulator.endpoints.fal, fetch, clock })
  const segmindWith = (settings: SegmindSettings) =>
    createSegmind({ ...emulator.endpoints.segmind, fetch, clock, ...settings })
  const segmind = segmindWith({})
  const names = ['astria', 'fal', 'segmind'] as const
  const billed = (name: VendorName) =>
    emulator.vendors[name].invoice
      .filter(({ status }) => status === 'billed')
      .reduce((sum, { amount }) => sum + amount, 0)
  return {
    clock,
    emulator,
    astria,
    fal,
    segmind,
    all: [astria, fal, segmind],
    segmindWith,
    billed,
    billedInAll: () => names.reduce((sum, name) => sum + billed(name), 0),
    requests: () => names.reduce((sum, name) => sum + emulator.vendors[name].journal.length, 0),
  }
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
