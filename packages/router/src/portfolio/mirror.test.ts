import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPortfolio, generate, type Portfolio, resume } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLedger } from '../ledger/create-ledger.js'
import type { Ledger } from '../ledger/types.js'
import { mirror } from './mirror.js'
import type { MirrorOptions, MirrorUpdate } from './mirror-types.js'
import { createVendors, failureOf, sneaker, type Vendors } from './test-vendors.js'

let vendors: Vendors
let ledger: Ledger
beforeEach(() => {
  vendors = createVendors()
  ledger = createLedger({ clock: vendors.clock })
})
afterEach(() => vendors.emulator.close())

const photos = trainingPhotos()

function work(changes: Partial<MirrorOptions> = {}): MirrorOptions {
  return { providers: vendors.all, subject: sneaker, images: photos, ledger, ...changes }
}

const settled = () => ledger.entries().reduce((sum, { cost }) => sum + (cost?.amount ?? 0), 0)
const jobsOf = (name: 'astria' | 'fal' | 'segmind') => vendors.emulator.vendors[name].jobs
const statesOf = (outcomes: readonly { provider: string; state: string }[]) =>
  Object.fromEntries(outcomes.map(({ provider, state }) => [provider, state]))

async function drawAt(portfolio: Portfolio, name: 'astria' | 'fal' | 'segmind') {
  await generate({ provider: vendors[name], portfolio, prompt: 'a photo of {subject}' })
  return jobsOf(name).find(({ kind }) => kind === 'generation')?.appliedFineTunes
}

