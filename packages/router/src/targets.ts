import { LikenessError, type Provider } from '@likeness/core'
import { isNamed } from '@likeness/core/runtime'
import type { Environment } from './run/environment.js'
import type { Leaf } from './strategy/node.js'

/** The leaf of that name, else the first one whose provider has, or contains, that id. */
export function leafOf(
  { leaves }: Pick<Environment, 'leaves'>,
  target: string | undefined,
  provider: string,
): Leaf | undefined {
  const named = leaves.find((leaf) => leaf.name === target && isNamed(leaf.provider, provider))
  return named ?? leaves.find((leaf) => isNamed(leaf.provider, provider))
}

/**
 * The member that a model or a picture belongs to.
 *
 * @throws LikenessError `invalid-request` where there is none
 */
export function memberOf(
  { id, members }: Pick<Environment, 'id' | 'members'>,
  provider: string | undefined,
  what: string,
): Provider {
  const [only, ...others] = members
  if (provider === undefined && only !== undefined && others.length === 0) return only
  const member = members.find((one) => provider !== undefined && isNamed(one, provider))
  if (member !== undefined) return member
  const given = provider === undefined ? 'does not say whose it is' : `is of ${provider}`
  const message = `the ${what} ${given}, and ${id} is made of ${members.map((one) => one.id).join(', ')}`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `${what}: ${message}.`,
    fields: [{ field: what, message }],
  })
}
