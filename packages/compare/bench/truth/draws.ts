import { type EvaluateRunInput, evaluateRun, type Random, type Verdict } from '@likeness/compare'

/** A run that might have been, drawn from a large one of two vendors. */
export interface Draw {
  readonly prompts: number
  /** Pictures of each prompt. */
  readonly seeds: number
  /**
   * Tosses a coin for each prompt and swaps the vendors' names by it: neither can be better then, however unlike their
   * pictures are.
   */
  readonly swap: boolean
  readonly random: Random
}

function sample<Item>(items: readonly Item[], count: number, random: Random): readonly Item[] {
  if (count > items.length) throw new RangeError(`${count} were asked for, there are ${items.length}`)
  const left = [...items]
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)).flat()
}

/** Draws prompts and seeds, and makes them a run of their own. */
function drawRun(pool: EvaluateRunInput, id: string, { prompts, seeds, swap, random }: Draw): EvaluateRunInput {
  const { plan } = pool.run
  const [first, second, ...others] = Object.keys(plan.vendors)
  if (first === undefined || second === undefined || others.length > 0)
    throw new RangeError(`draws take a run of two vendors, not of ${Object.keys(plan.vendors).length}`)
  const chosen = sample(plan.prompts, prompts, random)
  const chosenSeeds = new Set(sample(plan.seeds, seeds, random))
  const swapped = new Set(chosen.flatMap((prompt) => (swap && random() < 0.5 ? [prompt.id] : [])))
  const wanted = new Set(chosen.map((prompt) => prompt.id))
  const items = pool.summary.items.flatMap((item) => {
    const { work } = item
    if (work.kind === 'fine-tune') return [item]
    if (!wanted.has(work.prompt) || !chosenSeeds.has(work.seed)) return []
    const vendor = swapped.has(work.prompt) ? (work.vendor === first ? second : first) : work.vendor
    return [{ ...item, work: { ...work, vendor } }]
  })
  const keys = new Set(items.map(({ work }) => work.key))
  return {
    ...pool,
    // The draws of a bootstrap follow from the run's id.
    run: { ...pool.run, id, plan: { ...plan, prompts: [...chosen], seeds: [...chosenSeeds] } },
    summary: { ...pool.summary, items },
    measurements: {
      ...pool.measurements,
      pictures: pool.measurements.pictures.filter(({ key }) => keys.has(key)),
    },
  }
}

/** What the whole evaluation says of likeness in each of so many draws. */
export function judgeDraws(
  pool: EvaluateRunInput,
  count: number,
  draw: Omit<Draw, 'random'>,
  randomFor: (index: number) => Random,
): readonly Verdict[] {
  return Array.from({ length: count }, (_, index) => {
    const run = drawRun(pool, `draw-${index}`, { ...draw, random: randomFor(index) })
    const likeness = evaluateRun(run).judged.find(({ measure }) => measure === 'likeness')
    if (likeness === undefined) throw new Error('likeness was not judged')
    return likeness.verdict
  })
}

/** How often a vendor was named the better one, and which. */
export function winnersOf(verdicts: readonly Verdict[]): Readonly<Record<string, number>> {
  const named = verdicts.flatMap((verdict) => (verdict.outcome === 'winner' ? [verdict.winner] : []))
  return Object.fromEntries(
    [...new Set(named)].sort().map((name) => [name, named.filter((one) => one === name).length]),
  )
}
