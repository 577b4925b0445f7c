import { type Generate, generate } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import type { RouterEvent } from '../events.js'
import { createLedger, createRouter } from '../index.js'
import { createVendors, failureOf } from '../portfolio/test-vendors.js'
import { generatingWith, oneAfterTheOther, prompt, submitsAt, trainedAt, unwritable } from './test-requests.js'

const hedge = { after: 1_000, maximumShare: 1 }

describe('a second job', () => {
  it('that still waits for a place is not sent once the first has won', async () => {
    const vendors = createVendors()
    const { fal, astria } = vendors
    const portfolio = await trainedAt(fal, astria)
    const events: RouterEvent[] = []
    const router = createRouter({
      providers: { fal, astria },
      target: {
        strategy: { mode: 'fallback' },
        targets: [{ provider: 'fal' }, { provider: 'astria', limits: { concurrentJobs: 1 } }],
      },
      hedge,
      onEvent: (event) => events.push(event),
    })
    const permit = await router.limiter.acquire('astria', { concurrentJobs: 1 }, { leaseMs: 3_600_000 })
    const { images, trail, cost } = await generate({ provider: router, portfolio, prompt })
    permit.release('neutral')
    await vendors.clock.advance(600_000)
    expect(images[0]?.provider).toBe('fal')
    expect(submitsAt(vendors, 'astria')).toHaveLength(0)
    expect(trail.map(({ role, outcome }) => [role, outcome])).toEqual([
      ['first', 'succeeded'],
      ['hedge', 'skipped'],
    ])
    expect(cost).toBeDefined()
    expect(router.ledger.entries().map(({ state }) => state)).toEqual(['settled', 'refunded'])
    expect(events.flatMap((event) => (event.type === 'hedge' ? [event.step] : []))).toEqual(['started', 'lost'])
  })

  it('of which the ledger cannot take note does not lose the first', async () => {
    const vendors = createVendors()
    const { fal, astria, clock } = vendors
    const portfolio = await trainedAt(fal, astria)
    const memory = createLedger({ clock })
    const ledger = unwritable(memory, ({ provider }) => provider === 'astria')
    const router = createRouter({
      providers: { fal, astria },
      target: oneAfterTheOther('fal', 'astria'),
      hedge,
      ledger,
    })
    const { images } = await generate({ provider: router, portfolio, prompt })
    expect(images[0]?.provider).toBe('fal')
  })

  it('tells how it ended also where the first failed before', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    const events: RouterEvent[] = []
    const router = createRouter({
      providers: { fal, astria },
      target: oneAfterTheOther('fal', 'astria'),
      hedge,
      onEvent: (event) => events.push(event),
    })
    const { images } = await generate({ provider: router, portfolio, prompt })
    expect(images[0]?.provider).toBe('astria')
    const told = events.filter((event) => event.type === 'hedge')
    expect(told.map(({ step }) => step)).toEqual(['started', 'won'])
    const second = events.find((event) => event.type === 'attempt.started' && event.role === 'hedge')
    expect(told.map(({ attempt }) => attempt)).toEqual(
      [second, second].map((event) => event?.type === 'attempt.started' && event.attempt),
    )
  })

  it('whose answer was lost decides by its own rule, though the first failed plainly', async () => {
    const vendors = createVendors()
    const { fal, astria, segmind, emulator } = vendors
    const portfolio = await trainedAt(astria, fal)
    emulator.vendors.astria.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    const router = createRouter({
      providers: { astria, fal, segmind },
      target: {
        strategy: { mode: 'fallback' },
        targets: [{ provider: 'astria' }, { provider: 'fal' }, { provider: 'fal', name: 'again' }],
      },
      hedge,
    })
    const error = await failureOf(generate({ provider: router, portfolio, prompt }))
    expect(error.kind).toBe('outcome-unknown')
    expect(submitsAt(vendors, 'fal')).toHaveLength(1)
  })

  it('to a provider that breaks its contract does not lose the first', async () => {
    const vendors = createVendors()
    const { fal, astria } = vendors
    const portfolio = await trainedAt(fal, astria)
    const estimate: Generate['estimate'] = () => {
      throw new TypeError('no price')
    }
    const broken = generatingWith(astria, { estimate })
    const router = createRouter({
      providers: { fal, astria: broken },
      target: oneAfterTheOther('fal', 'astria'),
      hedge,
    })
    const { images } = await generate({ provider: router, portfolio, prompt })
    expect(images[0]?.provider).toBe('fal')
  })
})

it('is not lost where the job that it has beaten cannot be stopped', async () => {
  const vendors = createVendors()
  const { fal, astria, emulator } = vendors
  const portfolio = await trainedAt(fal, astria)
  emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
  const broken = generatingWith(fal, { cancel: () => Promise.reject(new TypeError('not a LikenessError')) })
  const router = createRouter({
    providers: { fal: broken, astria },
    target: oneAfterTheOther('fal', 'astria'),
    hedge: { after: 60_000, maximumShare: 1 },
  })
  const { images } = await generate({ provider: router, portfolio, prompt })
  expect(images[0]?.provider).toBe('astria')
})
