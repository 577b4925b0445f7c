import { generate, LikenessError, type Portfolio } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mirror } from '../portfolio/mirror.js'
import { createVendors, sneaker, type Vendors } from '../portfolio/test-vendors.js'
import { createRouter } from '../router.js'
import { createLedger } from './create-ledger.js'
import type { Ledger } from './types.js'

let vendors: Vendors
let portfolio: Portfolio
beforeEach(async () => {
  vendors = createVendors()
  const { clock, fal } = vendors
  const ledger = createLedger({ clock })
  const trained = await mirror({ providers: [fal], subject: sneaker, images: trainingPhotos(), ledger })
  portfolio = trained.portfolio
})
afterEach(() => vendors.emulator.close())

const prompt = 'a photo of {subject}'

function routerOver(ledger: Ledger) {
  const { clock, fal } = vendors
  const target = { provider: 'fal', limits: { concurrentJobs: Number.POSITIVE_INFINITY } }
  return createRouter({ providers: { fal }, target, ledger, clock })
}

/** What the vendor billed for pictures, refunds taken off. */
function billedPictures() {
  return vendors.emulator.vendors.fal.invoice.filter(({ kind, status }) => kind === 'generation' && status === 'billed')
}

describe('a budget before a vendor', () => {
  it('for 50 pictures has 50 of 200 concurrent requests billed', async () => {
    const explained = await routerOver(createLedger({ clock: vendors.clock })).explain({ prompt, portfolio })
    const each = explained.estimate?.maximum ?? 0
    expect(each).toBeGreaterThan(0)
    const budget = { name: 'fifty', limitUSD: (50 * each) / 1e9, per: 'month' } as const
    const ledger = createLedger({ clock: vendors.clock, budgets: [budget] })
    const provider = routerOver(ledger)
    const asked = Array.from({ length: 200 }, () => generate({ provider, portfolio, prompt }))
    const outcomes = await Promise.allSettled(asked)
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(refused).toHaveLength(150)
    for (const error of refused) {
      expect(LikenessError.is(error)).toBe(true)
      expect(String(error)).toContain('Budget `fifty`')
    }
    const billed = billedPictures()
    expect(billed).toHaveLength(50)
    const sum = billed.reduce((total, { amount }) => total + amount, 0)
    expect(ledger.budgets()).toMatchObject([{ spent: sum, held: 0, unpriced: 0 }])
  })

  it('counts what failed at the vendor as the vendor does', async () => {
    const ledger = createLedger({ clock: vendors.clock })
    vendors.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'unavailable' } })
    const provider = routerOver(ledger)
    await generate({ provider, portfolio, prompt }).catch(() => {})
    await generate({ provider, portfolio, prompt })
    const spent = ledger.entries().reduce((sum, { cost }) => sum + (cost?.amount ?? 0), 0)
    expect(spent).toBe(billedPictures().reduce((total, { amount }) => total + amount, 0))
  })
})
