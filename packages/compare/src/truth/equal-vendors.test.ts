import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareEmulated, type Fidelities } from '../../bench/truth/compare-emulated.js'
import { judgeDraws, winnersOf } from '../../bench/truth/draws.js'
import { prompts } from '../../bench/truth/prompts.js'
import type { EvaluateRunInput } from '../evaluate/evaluate-run.js'
import { parseComparisonPlan } from '../plan/schema.js'
import { seededRandom } from '../statistics/random.js'
import { colourScorer } from './test-colour-scorer.js'

const photo = (number: number) => new URL(`../../../../examples/photos/robot-${number}.jpg`, import.meta.url).pathname

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** A large run of two emulated vendors, from which small ones are drawn. */
async function pool(fidelities: Fidelities): Promise<EvaluateRunInput> {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-equals-'))
  folders.push(folder)
  const plan = parseComparisonPlan({
    version: 1,
    subjects: { robot: { className: 'robot', kind: 'product', images: [1, 2, 3, 4, 5].map(photo) } },
    vendors: { fal: { provider: 'fal' }, segmind: { provider: 'segmind' } },
    prompts: prompts(30),
    seeds: [1],
    sizes: ['256x256'],
    budget: { limitUSD: 100 },
  })
  return await compareEmulated({ folder, plan, fidelities, scorers: [colourScorer()] })
}

const winnersIn = (from: EvaluateRunInput, draw: { readonly prompts: number; readonly swap: boolean }) =>
  winnersOf(judgeDraws(from, 100, { ...draw, seeds: 1 }, (index) => seededRandom(4_000 + index)))
const total = (winners: Readonly<Record<string, number>>) => Object.values(winners).reduce((sum, each) => sum + each, 0)

describe('of 100 runs', { timeout: 120_000 }, () => {
  let equal: EvaluateRunInput
  let unequal: EvaluateRunInput
  beforeAll(async () => {
    equal = await pool({})
    unequal = await pool({ segmind: 'dropped' })
  }, 240_000)

  it('of two equal vendors, at least 95 name no winner', () => {
    expect(total(winnersIn(equal, { prompts: 12, swap: true }))).toBeLessThanOrEqual(5)
  })

  it('of two vendors that are equal on the whole, each far better at half of the prompts, at least 95 name no winner', () => {
    expect(total(winnersIn(unequal, { prompts: 12, swap: true }))).toBeLessThanOrEqual(5)
  })

  // Else the tests above would hold for an evaluation that never names anybody.
  it('of a faithful vendor and one that drops the LoRA, most name the faithful one and none the other', () => {
    const winners = winnersIn(unequal, { prompts: 20, swap: false })
    expect(winners.fal).toBeGreaterThanOrEqual(90)
    expect(Object.keys(winners)).toEqual(['fal'])
  })
})
