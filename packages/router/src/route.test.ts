import { createHash } from 'node:crypto'
import {
  createPortfolio,
  type FineTunedModel,
  fineTune,
  type GenerateResult,
  generate,
  LikenessError,
  type Portfolio,
  type Provider,
} from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { describe, expect, it } from 'vitest'
import type { RouterEvent } from './events.js'
import { createLedger, createRouter } from './index.js'
import { createVendors, failureOf, sneaker, type Vendors } from './portfolio/test-vendors.js'
import type { RouterSettings } from './types.js'

const prompt = 'a photo of {subject} on a beach'

async function trainedAt(...providers: Provider[]): Promise<Portfolio> {
  const models: FineTunedModel[] = []
  for (const provider of providers) {
    const { model } = await fineTune({ provider, subject: sneaker, images: trainingPhotos(), trigger: 'ohwx' })
    models.push(model)
  }
  return createPortfolio(sneaker, models)
}

const targets = (...names: string[]): RouterSettings['target'] => ({
  strategy: { mode: 'fallback' },
  targets: names.map((provider) => ({ provider })),
})

/** Requests that would make a job, after the trainings. */
const paidGenerations = (vendors: Vendors, name: 'astria' | 'fal' | 'segmind') =>
  vendors.emulator.vendors[name].journal.filter(({ operation }) => operation === 'generation.submit')

const generationsBilled = (vendors: Vendors) =>
  (['astria', 'fal', 'segmind'] as const).flatMap((name) =>
    vendors.emulator.vendors[name].invoice.filter(({ kind, status }) => kind === 'generation' && status === 'billed'),
  )

async function digest(result: GenerateResult): Promise<string> {
  const bytes = await result.images[0]?.bytes()
  return createHash('sha256')
    .update(bytes ?? new Uint8Array())
    .digest('hex')
}

