import { type CancelOutcome, type Clock, type JobHandle, type JobStatus, LikenessError } from '@likeness/core'
import type { FindAnswer, JobWork, WorkCall } from './work/job-work.js'

/** A vendor in this process, whose every answer a test can replace. */
export interface TestVendor {
  readonly work: JobWork
  /** Keys of the paid requests that it accepted, in order. */
  readonly submits: string[]
  /** What was asked, in order. */
  readonly calls: string[]
  /** Ends the job that a key stands for. */
  finish(key: string, status?: JobStatus): void
  handleOf(key: string): JobHandle
  /** Taken for the next call, each once, before the vendor looks at it. */
  readonly before: { submit?: Hook; find?: Hook; status?: Hook; cancel?: Hook; collect?: Hook }
  /** Taken once the vendor has accepted a submit and before its answer arrives. */
  afterAccepted?: Hook | undefined
}

type Hook = (call: WorkCall) => Promise<void> | void

/** What a test vendor is like. */
export interface TestVendorSettings {
  readonly clock: Clock
  /** @default true */
  readonly canBeAsked?: boolean
  /** @default 'canceled' */
  readonly cancels?: CancelOutcome | 'unsupported' | 'not at all'
  /** The answer to the submit is the end already. */
  readonly atOnce?: boolean
  readonly deadlineMs?: number
}

/** An answer that got lost, or a refusal. */
export function refusal(
  kind: LikenessError['kind'],
  more: Partial<ConstructorParameters<typeof LikenessError>[0]> = {},
) {
  return new LikenessError({ kind, message: `The vendor: ${kind}.`, provider: 'test', ...more })
}

export const lostAnswer = () => refusal('outcome-unknown', { billed: 'maybe' })

const done = (id: string): JobStatus => ({
  state: 'succeeded',
  images: [{ url: `https://files.example/${id}` }],
  failures: [],
})

export function createTestVendor(settings: TestVendorSettings): TestVendor {
  const { clock, canBeAsked = true, cancels = 'canceled', atOnce = false, deadlineMs = 3_600_000 } = settings
  const jobs = new Map<string, { readonly handle: JobHandle; status: JobStatus }>()
  const submits: string[] = []
  const calls: string[] = []
  const before: TestVendor['before'] = {}

  async function hook(name: keyof TestVendor['before'], call: WorkCall): Promise<void> {
    calls.push(name)
    const one = before[name]
    delete before[name]
    await one?.(call)
  }

  const vendor: TestVendor = {
    submits,
    calls,
    before,
    finish(key, status = done(key)) {
      const job = jobs.get(key)
      if (job === undefined) throw new Error(`The vendor has no ${key}.`)
      job.status = status
    },
    handleOf(key) {
      const job = jobs.get(key)
      if (job === undefined) throw new Error(`The vendor has no ${key}.`)
      return job.handle
    },
    work: {
      async submit(job, call) {
        await hook('submit', call)
        const key = call.idempotencyKey
        submits.push(key)
        const id = `vendor-${submits.length}`
        const startedAt = new Date(clock.now()).toISOString()
        const handle: JobHandle = {
          version: 1,
          kind: job.kind,
          provider: job.provider,
          id,
          idempotencyKey: key,
          startedAt,
          data: {},
        }
        jobs.set(key, { handle, status: { state: 'running' } })
        const after = vendor.afterAccepted
        vendor.afterAccepted = undefined
        await after?.(call)
        return atOnce ? { handle, status: done(key) } : { handle }
      },
      async find(_, call): Promise<FindAnswer> {
        await hook('find', call)
        if (!canBeAsked) return { answer: 'cannot-be-asked' }
        const job = jobs.get(call.idempotencyKey)
        return job === undefined ? { answer: 'none' } : { answer: 'found', handle: job.handle }
      },
      async status(_, call) {
        await hook('status', call)
        return jobs.get(call.idempotencyKey)?.status ?? { state: 'expired' }
      },
      ...(cancels !== 'not at all' && {
        async cancel(_: unknown, call: WorkCall): Promise<CancelOutcome> {
          await hook('cancel', call)
          if (cancels === 'unsupported') throw refusal('unsupported')
          if (cancels === 'canceled') vendor.finish(call.idempotencyKey, { state: 'canceled' })
          return cancels
        },
      }),
      async collect(_, status, call) {
        await hook('collect', call)
        return { images: 'images' in status ? status.images.map(({ url }) => url) : [] }
      },
      pollAfterMs: () => 2_000,
      deadlineMs: () => deadlineMs,
    },
  }
  return vendor
}
