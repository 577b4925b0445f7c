import { fineTune, resume, startFineTune } from '@likeness/core'
import { prepareFineTune } from '@likeness/core/runtime'
import type { FaultScript } from '@likeness/emulator'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVendors, failureOf, sneaker, type Vendors } from '../portfolio/test-vendors.js'
import { createRouter } from '../router.js'
import type { Router } from '../types.js'

let vendors: Vendors
let router: Router
beforeEach(() => {
  vendors = createVendors()
  const { segmind, astria, clock } = vendors
  const target = { strategy: { mode: 'fallback' }, targets: [{ provider: 'segmind' }, { provider: 'astria' }] } as const
  router = createRouter({ providers: { segmind, astria }, target, clock })
})
afterEach(() => vendors.emulator.close())

const training = { subject: sneaker, images: trainingPhotos() }

const strike = (vendor: 'segmind' | 'astria', fault: FaultScript['fault']) =>
  vendors.emulator.vendors[vendor].fault({ operation: 'fine-tune.submit', fault })

const states = () => router.ledger.entries().map(({ provider, state }) => [provider, state])

describe('a started job whose answer was lost', () => {
  it('is found behind a vendor that refused it, and settled at its end', async () => {
    strike('segmind', { type: 'unavailable' })
    strike('astria', { type: 'gateway-timeout-after' })
    const { handle } = await startFineTune({ provider: router, ...training })
    expect(states()).toEqual([
      ['segmind', 'refunded'],
      ['astria', 'accepted'],
    ])
    await resume(handle, router)
    expect(states()[1]).toEqual(['astria', 'settled'])
    expect(router.ledger.entries()[1]?.cost?.amount).toBe(vendors.billed('astria'))
    expect(vendors.billed('segmind')).toBe(0)
  })

  it('is given up, and refunded, where its vendor has none of it after a minute', async () => {
    strike('segmind', { type: 'reset-before' })
    expect(await failureOf(startFineTune({ provider: router, ...training }))).toMatchObject({
      kind: 'unavailable',
      billed: 'no',
    })
    expect(router.ledger.entries()).toMatchObject([{ state: 'refunded', reason: 'segmind has no such job' }])
    expect(vendors.billedInAll()).toBe(0)
  })

  it('stays unknown before the minute is over: it may still appear', async () => {
    strike('segmind', { type: 'reset-before' })
    const { clock } = vendors
    const since = clock.now()
    const { request, close } = await prepareFineTune(training, {})
    const error = await failureOf(Promise.resolve(router.fineTune?.start(request)))
    expect(error).toMatchObject({ kind: 'outcome-unknown' })
    await clock.advance(59_000 - (clock.now() - since))
    expect(await router.fineTune?.find(request, { since })).toBeUndefined()
    expect(states()).toEqual([['segmind', 'unknown']])
    await clock.advance(1_000)
    expect(await router.fineTune?.find(request, { since })).toBeUndefined()
    expect(states()).toEqual([['segmind', 'refunded']])
    await close()
  })

  it.each(['fail', 'resend'] as const)(
    'stays unknown where the question has no answer either, by %s',
    async (onUnknown) => {
      strike('segmind', { type: 'unavailable' })
      strike('astria', { type: 'reset-after' })
      vendors.emulator.vendors.astria.fault({ operation: 'fine-tune.list', fault: { type: 'unavailable' }, times: 100 })
      const error = await failureOf(fineTune({ provider: router, ...training, onUnknown }))
      expect(error).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })
      expect(states()).toEqual([
        ['segmind', 'refunded'],
        ['astria', 'unknown'],
      ])
      const { invoice, journal } = vendors.emulator.vendors.astria
      expect(invoice).toHaveLength(1)
      expect(journal.filter(({ paid }) => paid)).toHaveLength(1)
    },
  )
})
