import { createAstria } from '@likeness/astria'
import { createPortfolio, type FineTunedModel, LikenessError, type Provider, systemClock } from '@likeness/core'
import { modelsFor, prepareFineTune, prepareGenerate } from '@likeness/core/runtime'
import { createEmulator, type Emulator } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createSegmind } from '@likeness/segmind'
import { trainingPhotos } from '@likeness/testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createJobs } from '../create-jobs.js'
import { openSqlite } from '../database/open-sqlite.js'
import type { Job, RunningJob } from '../job.js'
import { type ProviderWorkSettings, providerWork } from './provider-work.js'

const names = ['astria', 'fal', 'segmind'] as const
type Name = (typeof names)[number]
const isName = (value: string): value is Name => names.some((name) => name === value)
const subject = { className: 'sneaker', kind: 'product' as const }

let emulator: Emulator
let providers: Readonly<Record<Name, Provider>>
const models = new Map<string, FineTunedModel>()
beforeAll(() => {
  emulator = createEmulator()
  const { endpoints } = emulator
  const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
  providers = {
    astria: createAstria({ ...endpoints.astria, fetch }),
    fal: createFal({ ...endpoints.fal, fetch }),
    segmind: createSegmind({ ...endpoints.segmind, fetch }),
  }
})
afterAll(() => emulator.close())

const billed = (name: Name) => emulator.vendors[name].invoice.filter(({ status }) => status === 'billed').length

/** As an app would: what the request says by name becomes images and models here. */
const resolve: ProviderWorkSettings['resolve'] = async (job, abortSignal) => {
  if (job.kind === 'fine-tune') {
    const prepared = await prepareFineTune({ subject, images: trainingPhotos() }, { abortSignal })
    return { kind: 'fine-tune', ...prepared }
  }
  const model = models.get(job.provider)
  const provider = isName(job.provider) ? providers[job.provider] : undefined
  if (model === undefined || provider === undefined) throw new Error('trained before')
  const portfolio = { ...createPortfolio(subject), models: [model] }
  const chosen = modelsFor(portfolio, provider, undefined, systemClock.now())
  return { kind: 'generation', ...(await prepareGenerate({ prompt: '{subject} on a beach' }, chosen, { abortSignal })) }
}

async function open(changes: Partial<ProviderWorkSettings> = {}) {
  const database = await openSqlite({ path: ':memory:' })
  const work = providerWork({ providers, resolve, ...changes })
  // The emulated vendors take seconds where the adapters' pace expects minutes.
  const jobs = createJobs({ database, work: { ...work, pollAfterMs: () => 100 } })
  await jobs.start()
  onTestFinished(async () => {
    await jobs.stop(1_000)
    await database.close()
  })
  async function end(id: string, last: (job: Job) => boolean = () => false): Promise<Job> {
    let latest: Job | undefined
    for await (const job of jobs.events(id, { intervalMs: 50 })) {
      latest = job
      if (last(job)) break
    }
    if (latest === undefined) throw new Error(`There is no job ${id}.`)
    return latest
  }
  return { jobs, end }
}

