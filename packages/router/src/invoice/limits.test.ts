import { createPortfolio, fineTune, generate, LikenessError, type Portfolio } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLedger } from '../ledger/create-ledger.js'
import { createVendors, sneaker, type Vendors } from '../portfolio/test-vendors.js'
import { createRouter } from '../router.js'
import type { RouterSettings } from '../types.js'
import { expectDocumented, markdownTable } from './test-document.js'

let vendors: Vendors
let portfolio: Portfolio
let before: number
beforeEach(async () => {
  vendors = createVendors()
  const { model } = await fineTune({ provider: vendors.fal, subject: sneaker, images: trainingPhotos() })
  portfolio = createPortfolio(sneaker, [model])
  before = vendors.emulator.vendors.fal.journal.length
})
afterEach(() => vendors.emulator.close())

const rows: string[][] = []

/** fal alone, with its own limits where nothing else is said. */
function atFal(settings: Partial<RouterSettings> = {}) {
  const { fal, clock } = vendors
  return createRouter({ providers: { fal }, target: { provider: 'fal' }, clock, ...settings })
}

/** What each of so many requests at once, or of one after the other, ends with. */
const picture = async (provider: ReturnType<typeof atFal>): Promise<string> => {
  try {
    await generate({ provider, portfolio, prompt: 'a photo of {subject}', size: '512x512' })
    return 'succeeded'
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    return error.kind
  }
}
const atOnce = (provider: ReturnType<typeof atFal>, count: number) =>
  Promise.all(Array.from({ length: count }, () => picture(provider)))

function counted(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

const submits = () =>
  vendors.emulator.vendors.fal.journal.slice(before).filter(({ operation }) => operation === 'generation.submit').length

const bills = () =>
  vendors.emulator.vendors.fal.invoice.filter(({ kind, status }) => kind === 'generation' && status === 'billed')

/** The most jobs that fal had in hand at one time. */
function mostAtOnce(): number {
  const jobs = vendors.emulator.vendors.fal.jobs.filter(({ kind }) => kind === 'generation')
  const underWay = (at: number) =>
    jobs.filter(({ createdAt, finishedAt = Number.POSITIVE_INFINITY }) => createdAt <= at && at < finishedAt).length
  return Math.max(0, ...jobs.map(({ createdAt }) => underWay(createdAt)))
}

describe('under load', () => {
  it('200 at once against a budget for 50: 50 are billed, to the last nano-dollar of the budget', async () => {
    const { clock } = vendors
    const price = 35_000_000
    const budgets = [{ name: 'fifty', limitUSD: (50 * price) / 1e9, per: 'day' }] as const
    const ledger = createLedger({ clock, budgets })
    const target = { provider: 'fal', limits: { concurrentJobs: 200 } }
    const outcomes = counted(await atOnce(atFal({ ledger, target }), 200))
    expect(outcomes).toEqual({ succeeded: 50, 'budget-exceeded': 150 })
    expect([submits(), bills().length]).toEqual([50, 50])
    const sum = bills().reduce((total, { amount }) => total + amount, 0)
    expect(ledger.budgets()).toMatchObject([{ limit: 50 * price, spent: sum, held: 0, unpriced: 0 }])
    expect(sum).toBe(50 * price)
    // Nothing but the budget held them back.
    expect(mostAtOnce()).toBe(50)
    rows.push([
      '200 requests at once, a budget for 50',
      `${submits()} sent, ${bills().length} billed, ${outcomes['budget-exceeded']} refused unsent`,
    ])
  })

  it('40 at once against fal’s limit of 2: never more than 2 in hand, all finish', async () => {
    const outcomes = counted(await atOnce(atFal(), 40))
    expect(outcomes).toEqual({ succeeded: 40 })
    expect([submits(), bills().length]).toEqual([40, 40])
    expect(mostAtOnce()).toBe(2)
    rows.push([
      '40 requests at once, 2 jobs at a time (fal, new accounts)',
      `${mostAtOnce()} in hand at most, ${outcomes.succeeded} of 40 finished`,
    ])
  })

  it('a dead vendor: its threshold of attempts, then one for each time it is tried again, until it is back', async () => {
    const { clock, emulator } = vendors
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'unavailable' }, times: 6 })
    const router = atFal({ breaker: { threshold: 5, openMs: 30_000 } })
    const arrivals: number[] = []
    const visit = async (count: number) => {
      const from = submits()
      const outcomes: string[] = []
      for (let sent = 0; sent < count; sent += 1) outcomes.push(await picture(router))
      arrivals.push(submits() - from)
      return counted(outcomes)
    }
    expect(await visit(20)).toEqual({ unavailable: 20 })
    await clock.advance(29_000)
    expect(await visit(20)).toEqual({ unavailable: 20 })
    await clock.advance(1_000)
    expect(await visit(20)).toEqual({ unavailable: 20 })
    await clock.advance(59_000)
    expect(await visit(20)).toEqual({ unavailable: 20 })
    await clock.advance(1_000)
    expect(await visit(20)).toEqual({ succeeded: 20 })
    expect(arrivals).toEqual([5, 0, 1, 0, 20])
    expect(bills()).toHaveLength(20)
    expect(counted(router.ledger.entries().map(({ state }) => state))).toEqual({ refunded: 80, settled: 20 })
    const when = ['at first', 'after 29 s', 'after 30 s', '59 s later', '60 s later, fal well again']
    rows.push([
      '20 requests each time, fal dead, a breaker of 5 failures and 30 s',
      when.map((time, index) => `${time} ${arrivals[index]} arrive`).join('; '),
    ])
  })

  it('half-open: of many at once one finds out, the others are refused unsent', async () => {
    const { clock, emulator } = vendors
    emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'unavailable' }, times: 5 })
    const router = atFal({ breaker: { threshold: 5, openMs: 30_000 } })
    for (let sent = 0; sent < 5; sent += 1) await picture(router)
    await clock.advance(30_000)
    const from = submits()
    const outcomes = counted(await atOnce(router, 20))
    expect(submits() - from).toBe(1)
    expect(outcomes).toEqual({ succeeded: 1, unavailable: 19 })
    expect(await picture(router)).toBe('succeeded')
    rows.push(['20 requests at once when the breaker lets fal be tried again', '1 arrives, 19 are refused unsent'])
  })

  it('is what docs/limits.md shows (UPDATE_README=1 writes it)', () => {
    expectDocumented('limits.md', 'limits', markdownTable(['what', 'seen at the emulated fal'], rows))
  })
})