describe('the stranger test', () => {
  it('makes no picture of a stranger where nobody else has the subject', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal)
    await emulator.vendors.fal.goOffline()
    const router = createRouter({ providers: { fal, astria }, target: targets('fal', 'astria') })
    const error = await failureOf(generate({ provider: router, portfolio, prompt }))
    expect(error.kind).toBe('no-eligible-provider')
    expect(error.message.indexOf('fal')).toBeLessThan(error.message.indexOf('astria'))
    expect(error.causes?.map(({ kind }) => kind)).toEqual(['network', 'no-eligible-provider'])
    expect(error.trail?.map(({ target, outcome, kind }) => [target, outcome, kind])).toEqual([
      ['fal', 'failed', 'network'],
      ['astria', 'skipped', 'no-eligible-provider'],
    ])
    expect(error.billed).toBe('no')
    expect(emulator.vendors.astria.journal).toEqual([])
    expect(generationsBilled(vendors)).toEqual([])
  })

  it('makes it at the mirror, with the subject, its prompt rewritten, and the trail complete', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    await emulator.vendors.fal.goOffline()
    const router = createRouter({ providers: { fal, astria }, target: targets('fal', 'astria') })
    const result = await generate({ provider: router, portfolio, prompt, seed: 7, size: '512x512' })
    expect(result.images.map(({ provider }) => provider)).toEqual(['astria'])
    expect(result.trail).toMatchObject([
      { target: 'fal', role: 'first', outcome: 'failed', kind: 'network', cost: { amount: 0 } },
      { target: 'astria', role: 'fallback', outcome: 'succeeded' },
    ])
    expect(result.trail[0]?.next).toContain('fallback to astria')
    const [paid] = paidGenerations(vendors, 'astria')
    const model = portfolio.models.find(({ provider }) => provider === 'astria')
    const body = JSON.stringify(paid?.body)
    expect(body).toContain(`<lora:${model?.id}`)
    expect(body).toContain('ohwx sneaker on a beach')
    expect(body).not.toContain('{subject}')
    const job = emulator.vendors.astria.jobs.find(({ kind }) => kind === 'generation')
    expect(job?.appliedFineTunes).toEqual([model?.id])
    expect(generationsBilled(vendors)).toHaveLength(1)
    // A picture without the fine-tune is a stand-in, which this one is not.
    const standIn = await generate({
      provider: astria,
      prompt: 'a photo of sneaker on a beach',
      seed: 7,
      size: '512x512',
    })
    expect(await digest(result)).not.toBe(await digest(standIn))
    expect(result.cost?.amount).toBe(router.ledger.entries().find(({ state }) => state === 'settled')?.cost?.amount)
  })

  it('never takes Astria’s Flux weights anywhere else', async () => {
    const vendors = createVendors()
    const { fal, astria, segmind, emulator } = vendors
    const portfolio = await trainedAt(astria)
    const router = createRouter({ providers: { fal, segmind }, target: targets('fal', 'segmind') })
    const error = await failureOf(generate({ provider: router, portfolio, prompt }))
    expect(error.kind).toBe('no-eligible-provider')
    expect(emulator.vendors.fal.journal).toEqual([])
    expect(emulator.vendors.segmind.journal).toEqual([])
  })

  it('loads a LoRA of Segmind’s at fal, by an address that fal can read', async () => {
    const vendors = createVendors()
    const { fal, emulator } = vendors
    const segmind = vendors.segmindWith({ baseModel: 'FLUX' })
    const portfolio = await trainedAt(segmind)
    const [model] = portfolio.models
    const without = createRouter({ providers: { fal }, target: { provider: 'fal' } })
    const refused = await failureOf(generate({ provider: without, portfolio, prompt }))
    expect([refused.kind, emulator.vendors.fal.journal.length]).toEqual(['no-eligible-provider', 0])
    const router = createRouter({ providers: { fal, segmind }, target: { provider: 'fal' } })
    const { images } = await generate({ provider: router, portfolio, prompt })
    expect(images[0]?.provider).toBe('fal')
    const [paid] = paidGenerations(vendors, 'fal')
    const { loras } = (paid?.body ?? { loras: [] }) as { loras: { path: string }[] }
    expect(loras).toHaveLength(1)
    expect(loras[0]?.path).not.toBe(model?.weights?.url)
    const job = emulator.vendors.fal.jobs.find(({ kind }) => kind === 'generation')
    expect(job?.appliedFineTunes).toEqual([loras[0]?.path])
    expect(paidGenerations(vendors, 'segmind')).toEqual([])
  })

  it('takes weights of no other licence than those it is given', async () => {
    const vendors = createVendors()
    const segmind = vendors.segmindWith({ baseModel: 'FLUX' })
    const portfolio = await trainedAt(segmind)
    const settings = { providers: { fal: vendors.fal, segmind }, target: { provider: 'fal' }, licences: ['Apache-2.0'] }
    const error = await failureOf(generate({ provider: createRouter(settings), portfolio, prompt }))
    expect(error.kind).toBe('no-eligible-provider')
    expect(error.message).toContain('LicenseRef-FLUX-1-dev-Non-Commercial-License')
    expect(vendors.emulator.vendors.fal.journal).toEqual([])
  })
})

describe('partial results', () => {
  it('keeps three of four, and makes the fourth elsewhere', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    const router = createRouter({ providers: { astria, fal }, target: targets('fal', 'astria') })
    // fal makes four in one request; of six, the request for the last two fails.
    emulator.vendors.fal.fault({ operation: 'generation.submit', skip: 1, fault: { type: 'job-failed' } })
    const result = await generate({ provider: router, portfolio, prompt, n: 6, seed: 100 })
    expect(result.images).toHaveLength(6)
    expect(result.failures).toEqual([])
    const makers = result.images.map(({ provider }) => provider)
    expect(makers.filter((maker) => maker === 'fal').length).toBeGreaterThanOrEqual(2)
    expect(makers).toContain('astria')
    expect(result.trail.map(({ role }) => role)).toEqual(['first', 'part', 'fallback'])
    expect(result.warnings.map(({ message }) => message).join(' ')).toContain('made by')
    expect(
      new Set(emulator.vendors.fal.jobs.filter(({ kind }) => kind === 'generation').map(({ id }) => id)).size,
    ).toBe(2)
  })

  it('says what is missing where nobody makes it', async () => {
    const vendors = createVendors()
    const { fal, emulator } = vendors
    const portfolio = await trainedAt(fal)
    const router = createRouter({ providers: { fal }, target: { provider: 'fal' } })
    emulator.vendors.fal.fault({ operation: 'generation.submit', skip: 1, fault: { type: 'job-failed' } })
    const result = await generate({ provider: router, portfolio, prompt, n: 6 })
    expect(result.images).toHaveLength(4)
    expect(result.failures.map(({ error }) => error.kind)).toEqual(['job-failed', 'job-failed'])
    expect(result.warnings.map(({ message }) => message).join(' ')).toContain('4 of 6')
  })
})

