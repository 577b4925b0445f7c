/**
 * Area under the ROC curve: the chance that a pair of the same subject scores above a pair of different ones, ties counted
 * half. 1 is perfect, 0.5 is guessing.
 *
 * @throws {TypeError} one of the lists is empty, or holds what is not a number
 */
export function areaUnderRoc(same: readonly number[], different: readonly number[]): number {
  if (same.length === 0 || different.length === 0) throw new TypeError('roc: scores of both kinds are needed')
  if ([...same, ...different].some(Number.isNaN)) throw new TypeError('roc: a score is not a number')
  const below = different.toSorted((one, other) => one - other)
  /** How many of `below` are less than the value, or not above it. */
  const count = (value: number, orEqual: boolean) => {
    let [low, high] = [0, below.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = below[middle] ?? Number.POSITIVE_INFINITY
      if (other < value || (orEqual && other === value)) low = middle + 1
      else high = middle
    }
    return low
  }
  const wins = same.reduce((sum, value) => sum + (count(value, false) + count(value, true)) / 2, 0)
  return wins / (same.length * different.length)
}
