import type { NanoUSD } from '@likeness/core'
import { drawByWeight } from './draw.js'
import { fits, type RequestFacts } from './facts.js'
import type { GroupNode, Leaf, Node } from './node.js'

/** What the order may depend on, as it stands when a request comes. */
export interface OrderContext {
  /** From 0 to below 1. */
  random(): number
  /** Upper bound of what the request would cost there; `undefined` is unknown. */
  upperEstimate(leaf: Leaf): NanoUSD | undefined
  /** Median of what jobs took there, in milliseconds; `undefined` is unmeasured. */
  medianMs(leaf: Leaf): number | undefined
  /** Jobs at work and waiting there. */
  busy(leaf: Leaf): number
  readonly facts: RequestFacts
}

/** A child with the order of its own leaves; none where the request must not reach it. */
interface OrderedChild {
  readonly weight: number
  readonly leaves: readonly Leaf[]
}

/**
 * In which order to try the leaves. Each occurs at most once; those that the request must not reach are left out. A
 * group among its siblings counts as its best leaf.
 */
export function orderTargets(node: Node, context: OrderContext): readonly Leaf[] {
  if (node.kind === 'leaf') return [node.leaf]
  const children = reachable(node, context.facts).map((child) => ({
    weight: child.weight,
    leaves: orderTargets(child, context),
  }))
  const leaves = ordered(node, children, context).flatMap((child) => child.leaves)
  return node.strategy.mode === 'single' ? leaves.slice(0, 1) : leaves
}

function reachable({ strategy, children }: GroupNode, facts: RequestFacts): readonly Node[] {
  if (strategy.mode !== 'conditional') return children
  const chosen = strategy.conditions.find(({ when }) => fits(when, facts))?.target ?? strategy.default
  return children.filter(({ name }) => chosen !== undefined && name === chosen)
}

function ordered(
  { strategy }: GroupNode,
  children: readonly OrderedChild[],
  context: OrderContext,
): readonly OrderedChild[] {
  switch (strategy.mode) {
    case 'single':
    case 'fallback':
    case 'conditional':
      return children
    case 'cheapest':
      return lowestFirst(children, (leaf) => context.upperEstimate(leaf), Number.POSITIVE_INFINITY)
    case 'fastest':
      return lowestFirst(children, (leaf) => context.medianMs(leaf), Number.NEGATIVE_INFINITY)
    case 'loadbalance':
      return strategy.by === 'least-busy'
        ? lowestFirst(children, (leaf) => context.busy(leaf), 0)
        : drawByWeight(children, context.random)
  }
}

/** Equal children stay as listed. `unknown` stands for a child of which no leaf has a figure. */
function lowestFirst(
  children: readonly OrderedChild[],
  figure: (leaf: Leaf) => number | undefined,
  unknown: number,
): readonly OrderedChild[] {
  const best = ({ leaves }: OrderedChild) => {
    const known = leaves.map(figure).filter((value) => value !== undefined)
    return known.length === 0 ? unknown : Math.min(...known)
  }
  const rated = children.map((child) => ({ child, rate: best(child) }))
  // Not by difference: that of two infinities is no number.
  const sorted = rated.toSorted((one, other) => (one.rate === other.rate ? 0 : one.rate < other.rate ? -1 : 1))
  return sorted.map(({ child }) => child)
}