describe('rules', () => {
  it('stops at a content block, unless asked to go on', async () => {
    for (const rules of [{}, { 'content-blocked': 'next' }] as const) {
      const vendors = createVendors()
      const { fal, astria, emulator } = vendors
      const portfolio = await trainedAt(fal, astria)
      emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-blocked' } })
      const router = createRouter({ providers: { fal, astria }, target: targets('fal', 'astria'), rules })
      const outcome = await generate({ provider: router, portfolio, prompt }).catch((error: unknown) => error)
      if ('content-blocked' in rules) expect((outcome as GenerateResult).images[0]?.provider).toBe('astria')
      else expect(LikenessError.is(outcome) && outcome.kind).toBe('content-blocked')
      expect(paidGenerations(vendors, 'astria')).toHaveLength('content-blocked' in rules ? 1 : 0)
    }
  })

  it('stays with an accepted job until its deadline, then cancels it and goes on', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
    const router = createRouter({
      providers: { fal, astria },
      target: {
        strategy: { mode: 'fallback' },
        targets: [{ provider: 'fal', timeoutMs: 90_000 }, { provider: 'astria' }],
      },
    })
    const result = await generate({ provider: router, portfolio, prompt })
    // fal only promises to try to stop a job that is at work, so that it may still be billed.
    expect(result.trail.map(({ outcome, kind, cost }) => [outcome, kind, cost === undefined])).toEqual([
      ['failed', 'timeout', true],
      ['succeeded', undefined, false],
    ])
    expect(result.cost).toBeUndefined()
    expect(router.ledger.entries().map(({ state }) => state)).toEqual(['accepted', 'settled'])
    expect(result.trail[0]?.ms).toBeGreaterThan(89_000)
    expect(emulator.vendors.fal.journal.filter(({ operation }) => operation === 'generation.cancel')).toHaveLength(1)
  })
})

describe('hedging', () => {
  it('starts a second job after the delay; the first to succeed wins, the other is canceled, both are shown', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
    const events: RouterEvent[] = []
    const router = createRouter({
      providers: { fal, astria },
      target: targets('fal', 'astria'),
      hedge: { after: 60_000, maximumShare: 1 },
      onEvent: (event) => events.push(event),
    })
    const result = await generate({ provider: router, portfolio, prompt })
    expect(result.images[0]?.provider).toBe('astria')
    expect(result.trail.map(({ target, role, outcome }) => [target, role, outcome])).toEqual([
      ['fal', 'first', 'canceled'],
      ['astria', 'hedge', 'succeeded'],
    ])
    expect(events.flatMap((event) => (event.type === 'hedge' ? [event.step] : []))).toEqual(['started', 'won'])
    expect(emulator.vendors.fal.journal.filter(({ operation }) => operation === 'generation.cancel')).toHaveLength(1)
  })

  it('keeps to the share and to the price cap', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    for (const caps of [{ maximumShare: 0.05 }, { maximumShare: 1, maximumUSD: 0.000001 }]) {
      const events: RouterEvent[] = []
      emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
      const router = createRouter({
        providers: { fal, astria },
        target: {
          strategy: { mode: 'fallback' },
          targets: [{ provider: 'fal', timeoutMs: 120_000 }, { provider: 'astria' }],
        },
        hedge: { after: 60_000, ...caps },
        onEvent: (event) => events.push(event),
      })
      const { trail } = await generate({ provider: router, portfolio, prompt })
      expect(trail.map(({ role }) => role)).toEqual(['first', 'fallback'])
      expect(events.flatMap((event) => (event.type === 'hedge' ? [event.step] : []))).toEqual(['refused'])
    }
  })
})

