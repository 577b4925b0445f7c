import { createWakeups, generate, resume } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { createRouter } from '../index.js'
import { createVendors, failureOf } from '../portfolio/test-vendors.js'
import { oneAfterTheOther, partsIn, prompt, submitsAt, trainedAt } from './test-requests.js'

const json = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value))

describe('a router in a router', () => {
  it('hands over the jobs under way, not those that have failed', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    emulator.vendors.astria.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
    const inner = createRouter({
      id: 'inner',
      providers: { fal, astria },
      target: oneAfterTheOther('fal', 'astria'),
    })
    const outer = createRouter({ id: 'outer', providers: { inner }, target: { provider: 'inner' } })
    const error = await failureOf(generate({ provider: outer, portfolio, prompt, timeoutMs: 120_000 }))
    expect(error.handle?.provider).toBe('outer')
    const [part, ...others] = partsIn(error.handle)
    expect(others).toEqual([])
    const jobs = partsIn(part?.handle)
    expect(jobs.map(({ handle }) => handle.provider)).toEqual(['astria'])
  })

  it('stops all jobs of a member that was too slow', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    emulator.vendors.fal.fault({ operation: 'generation.submit', times: 2, fault: { type: 'job-stuck' } })
    const inner = createRouter({ id: 'inner', providers: { fal }, target: { provider: 'fal' } })
    const outer = createRouter({
      id: 'outer',
      providers: { inner, astria },
      target: {
        strategy: { mode: 'fallback' },
        targets: [{ provider: 'inner', timeoutMs: 60_000 }, { provider: 'astria' }],
      },
    })
    const { images } = await generate({ provider: outer, portfolio, prompt, n: 8 })
    expect(images.map(({ provider }) => provider)).toEqual(Array.from({ length: 8 }, () => 'astria'))
    expect(emulator.vendors.fal.journal.filter(({ operation }) => operation === 'generation.cancel')).toHaveLength(2)
  })

  it('tells what all failures cost together', async () => {
    const vendors = createVendors()
    const { fal, emulator } = vendors
    const portfolio = await trainedAt(fal)
    emulator.vendors.fal.fault({ operation: 'generation.submit', times: 2, fault: { type: 'job-blocked' } })
    const router = createRouter({
      providers: { fal },
      target: {
        strategy: { mode: 'fallback' },
        targets: [{ provider: 'fal' }, { provider: 'fal', name: 'again' }],
      },
      rules: { 'content-blocked': 'next' },
    })
    const before = vendors.billed('fal')
    const error = await failureOf(generate({ provider: router, portfolio, prompt }))
    expect(submitsAt(vendors, 'fal')).toHaveLength(2)
    expect(error.cost?.amount ?? 'unknown').toBe(vendors.billed('fal') - before)
  })

  it('is woken by callbacks that the outer one verified', async () => {
    const vendors = createVendors()
    const { fal } = vendors
    const portfolio = await trainedAt(fal)
    const inner = createRouter({ id: 'inner', providers: { fal }, target: { provider: 'fal' } })
    const outer = createRouter({ id: 'outer', providers: { inner }, target: { provider: 'inner' } })
    const wakeups = createWakeups()
    const heard: boolean[] = []
    await generate({
      provider: outer,
      portfolio,
      prompt,
      wakeups,
      onStarted: ({ id }) => void setImmediate(() => heard.push(wakeups.notify({ provider: 'outer', jobId: id }))),
    })
    expect(heard).toEqual([true])
  })

  it('counts the money once, and gives the same pictures again in another process', async () => {
    const vendors = createVendors()
    const { fal, astria, clock } = vendors
    const portfolio = await trainedAt(fal, astria)
    const make = () => {
      const inner = createRouter({ id: 'inner', providers: { fal }, target: { provider: 'fal' } })
      const outer = createRouter({
        id: 'outer',
        providers: { inner, astria },
        target: oneAfterTheOther('inner', 'astria'),
      })
      return { inner, outer }
    }
    const { inner, outer } = make()
    const before = vendors.billedInAll()
    const result = await generate({ provider: outer, portfolio, prompt, n: 6, clock })
    expect(result.cost?.amount).toBe(vendors.billedInAll() - before)
    expect(inner.ledger.entries()).toHaveLength(2)
    expect(outer.ledger.entries()).toHaveLength(0)
    expect(result.attempts).toHaveLength(2)
    const again = await resume(json(result.handle), make().outer)
    if (again.kind !== 'generation') throw new Error('not a generation')
    expect(again.images.map(({ url }) => url)).toEqual(result.images.map(({ url }) => url))
    expect((await again.images[5]?.bytes())?.length).toBeGreaterThan(0)
  })
})

describe('what a router in a router tells', () => {
  it('names the paid requests of a member that failed, too', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    const inner = createRouter({ id: 'inner', providers: { fal }, target: { provider: 'fal' } })
    const target = oneAfterTheOther('inner', 'astria')
    const outer = createRouter({ id: 'outer', providers: { inner, astria }, target })
    const { attempts } = await generate({ provider: outer, portfolio, prompt })
    expect(attempts.map(({ provider, outcome }) => [provider, outcome])).toEqual([
      ['fal', 'accepted'],
      ['astria', 'accepted'],
    ])
  })

  it('sends no key twice to one account, also where that is reached on two ways', async () => {
    const vendors = createVendors()
    const { fal, emulator } = vendors
    const portfolio = await trainedAt(fal)
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    const inner = createRouter({ id: 'inner', providers: { fal }, target: { provider: 'fal' } })
    const outer = createRouter({ id: 'outer', providers: { inner, fal }, target: oneAfterTheOther('inner', 'fal') })
    await generate({ provider: outer, portfolio, prompt, idempotencyKey: 'key-4711' })
    expect(inner.ledger.entries().map(({ idempotencyKey }) => idempotencyKey)).toEqual(['key-4711'])
    expect(outer.ledger.entries().map(({ idempotencyKey }) => idempotencyKey)).toEqual(['key-4711-outer-again-2'])
  })

  it('does not take a model at home in a member for one from elsewhere', async () => {
    const vendors = createVendors()
    const { fal } = vendors
    const portfolio = await trainedAt(fal)
    const inner = createRouter({ id: 'inner', providers: { fal }, target: { provider: 'fal' } })
    const target = { provider: 'inner' }
    const outer = createRouter({ id: 'outer', providers: { inner }, target, licences: ['MIT'] })
    expect((await outer.explain({ portfolio, prompt })).order).toEqual(['inner'])
  })
})

describe('a handle of a finished request', () => {
  it('gives the same pictures again where one was made elsewhere', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    const make = () => createRouter({ providers: { fal, astria }, target: oneAfterTheOther('fal', 'astria') })
    // Of twelve in three requests the middle one fails.
    emulator.vendors.fal.fault({ operation: 'generation.submit', skip: 1, fault: { type: 'job-failed' } })
    const result = await generate({ provider: make(), portfolio, prompt, n: 12, seed: 1 })
    expect(result.failures).toEqual([])
    const again = await resume(json(result.handle), make())
    if (again.kind !== 'generation') throw new Error('not a generation')
    expect(result.handle.n).toBe(12)
    expect(again.failures).toEqual([])
    expect(again.images.map(({ url }) => url)).toEqual(result.images.map(({ url }) => url))
  })
})
