import { cancel, generate, LikenessError, startGenerate } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import type { RouterEvent } from '../events.js'
import { createLedger, createRouter } from '../index.js'
import { createVendors, failureOf } from '../portfolio/test-vendors.js'
import { generatingWith, oneAfterTheOther, partsIn, prompt, submitsAt, trainedAt, unwritable } from './test-requests.js'

const typesOf = (events: readonly RouterEvent[], ...types: readonly string[]) =>
  events.filter(({ type }) => types.includes(type)).map(({ type }) => type)

describe('after a job was accepted', () => {
  it.each([
    ['refused', () => new LikenessError({ kind: 'authentication', message: 'key withdrawn', provider: 'fal' })],
    ['broken', () => new TypeError('cannot read properties of undefined')],
  ])('an end that cannot be read (%s) does not have it paid for again elsewhere', async (_, thrown) => {
    const vendors = createVendors()
    const { fal, astria } = vendors
    const portfolio = await trainedAt(fal, astria)
    const deaf = generatingWith(fal, { status: () => Promise.reject(thrown()) })
    const router = createRouter({ providers: { fal: deaf, astria }, target: oneAfterTheOther('fal', 'astria') })
    const error = await failureOf(generate({ provider: router, portfolio, prompt }))
    expect(error.kind).toBe('outcome-unknown')
    expect(error.handle?.data.parts).toHaveLength(1)
    expect(submitsAt(vendors, 'astria')).toHaveLength(0)
    expect(router.ledger.entries().map(({ state }) => state)).toEqual(['accepted'])
  })
})

it('takes what an adapter throws against its contract for a lost answer', async () => {
  const vendors = createVendors()
  const { fal, astria } = vendors
  const portfolio = await trainedAt(fal, astria)
  const broken = generatingWith(fal, {
    async start(request, options) {
      await fal.generate?.start(request, { abortSignal: options?.abortSignal })
      throw new TypeError('cannot read properties of undefined')
    },
  })
  const router = createRouter({ providers: { fal: broken, astria }, target: oneAfterTheOther('fal', 'astria') })
  const error = await failureOf(generate({ provider: router, portfolio, prompt }))
  expect([error.kind, error.billed]).toEqual(['outcome-unknown', 'maybe'])
  expect(submitsAt(vendors, 'astria')).toHaveLength(0)
  expect(router.ledger.entries().map(({ state }) => state)).toEqual(['unknown'])
})

describe('a ledger that cannot be written', () => {
  it('before anything is sent: nothing is, with one error that says so and one end of the request', async () => {
    const vendors = createVendors()
    const { fal, clock } = vendors
    const portfolio = await trainedAt(fal)
    const memory = createLedger({ clock })
    let writes = 0
    const ledger = unwritable(memory, () => {
      writes += 1
      return writes === 2
    })
    const events: RouterEvent[] = []
    const router = createRouter({
      providers: { fal },
      target: { provider: 'fal' },
      ledger,
      onEvent: (event) => events.push(event),
    })
    // Two requests of which only the first can be booked: its pictures are not lost.
    const result = await generate({ provider: router, portfolio, prompt, n: 8 })
    expect(result.images).toHaveLength(4)
    expect(result.failures[0]?.error.message).toContain('EIO')
    expect(submitsAt(vendors, 'fal')).toHaveLength(1)
    expect(typesOf(events, 'request.started', 'request.ended')).toEqual(['request.started', 'request.ended'])
    writes = 1
    const error = await failureOf(generate({ provider: router, portfolio, prompt }))
    expect(error.billed).toBe('no')
    writes = 0
    const { handle } = await startGenerate({ provider: router, portfolio, prompt, n: 8 })
    expect(partsIn(handle)).toHaveLength(1)
  })
})

it('ends each request and each attempt once, and warns before the end', async () => {
  const vendors = createVendors()
  const { fal, astria, emulator } = vendors
  const portfolio = await trainedAt(fal, astria)
  emulator.vendors.fal.fault({ operation: 'generation.submit', skip: 1, fault: { type: 'job-failed' } })
  const events: RouterEvent[] = []
  const router = createRouter({
    providers: { fal, astria },
    target: oneAfterTheOther('fal', 'astria'),
    onEvent: (event) => events.push(event),
  })
  await generate({ provider: router, portfolio, prompt, n: 8 })
  expect(events[0]?.type).toBe('request.started')
  expect(events.at(-1)?.type).toBe('request.ended')
  expect(typesOf(events, 'request.ended')).toHaveLength(1)
  const started = events.flatMap((event) => (event.type === 'attempt.started' ? [event.attempt] : []))
  const ended = events.flatMap((event) => (event.type === 'attempt.ended' ? [event.attempt] : []))
  expect(new Set(started).size).toBe(started.length)
  expect(ended.toSorted()).toEqual(started.toSorted())
})