describe('jobs at providers', { timeout: 90_000 }, () => {
  it.each(names)('train and make pictures at %s, each billed once, with results of plain JSON', async (name) => {
    const { jobs, end } = await open()
    const before = billed(name)
    const training = await jobs.create({ kind: 'fine-tune', provider: name, request: {} })
    const trained = await end(training.job.id)
    if (trained.state !== 'succeeded') throw new Error(JSON.stringify(trained))
    expect(trained.result).toMatchObject({ model: { provider: name } })
    models.set(name, trained.result.model as unknown as FineTunedModel)
    const generation = await jobs.create({ kind: 'generation', provider: name, request: {} })
    const made = await end(generation.job.id)
    expect(made).toMatchObject({ state: 'succeeded', attempts: 1, result: { images: [{ url: expect.any(String) }] } })
    expect(billed(name) - before).toBe(2)
  })

  it('of which the answer was lost are found where the vendor can be asked', async () => {
    const { jobs, end } = await open()
    const before = billed('astria')
    emulator.vendors.astria.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    const { job } = await jobs.create({ kind: 'generation', provider: 'astria', request: {} })
    expect(await end(job.id)).toMatchObject({ state: 'succeeded', attempts: 1 })
    expect((await jobs.trail(job.id)).map(({ reason }) => reason)).toContain('found at the vendor')
    expect(billed('astria') - before).toBe(1)
  })

  it('of which the answer was lost are unknown where it cannot', async () => {
    const { jobs, end } = await open()
    const before = billed('fal')
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    const { job } = await jobs.create({ kind: 'generation', provider: 'fal', request: {} })
    const ended = await end(job.id, ({ state }) => state === 'unknown')
    expect(ended).toMatchObject({ state: 'unknown', error: { kind: 'outcome-unknown', billed: 'maybe' } })
    expect(billed('fal') - before).toBe(1)
  })

  it('that a vendor refuses fail with its words, not billed', async () => {
    const { jobs, end } = await open({
      resolve: async (_, abortSignal) => {
        const request = { prompt: 'a cat', providerOptions: { fal: { noSuchOption: true } } }
        return { kind: 'generation', ...(await prepareGenerate(request, { models: [] }, { abortSignal })) }
      },
    })
    const before = emulator.vendors.fal.journal.length
    const { job } = await jobs.create({ kind: 'generation', provider: 'fal', request: {} })
    expect(await end(job.id)).toMatchObject({ state: 'failed', error: { kind: 'invalid-request', billed: 'no' } })
    expect(emulator.vendors.fal.journal).toHaveLength(before)
  })

  it('whose request cannot be made now wait, and nothing is sent', async () => {
    let tries = 0
    const { jobs, end } = await open({
      resolve: async (job, abortSignal) => {
        tries += 1
        if (tries === 1) throw new Error('the disk is away')
        return resolve(job, abortSignal)
      },
    })
    const { job } = await jobs.create({ kind: 'generation', provider: 'astria', request: {} })
    const waiting = await end(job.id, ({ state, attempts }) => state === 'queued' && attempts === 1)
    expect(waiting).toMatchObject({
      error: { kind: 'unavailable', message: expect.stringContaining('the disk is away') },
    })
    expect(await end(job.id)).toMatchObject({ state: 'succeeded', attempts: 2 })
  })

  it('are asked about at the pace of the adapter', () => {
    const { fal } = providers
    const pace = { key: 'a', minimumMs: 2_000, maximumMs: 30_000, expectedMs: 100_000, deadlineMs: 900_000 }
    const generate = fal.generate && Object.create(fal.generate, { pace: { value: () => pace } })
    const work = providerWork({ providers: { fal: { ...fal, generate } }, resolve })
    const handle = { startedAt: new Date(0).toISOString(), data: {} }
    const job = { kind: 'generation', provider: 'fal', handle } as RunningJob
    expect(work.pollAfterMs(job, 0, true)).toBe(2_000)
    expect(work.pollAfterMs(job, 50_000, false)).toBe(10_000)
    expect(work.pollAfterMs({ ...job, status: { state: 'running', etaMs: 40_000 } }, 50_000, false)).toBe(20_000)
    expect(work.pollAfterMs(job, 900_000, false)).toBe(30_000)
    expect(work.deadlineMs(job)).toBe(900_000)
  })

  it('for providers that are not configured fail by name', async () => {
    const { jobs, end } = await open()
    const { job } = await jobs.create({ kind: 'generation', provider: 'nobody', request: {} })
    const ended = await end(job.id)
    expect(ended).toMatchObject({
      state: 'failed',
      error: { kind: 'invalid-request', fields: [{ field: 'provider' }] },
    })
    if (ended.state === 'failed') expect(LikenessError.from(ended.error).message).toContain('astria, fal, segmind')
  })
})
