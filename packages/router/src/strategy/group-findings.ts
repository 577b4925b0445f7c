import { targetName } from './target-name.js'
import type { Target, TargetGroup } from './types.js'

/** Something wrong with a value: where, and what. */
export interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** What is wrong with a group although each of its parts is well formed. */
export function groupFindings(group: TargetGroup): readonly Finding[] {
  const { strategy, targets } = group
  switch (strategy.mode) {
    case 'single':
      if (targets.length === 1) return idleWeights(targets)
      return [{ path: ['targets'], message: `must hold exactly one target under single, not ${targets.length}` }]
    case 'fallback':
    case 'cheapest':
    case 'fastest':
      return idleWeights(targets)
    case 'loadbalance':
      return strategy.by === 'least-busy' ? idleWeights(targets) : []
    case 'conditional': {
      const named = namedTwice(targets)
      const chosen = strategy.conditions.flatMap(({ target }, index) =>
        unknownName(targets, target, ['strategy', 'conditions', index, 'target']),
      )
      const otherwise =
        strategy.default === undefined ? [] : unknownName(targets, strategy.default, ['strategy', 'default'])
      return [...named, ...chosen, ...otherwise, ...idleWeights(targets)]
    }
  }
}

/** A weight that changes nothing is taken for a mistake rather than passed over. */
function idleWeights(targets: readonly Target[]): Finding[] {
  const message = 'has an effect only among the targets of loadbalance by weight'
  return targets.flatMap(({ weight }, index) =>
    weight === undefined ? [] : [{ path: ['targets', index, 'weight'], message }],
  )
}

function unknownName(targets: readonly Target[], name: string, path: readonly PropertyKey[]): Finding[] {
  const names = targets.map(targetName).filter((known) => known !== undefined)
  if (names.includes(name)) return []
  if (names.length === 0) return [{ path, message: 'must name one of the targets beside, and none of them has a name' }]
  return [{ path, message: `must name one of the targets beside: ${names.join(', ')}` }]
}

function namedTwice(targets: readonly Target[]): Finding[] {
  const names = targets.map(targetName)
  return names.flatMap((name, index) => {
    const earlier = names.indexOf(name)
    if (name === undefined || earlier === index) return []
    const message = `is also the name of targets.${earlier} beside it (${name}); conditions need names of their own`
    return [{ path: ['targets', index, 'name'], message }]
  })
}