describe('explain', () => {
  it('tells offline what would go where, and why not elsewhere', async () => {
    const vendors = createVendors()
    const { fal, astria, segmind, emulator } = vendors
    const portfolio = await trainedAt(fal)
    const before = vendors.requests()
    const router = createRouter({ providers: { fal, astria, segmind }, target: targets('astria', 'fal', 'segmind') })
    const plan = await router.explain({ portfolio, prompt, n: 6, negativePrompt: 'rain' })
    expect(plan.order[0]).toBe('fal')
    const [first, ...others] = plan.targets
    expect(first).toMatchObject({ target: 'fal', eligible: true, requests: 2 })
    expect(first?.warnings.map(({ parameter }) => parameter)).toContain('negativePrompt')
    expect(JSON.stringify(first?.preview)).toContain('ohwx sneaker')
    expect(JSON.stringify(plan)).not.toContain(emulator.endpoints.fal.apiKey)
    expect(others.find(({ target }) => target === 'astria')).toMatchObject({
      eligible: false,
      kind: 'no-eligible-provider',
    })
    expect(vendors.requests()).toBe(before)
  })

  it('tells of every target of a router among the targets', async () => {
    const vendors = createVendors()
    const { fal, astria } = vendors
    const portfolio = await trainedAt(fal)
    const inner = createRouter({ id: 'inner', providers: { fal, astria }, target: targets('astria', 'fal') })
    const outer = createRouter({ providers: { inner, astria }, target: targets('inner', 'astria') })
    const { order, targets: all } = await outer.explain({ portfolio, prompt })
    expect(order).toEqual(['inner'])
    expect(all[0]?.targets?.map(({ target, eligible, kind }) => [target, eligible, kind])).toEqual([
      ['fal', true, undefined],
      ['astria', false, 'no-eligible-provider'],
    ])
  })
})

describe('a ledger that cannot be written', () => {
  it('stops the request at once, with nothing sent anywhere', async () => {
    const vendors = createVendors()
    const { fal, astria, clock, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    const ledger = createLedger({ clock, keep: () => Promise.reject(new Error('ENOSPC: no space left on device.')) })
    const router = createRouter({ providers: { fal, astria }, target: targets('fal', 'astria'), ledger })
    const error = await failureOf(generate({ provider: router, portfolio, prompt }))
    expect([error.kind, error.code, error.billed]).toEqual(['unavailable', 'ledger-unwritable', 'no'])
    expect(error.message).toBe('The ledger could not be written: ENOSPC: no space left on device. Nothing was sent.')
    expect(error.trail?.map(({ target, outcome }) => [target, outcome])).toEqual([['fal', 'skipped']])
    for (const name of ['fal', 'astria'] as const) expect(paidGenerations(vendors, name)).toEqual([])
    expect(emulator.vendors.fal.invoice).toHaveLength(1)
  })
})

describe('limits', () => {
  it('tells of requests that wait for the next minute, and makes them then', async () => {
    const vendors = createVendors()
    const { segmind, clock } = vendors
    const portfolio = await trainedAt(segmind)
    await clock.advance(60_000)
    const waits: RouterEvent[] = []
    const onEvent = (event: RouterEvent) => void (event.type === 'attempt.waiting' && waits.push(event))
    const router = createRouter({ providers: { segmind }, target: { provider: 'segmind' }, onEvent })
    const before = clock.now()
    const { images } = await generate({ provider: router, portfolio, prompt, n: 7 })
    expect(images).toHaveLength(7)
    expect(waits).toMatchObject([
      { target: 'segmind', limit: 'requestsPerMinute' },
      { target: 'segmind', limit: 'requestsPerMinute' },
    ])
    expect(clock.now() - before).toBeGreaterThanOrEqual(60_000)
    expect(paidGenerations(vendors, 'segmind')).toHaveLength(7)
  })
})
