/** Something to draw, and its share. */
interface Weighted {
  readonly weight: number
}

/**
 * Draws all items one after the other, each time with a chance in proportion to weight among those that are left.
 *
 * @param random - from 0 to below 1
 */
export function drawByWeight<Item extends Weighted>(items: readonly Item[], random: () => number): readonly Item[] {
  const left = [...items]
  const drawn: Item[] = []
  while (left.length > 1) {
    const [item] = left.splice(pick(left, random()), 1)
    if (item !== undefined) drawn.push(item)
  }
  return [...drawn, ...left]
}

function pick(items: readonly Weighted[], share: number): number {
  let rest = share * items.reduce((sum, { weight }) => sum + weight, 0)
  for (const [index, { weight }] of items.entries()) {
    rest -= weight
    if (rest < 0) return index
  }
  // Rounding may leave a rest behind the last one.
  return items.length - 1
}
