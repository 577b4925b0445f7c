import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComparisonPlan } from '../plan/schema.js'
import { type RunSummary, runComparison } from './run.js'
import { openRunFolder } from './run-folder.js'
import { type Death, dyingStore, Killed } from './test-dying-store.js'
import { createWorld, type VendorName, type World } from './test-world.js'

const vendors: readonly VendorName[] = ['astria', 'fal', 'segmind']
let world: World
let plan: ComparisonPlan
beforeAll(async () => {
  world = await createWorld()
  plan = world.plan(vendors, {
    prompts: [{ id: 'beach', prompt: '{subject} on a beach' }],
    sizes: ['512x512'],
  })
})
afterAll(() => world.close())

/** Runs the plan in a folder, in a process that dies at its n-th write; `undefined` where it did not live to the end. */
async function runAndDie(folder: string, n: number, death: Death): Promise<RunSummary | undefined> {
  const { store, ...opened } = await openRunFolder(folder, plan)
  const dying = dyingStore(folder, store, n, death)
  try {
    return await runComparison({ ...opened, store: dying, providers: world.providers, clock: world.clock })
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    return undefined
  } finally {
    await store.close()
  }
}

const neverDies = Number.POSITIVE_INFINITY

/** Whether the vendor can be asked for work whose answer was lost. */
function canBeAsked({ work }: RunSummary['items'][number]): boolean {
  const { fineTune, generate } = world.providers[work.provider as VendorName].capabilities
  return (work.kind === 'fine-tune' ? fineTune : generate)?.find === true
}

/** Paid requests that vendors accepted, by the key of the request where it is to be seen. */
function acceptedRequests(name: VendorName): number {
  return world.emulator.vendors[name].journal.filter(({ paid, accepted }) => paid && accepted).length
}

describe('a run whose process dies', () => {
  it.each<Death>(['amid', 'after'])(
    'pays for nothing twice, whichever write it dies at (%s)',
    async (death) => {
      let deaths = 0
      let unknowns = 0
      for (let n = 1; ; n += 1) {
        world.reset()
        const folder = join(world.folder, `${death}-${n}`)
        const survived = await runAndDie(folder, n, death)
        const summary = survived ?? (await runAndDie(folder, neverDies, death))
        if (summary === undefined) throw new Error('a process that cannot die died')
        const unknown = summary.items.filter(({ state }) => state.state === 'unknown')
        const label = `${death} write ${n}`

        // Every piece of work was billed at most once.
        for (const name of vendors) {
          const planned = summary.items.filter(({ work }) => work.provider === name)
          expect(world.billed(name), label).toBe(acceptedRequests(name))
          expect(world.billed(name), label).toBeLessThanOrEqual(planned.length)
        }
        // What cannot be known is so only where the vendor has no way to tell, and is never sent again.
        expect(unknown.filter(canBeAsked), label).toEqual([])
        expect(
          unknown.map(({ attempts }) => attempts),
          label,
        ).toEqual(unknown.map(() => 1))
        expect(summary.complete, label).toBe(true)
        expect(summary.counts.failed + summary.counts.intended + summary.counts.accepted, label).toBe(0)
        // The books agree with the vendors' invoices.
        if (unknown.length === 0) {
          expect(summary.counts.succeeded, label).toBe(6)
          expect(world.billedInAll(), label).toBe(6)
          expect(summary.spent, label).toBe(world.invoiced())
        } else {
          expect(summary.spent, label).toBeLessThanOrEqual(world.invoiced())
          expect(summary.committed, label).toBeGreaterThanOrEqual(world.invoiced())
        }
        unknowns += unknown.length
        if (survived !== undefined) break
        deaths += 1
      }
      // Opened, closed, and for each of six pieces of work: before, accepted, ended; and three pictures.
      expect(deaths).toBe(2 + 6 * 3 + 3)
      expect(unknowns).toBeGreaterThan(0)
    },
    240_000,
  )
})
