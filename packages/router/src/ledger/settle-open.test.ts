import { setImmediate as turn } from 'node:timers/promises'
import { generate, type Provider } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mirror } from '../portfolio/mirror.js'
import { createVendors, failureOf, sneaker, type VendorName, type Vendors } from '../portfolio/test-vendors.js'
import { createRouter } from '../router.js'
import { generatingWith } from '../run/test-requests.js'
import type { Router } from '../types.js'
import { createLedger } from './create-ledger.js'
import { settleOpen } from './settle-open.js'
import { aHandle, aSubject } from './test-subjects.js'
import type { LedgerEntry } from './types.js'

let vendors: Vendors
beforeEach(() => {
  vendors = createVendors()
})
afterEach(() => vendors.emulator.close())

function routerOver(provider: Provider, id = 'router', ledger?: Router['ledger']): Router {
  return createRouter({ id, providers: { only: provider }, target: { provider: 'only' }, clock: vendors.clock, ledger })
}

/** A router with one entry whose job nobody waits for any more, at a vendor that cannot stop it. */
async function givenUp(vendor: VendorName, router: Router) {
  const { portfolio } = await mirror({
    providers: [vendors[vendor]],
    subject: sneaker,
    images: trainingPhotos(),
    ledger: routerOver(vendors[vendor]).ledger,
  })
  const before = vendors.billed(vendor)
  const error = await failureOf(
    generate({ provider: router, portfolio, prompt: 'a photo of {subject}', size: '512x512', timeoutMs: 1_000 }),
  )
  expect(error).toMatchObject({ kind: 'timeout', handle: expect.anything() })
  expect(router.ledger.entries()).toMatchObject([{ state: 'accepted', jobId: expect.any(String) }])
  return { billed: () => vendors.billed(vendor) - before }
}

function ledgerFrom(entries: readonly LedgerEntry[]) {
  return createLedger({ clock: vendors.clock, entries })
}

const settledSum = (router: Router) => router.ledger.entries().reduce((sum, { cost }) => sum + (cost?.amount ?? 0), 0)

describe.each(['astria', 'fal', 'segmind'] as const)('a job at %s that was waited for no longer', (vendor) => {
  it('is settled once it has ended: the ledger then equals the invoice', async () => {
    const router = routerOver(vendors[vendor])
    const { billed } = await givenUp(vendor, router)
    const early = await settleOpen({ ledger: router.ledger, providers: [router] })
    expect(early).toMatchObject({ settled: [], underWay: [{ state: 'accepted' }], unreachable: [] })
    await vendors.clock.advance(600_000)
    const report = await settleOpen({ ledger: router.ledger, providers: [vendors[vendor]] })
    expect(report).toMatchObject({ settled: [{ state: 'settled' }], underWay: [], unknown: [], refunded: [] })
    expect(billed()).toBeGreaterThan(0)
    expect(settledSum(router)).toBe(billed())
  })
})

describe('a job at fal that the caller aborted', () => {
  it.each([
    ['once it was accepted', 'accepted', 'settled'],
    ['before it was answered', 'unknown', 'unknown'],
  ] as const)('%s is %s, then %s', async (_, first, then) => {
    const router = routerOver(vendors.fal)
    const { fal } = vendors.emulator.vendors
    const { portfolio } = await mirror({
      providers: [vendors.fal],
      subject: sneaker,
      images: trainingPhotos(),
      ledger: routerOver(vendors.fal).ledger,
    })
    const before = vendors.billed('fal')
    const controller = new AbortController()
    const abort = () => controller.abort(new Error('the user left'))
    if (first === 'unknown') fal.fault({ operation: 'generation.submit', fault: { type: 'stall', accept: true } })
    const asked = generate({
      provider: router,
      portfolio,
      prompt: 'a photo of {subject}',
      size: '512x512',
      abortSignal: controller.signal,
      onStarted: abort,
    })
    if (first === 'unknown') {
      while (fal.journal.at(-1)?.accepted !== true) await turn()
      abort()
    }
    expect(await failureOf(asked)).toMatchObject({ kind: 'aborted', billed: 'maybe' })
    expect(router.ledger.entries()).toMatchObject([{ state: first }])
    await vendors.clock.advance(600_000)
    await settleOpen({ ledger: router.ledger, providers: [router] })
    expect(router.ledger.entries()).toMatchObject([{ state: then }])
    // Billed either way: `unknown` is what hides it, and keeps it counted.
    expect(vendors.billed('fal') - before).toBe(35_000_000)
    if (then === 'settled') expect(settledSum(router)).toBe(35_000_000)
  })
})

