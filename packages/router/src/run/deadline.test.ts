import { generate, LikenessError } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { describe, expect, it } from 'vitest'
import { createRouter, onDemand } from '../index.js'
import { createVendors, failureOf, sneaker } from '../portfolio/test-vendors.js'
import { generatingWith, oneAfterTheOther, prompt, submitsAt, trainedAt } from './test-requests.js'

describe('the deadline of the whole request', () => {
  it('is not waited past for a Retry-After, and nothing is sent after it', async () => {
    const { fal: real, ...vendors } = createVendors()
    const portfolio = await trainedAt(real)
    let starts = 0
    const fal = generatingWith(real, {
      start: async () => {
        starts += 1
        throw new LikenessError({ kind: 'rate-limited', message: 'slow down', provider: 'fal', retryAfterMs: 4_000 })
      },
    })
    const router = createRouter({ providers: { fal }, target: { provider: 'fal' } })
    const begun = vendors.clock.now()
    const error = await failureOf(generate({ provider: router, portfolio, prompt, timeoutMs: 1_000 }))
    expect(starts).toBe(1)
    expect(error.kind).toBe('rate-limited')
    expect(vendors.clock.now() - begun).toBeLessThanOrEqual(1_000)
  })

  it('ends the waiting for a training on demand, after which nothing is sent', async () => {
    const vendors = createVendors()
    const { fal, astria, clock } = vendors
    const portfolio = await trainedAt(fal)
    const router = createRouter({
      providers: { astria },
      target: { provider: 'astria' },
      onDemand: onDemand({ subject: sneaker, images: trainingPhotos(), onTrained: () => {}, clock }),
    })
    const begun = clock.now()
    const error = await failureOf(generate({ provider: router, portfolio, prompt, timeoutMs: 60_000 }))
    expect(error.kind).toBe('timeout')
    expect(clock.now() - begun).toBeLessThanOrEqual(61_000)
    expect(submitsAt(vendors, 'astria')).toHaveLength(0)
    expect(submitsAt(vendors, 'astria', 'fine-tune')).toHaveLength(1)
  })

  it('holds across several targets: the job under way is handed over, no other one is begun', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator, clock } = vendors
    const portfolio = await trainedAt(fal, astria)
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
    const router = createRouter({ providers: { fal, astria }, target: oneAfterTheOther('fal', 'astria') })
    const begun = clock.now()
    const error = await failureOf(generate({ provider: router, portfolio, prompt, timeoutMs: 30_000 }))
    expect(error.kind).toBe('timeout')
    expect(clock.now() - begun).toBeLessThanOrEqual(31_000)
    expect(error.handle?.data.parts).toHaveLength(1)
    expect(submitsAt(vendors, 'astria')).toHaveLength(0)
    expect(emulator.vendors.fal.journal.filter(({ operation }) => operation === 'generation.cancel')).toHaveLength(0)
    expect(router.ledger.entries().map(({ state }) => state)).toEqual(['accepted'])
  })
})
