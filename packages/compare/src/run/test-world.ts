import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAstria } from '@likeness/astria'
import type { Provider } from '@likeness/core'
import { createEmulator, createVirtualClock, type Emulator, type VirtualClock } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createSegmind } from '@likeness/segmind'
import { trainingPhotos } from '@likeness/testkit'
import { type ComparisonPlan, type ComparisonPlanInput, parseComparisonPlan } from '../plan/schema.js'

export type VendorName = 'astria' | 'fal' | 'segmind'
const names = ['astria', 'fal', 'segmind'] as const

/** Three emulated vendors on a clock that moves when someone sleeps, and a folder with photos in it. */
export interface World {
  readonly folder: string
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly providers: Readonly<Record<VendorName, Provider>>
  /** A small plan for the vendors named; `changes` win. */
  plan(vendors: readonly VendorName[], changes?: Partial<ComparisonPlanInput>): ComparisonPlan
  /** Paid jobs that a vendor has billed, and not refunded. */
  billed(name: VendorName): number
  billedInAll(): number
  /** Nano-dollars that all vendors have billed, refunds taken off. */
  invoiced(): number
  /** Forgets everything that was sent. */
  reset(): void
  close(): Promise<void>
}

export async function createWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-compare-'))
  const files = trainingPhotos().map((photo, index) => writeFile(join(folder, `photo-${index + 1}.png`), photo))
  await Promise.all(files)
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock })
  const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
  const { endpoints } = emulator
  const invoiceOf = (name: VendorName) => emulator.vendors[name].invoice.filter(({ status }) => status === 'billed')
  const billed = (name: VendorName) => invoiceOf(name).length
  return {
    folder,
    clock,
    emulator,
    providers: {
      astria: createAstria({ ...endpoints.astria, fetch, clock }),
      fal: createFal({ ...endpoints.fal, fetch, clock }),
      segmind: createSegmind({ ...endpoints.segmind, fetch, clock }),
    },
    plan: (vendors, changes = {}) =>
      parseComparisonPlan({
        version: 1,
        subjects: { runner: { className: 'sneaker', kind: 'product', images: [join(folder, 'photo-*.png')] } },
        vendors: Object.fromEntries(vendors.map((name) => [name, { provider: name }])),
        prompts: [
          { id: 'beach', prompt: '{subject} on a beach' },
          { id: 'table', prompt: '{subject} on a table' },
        ],
        seeds: [7],
        budget: { limitUSD: 100 },
        ...changes,
      }),
    billed,
    billedInAll: () => names.reduce((sum, name) => sum + billed(name), 0),
    invoiced: () => names.flatMap(invoiceOf).reduce((sum, { amount }) => sum + amount, 0),
    reset() {
      for (const name of names) emulator.vendors[name].reset()
    },
    async close() {
      await emulator.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
