import { createPortfolio, fineTune, generate, type Portfolio } from '@likeness/core'
import type { Fault } from '@likeness/emulator'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLedger } from '../ledger/create-ledger.js'
import type { Budget } from '../ledger/types.js'
import { createVendors, failureOf, sneaker, type Vendors } from '../portfolio/test-vendors.js'
import { createRouter } from '../router.js'

let vendors: Vendors
let portfolio: Portfolio
beforeEach(async () => {
  vendors = createVendors()
  const models = []
  for (const provider of [vendors.fal, vendors.segmind]) {
    models.push((await fineTune({ provider, subject: sneaker, images: trainingPhotos() })).model)
  }
  portfolio = createPortfolio(sneaker, models)
})
afterEach(() => vendors.emulator.close())

/** One picture at fal, else Segmind, whose first answers at fal are these. */
async function pictureAfter(faults: readonly Fault[], budgets: readonly Budget[] = []) {
  const { fal, segmind, clock, emulator } = vendors
  for (const fault of faults) emulator.vendors.fal.fault({ operation: 'generation.submit', fault })
  const ledger = createLedger({ clock, budgets })
  const target = { strategy: { mode: 'fallback' }, targets: [{ provider: 'fal' }, { provider: 'segmind' }] } as const
  const provider = createRouter({ providers: { fal, segmind }, target, ledger, clock, onUnknown: 'resend' })
  const work = generate({ provider, portfolio, prompt: 'a photo of {subject}', size: '512x512' })
  return { work, ledger, states: () => ledger.entries().map(({ provider: id, state }) => [id, state]) }
}

const submits = (vendor: 'fal' | 'segmind') =>
  vendors.emulator.vendors[vendor].journal.filter(({ operation }) => operation === 'generation.submit').length

describe('a request that is sent again because its answer was lost', () => {
  it('is two paid requests in the books, and its cost unknown', async () => {
    const { work, ledger, states } = await pictureAfter([{ type: 'gateway-timeout-after' }])
    const { cost, trail } = await work
    expect(cost).toBeUndefined()
    expect(trail?.map(({ cost: each }) => each)).toEqual([undefined])
    expect(states()).toEqual([
      ['fal', 'unknown'],
      ['fal', 'settled'],
    ])
    expect(ledger.entries().map(({ role }) => role)).toEqual(['first', 'retry'])
    expect(vendors.emulator.vendors.fal.invoice.filter(({ kind }) => kind === 'generation')).toHaveLength(2)
  })

  it('is still unknown where the second send is refused, and goes nowhere else', async () => {
    const { work, states } = await pictureAfter([{ type: 'gateway-timeout-after' }, { type: 'unavailable' }])
    expect(await failureOf(work)).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })
    expect(states()).toEqual([
      ['fal', 'unknown'],
      ['fal', 'refunded'],
    ])
    expect([submits('fal'), submits('segmind')]).toEqual([2, 0])
  })

  it('is twice unknown where both answers were lost, and sent no third time', async () => {
    const { work, states } = await pictureAfter([{ type: 'gateway-timeout-after' }, { type: 'gateway-timeout' }])
    expect(await failureOf(work)).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })
    expect(states()).toEqual([
      ['fal', 'unknown'],
      ['fal', 'unknown'],
    ])
    expect([submits('fal'), submits('segmind')]).toEqual([2, 0])
  })

  it('is not sent again where the budget has no room for a second one', async () => {
    const budget = { name: 'one', limitUSD: 0.05, per: 'ever' } as const
    const { work, states, ledger } = await pictureAfter([{ type: 'gateway-timeout-after' }], [budget])
    expect(await failureOf(work)).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })
    expect(states()).toEqual([['fal', 'unknown']])
    expect([submits('fal'), submits('segmind')]).toEqual([1, 0])
    expect(ledger.budgets()).toMatchObject([{ held: 35_000_000, spent: 0 }])
  })
})
