import { generate } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { expect, it } from 'vitest'
import { createRouter, onDemand } from '../index.js'
import { createVendors, failureOf, sneaker } from '../portfolio/test-vendors.js'
import { prompt, submitsAt, trainedAt, trainingWith } from './test-requests.js'

it('does not train for a target that is pinned to another model', async () => {
  const vendors = createVendors()
  const { fal, astria, clock } = vendors
  const portfolio = await trainedAt(fal)
  const router = createRouter({
    providers: { astria },
    target: { provider: 'astria', model: 'tune-4711' },
    onDemand: onDemand({ subject: sneaker, images: trainingPhotos(), onTrained: () => {}, clock }),
  })
  expect((await router.explain({ portfolio, prompt })).order).toEqual([])
  const error = await failureOf(generate({ provider: router, portfolio, prompt }))
  expect(error.kind).toBe('no-eligible-provider')
  expect(submitsAt(vendors, 'astria', 'fine-tune')).toHaveLength(0)
})

it('does not call a training free of charge that failed and was billed', async () => {
  const vendors = createVendors()
  const { fal, astria, emulator, clock } = vendors
  const portfolio = await trainedAt(fal)
  await emulator.vendors.fal.goOffline()
  emulator.vendors.astria.fault({ operation: 'fine-tune.submit', fault: { type: 'reset-after' } })
  const lost = trainingWith(astria, { find: () => Promise.reject(new Error('cannot')) })
  const router = createRouter({
    providers: { astria: { ...lost, capabilities: { ...astria.capabilities } } },
    target: { provider: 'astria' },
    onDemand: onDemand({ subject: sneaker, images: trainingPhotos(), onTrained: () => {}, clock }),
  })
  const error = await failureOf(generate({ provider: router, portfolio, prompt }))
  expect(error.billed).toBe('maybe')
  expect(error.trail?.map(({ outcome, cost }) => [outcome, cost])).toEqual([['skipped', undefined]])
})

it('does not train where the breaker would refuse the pictures', async () => {
  const vendors = createVendors()
  const { fal, astria, clock } = vendors
  const portfolio = await trainedAt(fal)
  const router = createRouter({
    providers: { astria },
    target: { provider: 'astria' },
    breaker: { threshold: 1, openMs: 600_000 },
    onDemand: onDemand({ subject: sneaker, images: trainingPhotos(), onTrained: () => {}, clock }),
  })
  const permit = await router.limiter.acquire('astria', {}, { leaseMs: 60_000 })
  permit.release('failure')
  const error = await failureOf(generate({ provider: router, portfolio, prompt }))
  expect(error.kind).toBe('unavailable')
  expect(submitsAt(vendors, 'astria', 'fine-tune')).toHaveLength(0)
})