describe('mirror', () => {
  it('trains at three vendors, and the ledger says what the vendors bill', async () => {
    const { portfolio, outcomes, rest } = await mirror(work({ tags: { customer: 'acme' }, run: 'first' }))
    expect(statesOf(outcomes)).toEqual({ astria: 'ready', fal: 'ready', segmind: 'ready' })
    expect(rest).toBeUndefined()
    expect(portfolio.models).toHaveLength(3)
    expect(vendors.billedInAll()).toBeGreaterThan(0)
    for (const outcome of outcomes) {
      const name = outcome.provider as 'fal'
      expect(vendors.emulator.vendors[name].invoice).toHaveLength(1)
      const entry = ledger.entries().find(({ provider }) => provider === name)
      expect(entry).toMatchObject({ kind: 'fine-tune', subject: 'Runner', run: 'first', tags: { customer: 'acme' } })
      expect(entry).toMatchObject({ jobId: outcome.handle?.id, cost: outcome.cost, state: 'settled' })
      expect(outcome.cost?.amount).toBe(vendors.billed(name))
      expect(outcome.ms).toBeGreaterThan(0)
      expect(await drawAt(portfolio, name)).toHaveLength(1)
    }
  })

  it('reads streams once, sends each vendor all of them, and leaves no file behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'likeness-mirror-'))
    vi.stubEnv('TMPDIR', folder)
    async function* stream(photo: Uint8Array) {
      yield photo
    }
    const { outcomes } = await mirror(work({ images: photos.map(stream), providers: [vendors.fal, vendors.astria] }))
    expect(statesOf(outcomes)).toEqual({ fal: 'ready', astria: 'ready' })
    for (const name of ['fal', 'astria'] as const) {
      const files = vendors.emulator.vendors[name].journal.flatMap((entry) => entry.files)
      expect(files.filter(({ width }) => width !== undefined)).toHaveLength(photos.length)
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('likeness-images-'))).toEqual([])
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true })
  })

  it('keeps what the others made where one vendor fails', async () => {
    const { fal, segmind } = vendors.emulator.vendors
    fal.fault({ operation: 'fine-tune.submit', fault: { type: 'unavailable' }, times: 99 })
    segmind.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed', message: 'out of memory' } })
    const { portfolio, outcomes } = await mirror(work())
    expect(statesOf(outcomes)).toEqual({ astria: 'ready', fal: 'failed', segmind: 'failed' })
    expect(portfolio.models.map(({ provider }) => provider)).toEqual(['astria'])
    const [, atFal, atSegmind] = outcomes
    expect(atFal).toMatchObject({ error: { kind: 'unavailable', billed: 'no' }, handle: undefined })
    expect(fal.invoice).toEqual([])
    expect(atSegmind).toMatchObject({ error: { kind: 'job-failed' }, handle: { provider: 'segmind' } })
    const states = Object.fromEntries(ledger.entries().map(({ provider, state }) => [provider, state]))
    expect(states).toMatchObject({ astria: 'settled', fal: 'refunded' })
    expect(['settled', 'unknown']).toContain(states.segmind)
  })

  it('sends nothing anywhere where the sum is above the maximum', async () => {
    const error = await failureOf(mirror(work({ maximumUSD: 5 })))
    expect(error).toMatchObject({ kind: 'budget-exceeded', billed: 'no', fields: [{ field: 'maximumUSD' }] })
    expect(vendors.requests()).toBe(0)
    expect(ledger.entries()).toEqual([])
  })

  it('sends nothing anywhere where a budget has room for some of them only', async () => {
    ledger = createLedger({ clock: vendors.clock, budgets: [{ name: 'all', limitUSD: 5, per: 'ever' }] })
    const error = await failureOf(mirror(work({ ledger })))
    expect(error.kind).toBe('budget-exceeded')
    expect(vendors.requests()).toBe(0)
    expect(ledger.budgets()).toMatchObject([{ spent: 0, held: 0 }])
    // The places are free again.
    const { outcomes } = await mirror(work({ ledger, providers: [vendors.fal] }))
    expect(statesOf(outcomes)).toEqual({ fal: 'ready' })
  })

  it('does not keep a maximum it cannot know', async () => {
    const unpriced = vendors.segmindWith({ id: 'segmind', baseModel: 'FLUX' })
    const error = await failureOf(mirror(work({ providers: [vendors.fal, unpriced], maximumUSD: 1000 })))
    expect(error).toMatchObject({ kind: 'budget-exceeded' })
    expect(error.message).toContain('price at segmind is unknown')
    expect(vendors.requests()).toBe(0)
  })

  it('names everything that any vendor would refuse, and sends nothing', async () => {
    const error = await failureOf(mirror(work({ images: photos.slice(0, 3) })))
    expect(error.kind).toBe('invalid-request')
    expect(error.message).toMatch(/astria would refuse these images: 3 images given, at least 4/)
    expect(vendors.requests()).toBe(0)
    expect(ledger.entries()).toEqual([])
  })

  it('leaves out who refuses where asked to', async () => {
    const images = photos.slice(0, 3)
    const { outcomes, portfolio } = await mirror(work({ images, skipRefused: true }))
    expect(outcomes.find(({ provider }) => provider === 'astria')).toMatchObject({
      state: 'refused',
      error: { kind: 'invalid-request' },
    })
    expect(portfolio.models.map(({ provider }) => provider)).toEqual(['segmind'])
    expect(vendors.emulator.vendors.astria.journal).toEqual([])
  })

  it('refuses where nobody is left, and goes on with the models that there are', async () => {
    const images = photos.slice(0, 3)
    const changes = { images, skipRefused: true, providers: [vendors.astria] }
    expect((await failureOf(mirror(work(changes)))).kind).toBe('invalid-request')
    const { portfolio } = await mirror(work({ providers: [vendors.fal] }))
    const { outcomes } = await mirror(work({ ...changes, portfolio, providers: [vendors.fal, vendors.astria] }))
    expect(statesOf(outcomes)).toEqual({ fal: 'skipped', astria: 'refused' })
    expect(vendors.emulator.vendors.astria.journal).toEqual([])
  })

  it('skips who has a model, unless that has expired or another is asked for', async () => {
    const first = await mirror(work({ providers: [vendors.astria] }))
    const { portfolio } = first
    const again = await mirror({ portfolio, images: photos, providers: [vendors.astria, vendors.fal], ledger })
    expect(statesOf(again.outcomes)).toEqual({ astria: 'skipped', fal: 'ready' })
    expect(again.outcomes[0]?.model).toEqual(portfolio.models[0])
    expect(vendors.emulator.vendors.astria.invoice).toHaveLength(1)
    await mirror(work({ portfolio, providers: [vendors.astria], again: true }))
    expect(vendors.emulator.vendors.astria.invoice).toHaveLength(2)
    await vendors.clock.advance(31 * 24 * 3600_000)
    const late = await mirror(work({ portfolio, providers: [vendors.astria] }))
    expect(statesOf(late.outcomes)).toEqual({ astria: 'ready' })
    expect(vendors.emulator.vendors.astria.invoice).toHaveLength(3)
  })

  it('resolves with the first model; the others go on with their handles known', async () => {
    const updates: MirrorUpdate[] = []
    const onUpdate = (update: MirrorUpdate) => void updates.push(update)
    const first = await mirror(work({ mode: 'first-ready', onUpdate }))
    const ready = first.outcomes.filter(({ state }) => state === 'ready')
    const others = first.outcomes.filter(({ state }) => state === 'training')
    expect(ready.length).toBeGreaterThan(0)
    expect(others.length).toBeGreaterThan(0)
    expect(others.every(({ handle }) => handle !== undefined)).toBe(true)
    expect(first.portfolio.models).toHaveLength(ready.length)
    const last = await first.rest
    expect(statesOf(last?.outcomes ?? [])).toEqual({ astria: 'ready', fal: 'ready', segmind: 'ready' })
    expect(last?.portfolio.models).toHaveLength(3)
    expect(last?.rest).toBeUndefined()
    expect(settled()).toBe(vendors.billedInAll())
    expect(updates.at(-1)?.outcome.state).toBe('ready')
    expect(updates.some(({ status }) => status?.state === 'running')).toBe(true)
  })

  it('tells the handles of what goes on where waiting ends', async () => {
    const { outcomes } = await mirror(work({ timeoutMs: 5_000 }))
    expect(statesOf(outcomes)).toEqual({ astria: 'training', fal: 'training', segmind: 'training' })
    expect(ledger.entries().every(({ state }) => state === 'accepted')).toBe(true)
    for (const { error, handle, provider } of outcomes) {
      expect(error?.kind).toBe('timeout')
      if (handle === undefined) throw new Error('no handle')
      const result = await resume(handle, vendors[provider as 'fal'])
      expect(result.kind).toBe('fine-tune')
    }
  })

  it('goes on with what was not done in time, and does not pay for it again', async () => {
    const early = await mirror(work({ timeoutMs: 5_000, providers: [vendors.fal] }))
    const late = await mirror(work({ providers: [vendors.fal], maximumUSD: 0 }))
    expect(late.outcomes).toMatchObject([{ state: 'ready', handle: early.outcomes[0]?.handle }])
    expect(late.outcomes[0]?.reason).toContain('accepted before')
    expect(vendors.emulator.vendors.fal.invoice).toHaveLength(1)
    expect(ledger.entries()).toMatchObject([{ state: 'settled', cost: { amount: vendors.billed('fal') } }])
  })

  it('finds a lost answer where the vendor can be asked, and says that it cannot know where not', async () => {
    for (const name of ['astria', 'fal'] as const) {
      vendors.emulator.vendors[name].fault({ operation: 'fine-tune.submit', fault: { type: 'reset-after' } })
    }
    const { outcomes, warnings } = await mirror(work({ providers: [vendors.astria, vendors.fal] }))
    expect(outcomes).toMatchObject([
      { provider: 'astria', state: 'ready', cost: { amount: vendors.billed('astria') } },
      { provider: 'fal', state: 'failed', error: { kind: 'outcome-unknown' } },
    ])
    expect(warnings.some(({ message }) => message.includes('was lost'))).toBe(true)
    expect(vendors.emulator.vendors.astria.invoice).toHaveLength(1)
    expect(vendors.emulator.vendors.fal.invoice).toHaveLength(1)
    const states = Object.fromEntries(ledger.entries().map(({ provider, state }) => [provider, state]))
    expect(states).toEqual({ astria: 'settled', fal: 'unknown' })
  })

  it('loses no job to a ledger that cannot keep it', async () => {
    let kept = 0
    const keep = async () => {
      kept += 1
      if (kept > 1) throw new Error('the disk is full')
    }
    ledger = createLedger({ clock: vendors.clock, keep })
    const { outcomes, warnings } = await mirror(work({ ledger, providers: [vendors.fal] }))
    expect(statesOf(outcomes)).toEqual({ fal: 'ready' })
    expect(warnings.some(({ message }) => message.includes('the disk is full'))).toBe(true)
  })

  it('goes on although a listener throws', async () => {
    let told = 0
    const onUpdate = () => {
      told += 1
      if (told === 1) throw new Error('not my day')
    }
    const warned = new Promise((resolve) => process.once('warning', resolve))
    const { outcomes } = await mirror(work({ onUpdate, providers: [vendors.fal] }))
    expect(statesOf(outcomes)).toEqual({ fal: 'ready' })
    expect(await warned).toMatchObject({ message: 'not my day' })
    expect(told).toBeGreaterThan(2)
  })

  it('shares one training between concurrent mirrors, and refuses a second one with other parameters', async () => {
    const [one, other, third] = await Promise.all([
      mirror(work({ providers: [vendors.fal] })),
      mirror(work({ providers: [vendors.fal] })),
      failureOf(mirror(work({ providers: [vendors.fal], steps: 777 }))),
    ])
    expect(vendors.emulator.vendors.fal.invoice).toHaveLength(1)
    expect(one.portfolio).toEqual(other.portfolio)
    expect(third).toMatchObject({ kind: 'conflict', provider: 'fal' })
    expect(ledger.entries()).toHaveLength(1)
    expect([one, other].filter(({ outcomes }) => outcomes[0]?.cost !== undefined)).toHaveLength(1)
  })

  it('does not mix two subjects that only look alike', async () => {
    const mirrored = [photos.slice(0, 4), photos.slice(2)].map((images) =>
      mirror(work({ providers: [vendors.fal], images })),
    )
    const [one, other] = await Promise.all(mirrored)
    expect(vendors.emulator.vendors.fal.invoice).toHaveLength(2)
    expect(one?.portfolio.models[0]?.id).not.toBe(other?.portfolio.models[0]?.id)
  })

  it('stands for the members of a provider made of others', async () => {
    const router = { ...vendors.fal, id: 'router', members: [vendors.fal, vendors.astria] }
    const { outcomes } = await mirror(work({ providers: [router, vendors.fal] }))
    expect(statesOf(outcomes)).toEqual({ fal: 'ready', astria: 'ready' })
  })

  it.each([
    ['providers', { providers: [] }],
    ['mode', { mode: 'any' as 'all' }],
    ['maximumUSD', { maximumUSD: Number.NaN }],
    ['timeoutMs', { timeoutMs: Number.NaN }],
    ['subject', { subject: undefined }],
    ['subject', { portfolio: createPortfolio({ className: 'sneaker', name: 'Another' }) }],
    ['stepz', { stepz: 3 } as Partial<MirrorOptions>],
  ])('refuses a wrong %s', async (field, changes) => {
    const error = await failureOf(mirror(work(changes)))
    expect(error.kind).toBe('invalid-request')
    expect(error.fields?.[0]?.field).toBe(field)
    expect(vendors.requests()).toBe(0)
  })

  it('sends nothing when it was aborted before', async () => {
    const error = await failureOf(mirror(work({ abortSignal: AbortSignal.abort() })))
    expect(error.kind).toBe('aborted')
    expect(vendors.requests()).toBe(0)
  })

  it('keeps the handles when waiting is aborted', async () => {
    const controller = new AbortController()
    const accepted = new Set<string>()
    const onUpdate = ({ outcome }: MirrorUpdate) => {
      if (outcome.handle !== undefined) accepted.add(outcome.provider)
      if (accepted.size === 3) controller.abort()
    }
    const { outcomes } = await mirror(work({ abortSignal: controller.signal, onUpdate }))
    const open = outcomes.filter(({ state }) => state !== 'ready')
    expect(open.length).toBeGreaterThan(0)
    expect(outcomes.every(({ handle }) => handle !== undefined)).toBe(true)
    expect(open.every(({ state, error }) => state === 'training' && error?.kind === 'aborted')).toBe(true)
    expect(ledger.entries().filter(({ state }) => state === 'accepted')).toHaveLength(open.length)
  })

  it('pays for nothing that was not accepted when it is aborted', async () => {
    const controller = new AbortController()
    const onUpdate = ({ outcome }: MirrorUpdate) => outcome.state === 'training' && controller.abort()
    const { outcomes } = await mirror(
      work({ abortSignal: controller.signal, onUpdate: (update) => void onUpdate(update) }),
    )
    expect(outcomes.every(({ state, error }) => state === 'failed' && error?.kind === 'aborted')).toBe(true)
    expect(ledger.entries().every(({ state }) => state === 'refunded')).toBe(true)
    expect(vendors.billedInAll()).toBe(0)
  })
})
