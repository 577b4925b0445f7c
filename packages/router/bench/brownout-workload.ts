import { createPortfolio, fineTune, LikenessError, type Portfolio, type Provider } from '@likeness/core'
import { createEmulator, type Emulator } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createSegmind } from '@likeness/segmind'
import { faultAt } from './brownout-faults.ts'
import { seededRandom } from './seeded-random.ts'
import { createSettledClock, type SettledClock } from './settled-clock.ts'

/** What a strategy is built from. fal is the vendor in the brownout, Segmind is well. */
export interface Scene {
  readonly fal: Provider
  readonly segmind: Provider
  readonly portfolio: Portfolio
  readonly clock: SettledClock
}

/** Makes one picture, or throws. */
export type MakePicture = (prompt: string) => Promise<unknown>

export interface Workload {
  readonly requests: number
  readonly seed: number
}

/** What came of the workload. */
export interface Outcome {
  readonly requests: number
  readonly succeeded: number
  /** From request to result, failed ones too, in milliseconds of the virtual clock. */
  readonly latencies: readonly number[]
  /** Jobs that a vendor accepted. */
  readonly jobs: number
  /** Accepted jobs beyond the first of each picture. */
  readonly secondJobs: number
  /** Jobs on the invoices. */
  readonly paid: number
  /** Jobs on the invoices beyond the first of each picture. */
  readonly paidDuplicates: number
  /** Sum of the invoices, in nano-USD. */
  readonly cost: number
  /** Failures by kind. */
  readonly failures: Readonly<Record<string, number>>
}

/** Time between two requests: enough for the queue not to be the topic. */
const INTERVAL_MS = 2_000

const photos = new URL('../../../examples/photos/robot-*.jpg', import.meta.url).pathname
const subject = { className: 'toy robot', kind: 'product' } as const

/** Which picture a job is for: its prompt ends with the number. */
const pictureIn = (body: unknown) => /picture number (\d+)/.exec(JSON.stringify(body) ?? '')?.[1]

function beyondFirst(pictures: readonly (string | undefined)[]): number {
  return pictures.length - new Set(pictures).size
}

function billsOf({ vendors }: Emulator) {
  return Object.values(vendors).flatMap((vendor) => {
    const pictures = new Map(
      vendor.journal
        .filter(({ operation, jobId }) => operation === 'generation.submit' && jobId !== undefined)
        .map(({ jobId, body }) => [jobId, pictureIn(body)]),
    )
    const invoice = vendor.invoice
      .filter(({ kind, status }) => kind === 'generation' && status === 'billed')
      .map(({ jobId, amount }) => ({ picture: pictures.get(jobId), amount }))
    return [{ accepted: [...pictures.values()], invoice }]
  })
}

/** The 99th of a hundred: `percentile(latencies, 0.99)`. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** Runs one strategy through the brownout. The same seed draws the same faults, one for each paid request to fal. */
export async function runBrownout(
  strategy: (scene: Scene) => MakePicture,
  { requests, seed }: Workload,
): Promise<Outcome> {
  const clock = createSettledClock()
  const emulator = createEmulator({ clock, pace: 'realistic' })
  // Stalled jobs keep their place in fal's queue; without a limit they do not stall the others too.
  emulator.vendors.fal.settings.maxConcurrent = requests
  const random = seededRandom(seed)
  let brownout = false
  const fetch: typeof globalThis.fetch = (input, init) =>
    clock.during(() => {
      const paid = init?.method === 'POST' && String(input).startsWith(emulator.endpoints.fal.queueURL)
      const fault = brownout && paid ? faultAt(random()) : undefined
      if (fault !== undefined) emulator.vendors.fal.fault({ operation: 'generation.submit', fault })
      return emulator.fetch(input, init)
    })
  try {
    const fal = createFal({ ...emulator.endpoints.fal, fetch, clock })
    const segmind = createSegmind({ ...emulator.endpoints.segmind, fetch, clock })
    const models = []
    for (const provider of [fal, segmind]) {
      models.push((await fineTune({ provider, subject, images: [photos], trigger: 'ohwx' })).model)
    }
    const makePicture = strategy({ fal, segmind, portfolio: createPortfolio(subject, models), clock })
    brownout = true
    const latencies: number[] = []
    const failures: Record<string, number> = {}
    const one = async (index: number) => {
      await clock.sleep(index * INTERVAL_MS)
      const begun = clock.now()
      try {
        await makePicture(`a photo of {subject}, picture number ${index}`)
      } catch (error) {
        const kind = LikenessError.is(error) ? error.kind : String(error)
        failures[kind] = (failures[kind] ?? 0) + 1
      }
      latencies.push(clock.now() - begun)
    }
    await Promise.all(Array.from({ length: requests }, (_, index) => one(index)))
    const bills = billsOf(emulator)
    const accepted = bills.flatMap((bill) => bill.accepted)
    const invoice = bills.flatMap((bill) => bill.invoice)
    const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
    return {
      requests,
      succeeded: requests - failed,
      latencies,
      jobs: accepted.length,
      secondJobs: beyondFirst(accepted),
      paid: invoice.length,
      paidDuplicates: beyondFirst(invoice.map(({ picture }) => picture)),
      cost: invoice.reduce((sum, { amount }) => sum + amount, 0),
      failures,
    }
  } finally {
    await emulator.close()
  }
}
