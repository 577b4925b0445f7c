import { addModel, createPortfolio, type FineTunedModel, type Portfolio } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLedger } from '../ledger/create-ledger.js'
import type { LedgerEntry } from '../ledger/types.js'
import { mirror } from './mirror.js'
import { onDemand } from './on-demand.js'
import type { OnDemandSettings } from './on-demand-types.js'
import { createVendors, failureOf, sneaker, type Vendors } from './test-vendors.js'

let vendors: Vendors
beforeEach(() => {
  vendors = createVendors()
})
afterEach(() => vendors.emulator.close())

const photos = trainingPhotos()
const empty = createPortfolio(sneaker)
const invoice = (name: 'astria' | 'fal' | 'segmind') => vendors.emulator.vendors[name].invoice

function models(changes: Partial<OnDemandSettings> = {}) {
  const kept: [FineTunedModel, Portfolio][] = []
  const onTrained = (model: FineTunedModel, portfolio: Portfolio) => void kept.push([model, portfolio])
  return { kept, ...changesTo(onDemand({ subject: sneaker, images: photos, onTrained, ...changes })) }
}

function changesTo(value: ReturnType<typeof onDemand>) {
  return { plan: value.plan.bind(value), train: value.train.bind(value) }
}

describe('onDemand', () => {
  it('tells how long and how much, and sends nothing', async () => {
    const { plan } = models()
    expect(await plan(vendors.segmind, empty)).toMatchObject({ estimate: { maximum: 4_000_000_000 } })
    expect(await plan(vendors.astria, empty)).toMatchObject({
      estimate: { maximum: expect.any(Number) },
      expectedMs: 10 * 60_000,
    })
    expect(vendors.requests()).toBe(0)
  })

  it('trains once for ten who ask at the same time', async () => {
    const ledger = createLedger({ clock: vendors.clock })
    const { train, kept } = models({ ledger, run: 'shop', tags: { customer: 'acme' } })
    const trained = await Promise.all(Array.from({ length: 10 }, () => train(vendors.fal, empty, {})))
    expect(new Set(trained.map(({ id }) => id)).size).toBe(1)
    expect(invoice('fal')).toHaveLength(1)
    expect(kept).toEqual([[trained[0], addModel(empty, trained[0] as FineTunedModel)]])
    expect(ledger.entries()).toMatchObject([
      { state: 'settled', run: 'shop', tags: { customer: 'acme' }, cost: { amount: vendors.billed('fal') } },
    ])
  })

  it('does not train again what the app has not put into its portfolio yet', async () => {
    const { train, plan, kept } = models()
    const first = await train(vendors.fal, empty, {})
    expect(await train(vendors.fal, empty, {})).toEqual(first)
    expect(await plan(vendors.fal, empty)).toEqual({ expectedMs: 0 })
    expect(invoice('fal')).toHaveLength(1)
    expect(kept).toHaveLength(1)
  })

  it('trains again once the vendor has deleted the model', async () => {
    const { train } = models()
    await train(vendors.astria, empty, {})
    await vendors.clock.advance(31 * 24 * 3600_000)
    await train(vendors.astria, empty, {})
    expect(invoice('astria')).toHaveLength(2)
  })

  it('does not repeat a training that failed', async () => {
    vendors.emulator.vendors.segmind.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
    const { train, plan } = models()
    expect((await failureOf(train(vendors.segmind, empty, {}))).kind).toBe('job-failed')
    const requests = vendors.requests()
    const again = await failureOf(train(vendors.segmind, empty, {}))
    expect(again).toMatchObject({ kind: 'job-failed', billed: 'no', provider: 'segmind' })
    expect(again.message).toContain('before')
    expect((await failureOf(plan(vendors.segmind, empty))).kind).toBe('job-failed')
    expect(vendors.requests()).toBe(requests)
  })

  it('tries again where nothing was accepted because the vendor could not be reached', async () => {
    await vendors.emulator.vendors.fal.goOffline()
    const { train } = models()
    expect((await failureOf(train(vendors.fal, empty, {}))).billed).toBe('no')
    await vendors.emulator.vendors.fal.goOnline()
    expect((await train(vendors.fal, empty, {})).provider).toBe('fal')
  })

  it('goes on waiting for a training that was not done in time', async () => {
    const ledger = createLedger({ clock: vendors.clock })
    const { train, kept } = models({ timeoutMs: 1_000, ledger })
    expect((await failureOf(train(vendors.fal, empty, {}))).kind).toBe('timeout')
    await vendors.clock.advance(3600_000)
    const model = await train(vendors.fal, empty, {})
    expect(kept).toEqual([[model, addModel(empty, model)]])
    expect(invoice('fal')).toHaveLength(1)
    expect(ledger.entries()).toMatchObject([{ state: 'settled', cost: { amount: vendors.billed('fal') } }])
  })

  it('ends one wait without ending the others', async () => {
    const controller = new AbortController()
    const { train } = models()
    const leaving = failureOf(train(vendors.fal, empty, { abortSignal: controller.signal }))
    const staying = train(vendors.fal, empty, {})
    setImmediate(() => controller.abort())
    expect((await leaving).kind).toBe('aborted')
    expect((await staying).provider).toBe('fal')
    expect(invoice('fal')).toHaveLength(1)
  })

  /** A ledger that aborts as soon as an entry is in a state. */
  function abortingAt(state: LedgerEntry['state']) {
    const controller = new AbortController()
    const keep = async (entry: LedgerEntry) => {
      if (entry.state === state) controller.abort()
    }
    return { abortSignal: controller.signal, ledger: createLedger({ clock: vendors.clock, keep }) }
  }

  it('stops a training that is not paid for yet when nobody waits for it any longer', async () => {
    const { abortSignal, ledger } = abortingAt('reserved')
    const { train, kept } = models({ ledger })
    expect((await failureOf(train(vendors.fal, empty, { abortSignal }))).kind).toBe('aborted')
    expect(invoice('fal')).toEqual([])
    expect(ledger.entries()).toMatchObject([{ state: 'refunded' }])
    expect((await train(vendors.fal, empty, {})).provider).toBe('fal')
    expect(kept).toHaveLength(1)
  })

  it('sees a training that is paid for to its end although nobody waits', async () => {
    const { abortSignal, ledger } = abortingAt('accepted')
    const { promise: kept, resolve: onTrained } = Promise.withResolvers<FineTunedModel>()
    const { train } = models({ ledger, onTrained })
    await failureOf(train(vendors.fal, empty, { abortSignal })).then(({ kind }) => expect(kind).toBe('aborted'))
    const { id } = await kept
    expect((await train(vendors.fal, empty, {})).id).toBe(id)
    expect(invoice('fal')).toHaveLength(1)
    expect(ledger.entries()).toMatchObject([{ state: 'settled', cost: { amount: vendors.billed('fal') } }])
  })

  it('shares a training with a mirror', async () => {
    const { train } = models()
    const [mirrored, model] = await Promise.all([
      mirror({ providers: [vendors.fal], subject: sneaker, images: photos }),
      train(vendors.fal, empty, {}),
    ])
    expect(mirrored.portfolio.models).toEqual([model])
    expect(invoice('fal')).toHaveLength(1)
  })

  it('never trains one subject for another', async () => {
    const { plan, train } = models()
    const other = createPortfolio({ className: 'sneaker', name: 'Walker' })
    expect(await plan(vendors.fal, other)).toBeUndefined()
    const error = await failureOf(train(vendors.fal, other, {}))
    expect(error).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'subject' }] })
    expect(vendors.requests()).toBe(0)
  })

  it('asks for the images of whose portfolio it is', async () => {
    const asked: string[] = []
    const images = (portfolio: Portfolio) => {
      asked.push(portfolio.subject.name ?? '')
      return portfolio.subject.name === 'Runner' ? photos.slice(0, 4) : photos.slice(2)
    }
    const { train, plan } = onDemandOf(images)
    const other = createPortfolio({ className: 'sneaker', name: 'Walker' })
    expect(await plan(vendors.fal, empty)).toMatchObject({ expectedMs: undefined })
    asked.length = 0
    const [one, two] = await Promise.all([train(vendors.fal, empty, {}), train(vendors.fal, other, {})])
    expect(one.id).not.toBe(two.id)
    expect([one.subject.name, two.subject.name]).toEqual(['Runner', 'Walker'])
    expect(asked).toEqual(['Runner', 'Walker'])
    const third = createPortfolio({ className: 'sneaker', name: 'Jumper' })
    expect((await plan(vendors.fal, third))?.expectedMs).toBeGreaterThan(0)
  })

  it('refuses before anything is sent what is too dear, or not meant', async () => {
    const { plan, train } = models({ maximumUSD: 1, providers: [vendors.segmind] })
    expect((await failureOf(plan(vendors.segmind, empty))).kind).toBe('budget-exceeded')
    expect((await failureOf(train(vendors.segmind, empty, {}))).kind).toBe('budget-exceeded')
    expect(await plan(vendors.fal, empty)).toBeUndefined()
    expect((await failureOf(train(vendors.fal, empty, {}))).kind).toBe('no-eligible-provider')
    const ledger = createLedger({ clock: vendors.clock, budgets: [{ name: 'little', limitUSD: 1, per: 'ever' }] })
    const poor = models({ ledger })
    expect((await failureOf(poor.plan(vendors.segmind, empty))).message).toContain('little')
    expect((await failureOf(poor.train(vendors.segmind, empty, {}))).kind).toBe('budget-exceeded')
    expect(vendors.requests()).toBe(0)
  })

  it('refuses images without a subject or of one without a name, and streams', () => {
    async function* stream() {
      yield new Uint8Array()
    }
    const onTrained = () => {}
    expect(() => onDemand({ images: photos, onTrained } as never)).toThrow(/subject/)
    expect(() => onDemand({ subject: { className: 'man' }, images: photos, onTrained })).toThrow(
      /subject\.name must be/,
    )
    expect(() => onDemand({ subject: sneaker, images: [stream()], onTrained })).toThrow(/images\.0 is a stream/)
  })
})

function onDemandOf(images: (portfolio: Portfolio) => Buffer[]) {
  return changesTo(onDemand({ images, onTrained: () => {} }))
}
