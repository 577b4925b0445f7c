/** What Holm's correction says of one of several comparisons. */
export interface HolmStep {
  /** Whether the comparison holds although others were made beside it. */
  readonly holds: boolean
  /** The level it was judged at. Those after the first that fails are judged at that one's. */
  readonly level: number
}

/**
 * Holm's step-down: of all the comparisons, the chance of even one false finding stays below `level`.
 *
 * @param pValues one for each comparison
 * @param level as 0.05
 * @returns in the order of `pValues`
 */
export function holm(pValues: readonly number[], level: number): readonly HolmStep[] {
  const order = pValues.map((pValue, index) => ({ pValue, index })).sort((a, b) => a.pValue - b.pValue)
  const failed = order.findIndex(({ pValue }, rank) => pValue > level / (order.length - rank))
  const holding = failed === -1 ? order.length : failed
  const steps: HolmStep[] = []
  order.forEach(({ index }, rank) => {
    steps[index] = { holds: rank < holding, level: level / (order.length - Math.min(rank, holding)) }
  })
  return steps
}
