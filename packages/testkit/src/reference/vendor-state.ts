import { createHash } from 'node:crypto'
import type { JobKind } from '@likeness/core'
import type { BackendJob, BilledJob, ReceivedFile } from '../backend.js'

/** What a client may write into a submit. The vendor checks little, so that what arrives can be looked at. */
export interface Submission {
  readonly key?: string
  readonly prompt?: string
  readonly models?: readonly { readonly id?: string; readonly weights_url?: string; readonly strength?: number }[]
  readonly n?: number
  readonly width?: number
  readonly height?: number
  readonly aspect_ratio?: string
  readonly seed?: number
  readonly images?: readonly string[]
  readonly mock?: boolean
  readonly callback?: string
  readonly base?: string
}

/** A job as the reference vendor keeps it. */
export interface StoredJob {
  readonly kind: JobKind
  readonly id: string
  readonly createdAt: number
  readonly submission: Submission
  readonly seed: number
  readonly appliedFineTunes: readonly string[]
  fate: 'none' | 'failed' | 'blocked' | 'stuck'
  ended: 'no' | 'stopped' | 'expired' | 'removed'
}

/** States of a job by its age in milliseconds. */
const course = {
  'fine-tune': [
    ['waiting', 3_000],
    ['training', 30_000],
    ['publishing', 40_000],
  ],
  generation: [
    ['waiting', 400],
    ['drawing', 1_500],
  ],
} as const satisfies Record<JobKind, readonly (readonly [state: string, until: number])[]>

/** How long a job takes, in milliseconds. */
export const durations: Readonly<Record<JobKind, number>> = { 'fine-tune': 40_000, generation: 1_500 }

/** What the vendor calls the job's state now. */
export function stateOf(job: StoredJob, now: number): string {
  if (job.ended !== 'no') return job.ended
  const steps: readonly (readonly [string, number])[] = course[job.kind]
  const age = now - job.createdAt
  const unfinished = steps.find(([, until]) => age < until)
  if (unfinished !== undefined) return unfinished[0]
  if (job.fate === 'stuck') return steps.at(-1)?.[0] ?? ''
  return job.fate === 'none' ? 'ready' : 'broken'
}

/** Everything the vendor remembers. */
export function createVendorState(now: () => number) {
  const stored = new Map<string, StoredJob>()
  const invoice: BilledJob[] = []
  const uploads = new Map<string, ReceivedFile>()
  let balance: number | undefined
  let counter = 0

  const newId = () => {
    counter += 1
    return createHash('sha256').update(`${counter}`).digest('hex').slice(0, 16)
  }

  return {
    stored,
    uploads,
    newId,
    nextSeed: () => 1_000_000 + counter,
    get invoice(): readonly BilledJob[] {
      return invoice
    },
    get jobs(): readonly BackendJob[] {
      return [...stored.values()].map((job) => ({
        kind: job.kind,
        id: job.id,
        state: stateOf(job, now()),
        appliedFineTunes: job.appliedFineTunes,
      }))
    },
    /** False when the balance does not cover it. What will fail is not charged. */
    bill(job: StoredJob, amount: number): boolean {
      if (balance !== undefined && balance < amount) return false
      const charged = job.fate === 'failed' || job.fate === 'blocked' ? 0 : amount
      if (balance !== undefined) balance -= charged
      if (charged > 0) invoice.push({ kind: job.kind, jobId: job.id, amount: charged, status: 'billed' })
      return true
    },
    setBalance(amount: number | undefined) {
      balance = amount
    },
    reset() {
      stored.clear()
      uploads.clear()
      invoice.length = 0
      balance = undefined
    },
  }
}

export type VendorState = ReturnType<typeof createVendorState>
