import { generate } from '@likeness/core'
import { expect, it } from 'vitest'
import { createLedger, createRouter } from '../index.js'
import { createVendors, failureOf } from '../portfolio/test-vendors.js'
import { oneAfterTheOther, prompt, trainedAt } from './test-requests.js'

it('is of the kind on which all targets agree', async () => {
  const vendors = createVendors()
  const { fal, astria, clock } = vendors
  const portfolio = await trainedAt(fal, astria)
  const ledger = createLedger({ clock, budgets: [{ name: 'all', limitUSD: 0.001, per: 'ever' }] })
  const router = createRouter({ providers: { fal, astria }, target: oneAfterTheOther('fal', 'astria'), ledger })
  const error = await failureOf(generate({ provider: router, portfolio, prompt }))
  expect(error.kind).toBe('budget-exceeded')
  expect(error.causes).toHaveLength(2)
})
