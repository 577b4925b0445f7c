import { nanoUSD } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { checkBudget, type PricedPlan } from './price.js'
import { type ComparisonPlanInput, parseComparisonPlan } from './schema.js'

const plan = (budget: ComparisonPlanInput['budget']) =>
  parseComparisonPlan({
    version: 1,
    subjects: { rex: { className: 'dog', images: ['photos'] } },
    vendors: { one: { provider: 'a' } },
    prompts: [{ id: 'beach', prompt: '{subject} on a beach' }],
    seeds: [1],
    budget,
  })

const priced = (maximum: number, unpriced = 0): PricedPlan => ({
  work: { trainings: [], pictures: [] },
  calls: { fineTune: 1, generation: 1, warmUp: 0, total: 2 },
  minimum: 0,
  maximum,
  unpriced,
  items: [],
  warnings: [],
})

describe('checkBudget', () => {
  it('lets a plan pass that costs the budget at most, and none that may cost more', () => {
    const five = plan({ limitUSD: 5 })
    expect(() => checkBudget(five, priced(nanoUSD(5)))).not.toThrow()
    expect(() => checkBudget(five, priced(nanoUSD(5) + 1))).toThrow(/may cost .* its budget is \$5\.00/)
  })

  it('keeps no budget with prices that nobody knows, unless that is allowed', () => {
    expect(() => checkBudget(plan({ limitUSD: 5 }), priced(0, 1))).toThrow(
      expect.objectContaining({ kind: 'budget-exceeded', message: expect.stringMatching(/No price is known for 1/) }),
    )
    expect(() => checkBudget(plan({ limitUSD: 5, unpriced: 'allow' }), priced(0, 1))).not.toThrow()
  })
})
