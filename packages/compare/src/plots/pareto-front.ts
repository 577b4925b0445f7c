/** A point of a cost and a quality. */
export interface Candidate {
  readonly cost: number
  readonly quality: number
}

/**
 * The candidates that none of the others beats: nobody is at least as cheap and at least as good, and better in one of
 * both. Cheapest first.
 */
export function paretoFront<One extends Candidate>(candidates: readonly One[], direction: 'higher' | 'lower'): One[] {
  const gain = (a: Candidate, b: Candidate) => (direction === 'higher' ? a.quality - b.quality : b.quality - a.quality)
  const beats = (a: Candidate, b: Candidate) =>
    a.cost <= b.cost && gain(a, b) >= 0 && (a.cost < b.cost || gain(a, b) > 0)
  return candidates
    .filter((one) => !candidates.some((other) => beats(other, one)))
    .toSorted((a, b) => a.cost - b.cost || gain(b, a))
}