it('goes on after a target whose eligibility cannot be told because it breaks its contract', async () => {
  const vendors = createVendors()
  const { fal, astria } = vendors
  const portfolio = await trainedAt(fal, astria)
  const broken = generatingWith(fal, {
    estimate: () => {
      throw new TypeError('no price')
    },
  })
  const router = createRouter({ providers: { fal: broken, astria }, target: oneAfterTheOther('fal', 'astria') })
  const { images, trail } = await generate({ provider: router, portfolio, prompt })
  expect(images[0]?.provider).toBe('astria')
  expect(trail[0]).toMatchObject({ target: 'fal', outcome: 'skipped' })
  const plan = await router.explain({ portfolio, prompt })
  expect(plan.order).toEqual(['astria'])
})

it('stops at a target that is not eligible, where a rule says so', async () => {
  const vendors = createVendors()
  const { fal, astria } = vendors
  const portfolio = await trainedAt(fal)
  const router = createRouter({
    providers: { fal, astria },
    target: oneAfterTheOther('astria', 'fal'),
    rules: { 'no-eligible-provider': 'stop' },
  })
  const error = await failureOf(generate({ provider: router, portfolio, prompt }))
  expect(error.kind).toBe('no-eligible-provider')
  expect(submitsAt(vendors, 'fal')).toHaveLength(0)
  expect((await router.explain({ portfolio, prompt })).order).toEqual([])
})

it('cancels what can be canceled of jobs at several vendors', async () => {
  const vendors = createVendors()
  const { fal, astria, emulator } = vendors
  const portfolio = await trainedAt(fal, astria)
  emulator.vendors.fal.fault({ operation: 'generation.submit', skip: 1, fault: { type: 'insufficient-credits' } })
  const router = createRouter({ providers: { fal, astria }, target: oneAfterTheOther('fal', 'astria') })
  const { handle } = await startGenerate({ provider: router, portfolio, prompt, n: 8 })
  expect(partsIn(handle).map(({ target }) => target)).toEqual(['fal', 'astria'])
  expect(await cancel(handle, router)).toBe('requested')
  expect(emulator.vendors.fal.journal.filter(({ operation }) => operation === 'generation.cancel')).toHaveLength(1)
})

describe('settings', () => {
  it.each([
    ['rules.timeout', { rules: { timeout: 'retry' } }],
    ['rules.late', { rules: { late: 'next' } }],
    ['rules.aborted', { rules: { aborted: 'next' } }],
    ['onUnknown', { onUnknown: 'again' }],
    ['hedge.after', { hedge: { after: Number.NaN } }],
    ['hedge.maximumUSD', { hedge: { maximumUSD: -1 } }],
    ['hedge.maximumShare', { hedge: { maximumShare: 2 } }],
    ['breaker.threshold', { breaker: { threshold: 0 } }],
    ['licences', { licences: 'MIT' }],
    ['hedges', { hedges: {} }],
    ['run', { run: 7 }],
    ['providers', { providers: undefined }],
    ['providers.late', { providers: { late: undefined } }],
    ['clock', { clock: () => 0 }],
  ])('refuses %s', (field, wrong) => {
    const { fal } = createVendors()
    const settings = { providers: { fal }, target: { provider: 'fal' }, ...wrong } as never
    expect(() => createRouter(settings)).toThrow(expect.objectContaining({ kind: 'invalid-request' }))
    expect(() => createRouter(settings)).toThrow(field)
  })
})

it('asks for a lost job before the next target is begun, also where it is not waited for', async () => {
  const vendors = createVendors()
  const { fal, astria, emulator } = vendors
  const portfolio = await trainedAt(fal, astria)
  emulator.vendors.astria.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
  const router = createRouter({
    providers: { fal, astria },
    target: oneAfterTheOther('astria', 'fal'),
    onUnknown: 'fallback',
  })
  const { handle } = await startGenerate({ provider: router, portfolio, prompt })
  expect(partsIn(handle).map(({ target }) => target)).toEqual(['astria'])
  expect([submitsAt(vendors, 'astria').length, submitsAt(vendors, 'fal').length]).toEqual([1, 0])
  expect(router.ledger.entries().map(({ state }) => state)).toEqual(['accepted'])
})

it('does not ask an open breaker as often as a retry policy allows', async () => {
  const vendors = createVendors()
  const { fal, emulator } = vendors
  const portfolio = await trainedAt(fal)
  await emulator.vendors.fal.goOffline()
  const target = { provider: 'fal', retry: { attempts: 3 } }
  const router = createRouter({ providers: { fal }, target, breaker: { threshold: 1, openMs: 600_000 } })
  const { trail } = await failureOf(generate({ provider: router, portfolio, prompt }))
  expect(trail?.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped'])
})
