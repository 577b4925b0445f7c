import type { Provider } from '@likeness/core'
import type { ProviderTarget, StrategyMode, TargetLimits } from './types.js'

/** A target that can be tried. */
export interface Leaf {
  /** In trails and conditions; no other leaf has it. */
  readonly name: string
  readonly target: ProviderTarget
  readonly provider: Provider
  /** The target's over those that the provider declares. Absent is unlimited. */
  readonly limits: TargetLimits
}

/** A leaf in its place in the tree. */
export interface LeafNode {
  readonly kind: 'leaf'
  readonly name: string
  readonly weight: number
  readonly leaf: Leaf
}

/** Several nodes and how to choose among them. */
export interface GroupNode {
  readonly kind: 'group'
  readonly name: string | undefined
  readonly weight: number
  readonly strategy: StrategyMode
  readonly children: readonly Node[]
}

/** A target whose providers were looked up. */
export type Node = LeafNode | GroupNode

/** Every leaf, as listed. */
export function leavesOf(node: Node): readonly Leaf[] {
  return node.kind === 'leaf' ? [node.leaf] : node.children.flatMap(leavesOf)
}