describe('what is open', () => {
  it('is asked for at members of routers within routers, with one read each and no paid request', async () => {
    const inner = routerOver(vendors.fal, 'inner')
    const outer = routerOver(inner, 'outer', inner.ledger)
    const { billed } = await givenUp('fal', outer)
    await vendors.clock.advance(600_000)
    const { journal } = vendors.emulator.vendors.fal
    const from = journal.length
    await settleOpen({ ledger: inner.ledger, providers: [vendors.astria, outer] })
    expect(journal.slice(from).map(({ operation, paid }) => [operation, paid])).toEqual([
      ['generation.status', false],
      ['generation.result', false],
    ])
    expect(settledSum(inner)).toBe(billed())
    await settleOpen({ ledger: inner.ledger, providers: [outer] })
    expect(journal).toHaveLength(from + 2)
  })

  it('costs nothing where the job failed and the vendor says so', async () => {
    vendors.emulator.vendors.segmind.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    const router = routerOver(vendors.segmind)
    const { billed } = await givenUp('segmind', router)
    await vendors.clock.advance(600_000)
    const report = await settleOpen({ ledger: router.ledger, providers: [router] })
    expect(report).toMatchObject({ refunded: [{ state: 'refunded', reason: 'job-failed' }], settled: [] })
    expect(billed()).toBe(0)
  })

  it('is unknown where the vendor no longer keeps the job', async () => {
    const router = routerOver(vendors.segmind)
    await givenUp('segmind', router)
    // Segmind keeps records of jobs for an hour.
    await vendors.clock.advance(2 * 3_600_000)
    const report = await settleOpen({ ledger: router.ledger, providers: [router] })
    expect(report).toMatchObject({ unknown: [{ state: 'unknown', reason: 'expired' }], settled: [] })
  })

  it('stays held where its vendor does not answer, or was not given; others go on', async () => {
    const router = routerOver(vendors.fal)
    await givenUp('fal', router)
    const { ledger } = router
    const elsewhere = await ledger.reserve(aSubject({ provider: 'elsewhere' }))
    await elsewhere.accept(aHandle('job-1', 'elsewhere'))
    await vendors.emulator.vendors.fal.goOffline()
    const report = await settleOpen({ ledger, providers: [router] })
    expect(report).toMatchObject({
      settled: [],
      unreachable: [
        { entry: { provider: 'fal' }, error: { kind: 'network' } },
        { entry: { provider: 'elsewhere' }, error: { kind: 'invalid-request', fields: [{ field: 'providers' }] } },
      ],
    })
    expect(ledger.entries().map(({ state }) => state)).toEqual(['accepted', 'accepted'])
    await vendors.emulator.vendors.fal.goOnline()
    await vendors.clock.advance(600_000)
    const later = await settleOpen({ ledger, providers: [router] })
    expect(later).toMatchObject({ settled: [{ provider: 'fal' }], unreachable: [{ entry: { provider: 'elsewhere' } }] })
  })

  it('stays held where a provider fails in a way it must not; others go on', async () => {
    const router = routerOver(vendors.fal)
    await givenUp('fal', router)
    const { ledger } = router
    const elsewhere = await ledger.reserve(aSubject({ provider: 'elsewhere' }))
    await elsewhere.accept(aHandle('job-1', 'elsewhere'))
    await vendors.clock.advance(600_000)
    const status = async () => Promise.reject(new TypeError('cannot read what is undefined'))
    const broken = generatingWith({ ...vendors.fal, id: 'elsewhere' }, { status })
    const report = await settleOpen({ ledger: ledgerFrom(ledger.entries().toReversed()), providers: [broken, router] })
    expect(report).toMatchObject({
      settled: [{ provider: 'fal' }],
      unreachable: [{ entry: { provider: 'elsewhere', state: 'accepted' }, error: { provider: 'elsewhere' } }],
    })
  })

  it('is left as it is from an abort on', async () => {
    const router = routerOver(vendors.fal)
    await givenUp('fal', router)
    await vendors.clock.advance(600_000)
    const from = vendors.requests()
    const abortSignal = AbortSignal.abort(new Error('enough'))
    await expect(settleOpen({ ledger: router.ledger, providers: [router], abortSignal })).rejects.toThrow('enough')
    expect(vendors.requests()).toBe(from)
    expect(router.ledger.entries()).toMatchObject([{ state: 'accepted' }])
  })
})
