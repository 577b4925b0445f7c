import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pricePlan } from '../plan/price.js'
import type { ComparisonPlan } from '../plan/schema.js'
import { type RunComparisonOptions, runComparison } from './run.js'
import { openRunFolder } from './run-folder.js'
import { createWorld, type World } from './test-world.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

async function run(plan: ComparisonPlan, options: Partial<RunComparisonOptions> = {}) {
  const opened = await openRunFolder(join(world.folder, 'run'), plan)
  try {
    return await runComparison({ ...opened, providers: world.providers, clock: world.clock, ...options })
  } finally {
    await opened.store.close()
  }
}

describe('runComparison', () => {
  it('trains and makes pictures at every vendor, at the price and by the calls that were told before', async () => {
    const plan = world.plan(['astria', 'fal', 'segmind'])
    const priced = await pricePlan(plan, world.providers)
    expect(priced.calls).toEqual({ fineTune: 3, generation: 6, warmUp: 0, total: 9 })
    expect(world.billedInAll()).toBe(0)
    const summary = await run(plan)
    expect(summary.items.map(({ state }) => ('error' in state ? state.error : state.state))).toEqual(
      Array.from({ length: 9 }, () => 'succeeded'),
    )
    expect(summary.complete).toBe(true)
    expect(world.billedInAll()).toBe(9)
    expect(world.invoiced()).toBeGreaterThanOrEqual(priced.minimum)
    expect(world.invoiced()).toBeLessThanOrEqual(priced.maximum)
    expect(summary.spent).toBe(world.invoiced())
  })
})
