import assert from 'node:assert/strict'
import type { JsonValue, Provider } from '@likeness/core'
import { isNamed } from '@likeness/core/runtime'

/** The ids that a provider goes by: its own, and those of the providers it is made of. */
function namesOf({ id, members = [] }: Provider): readonly string[] {
  return [id, ...members.flatMap(namesOf)]
}

/** Fails unless `id` is the provider's, or that of one it is made of. */
export function assertNamed(provider: Provider, id: string | undefined, what: string): void {
  const named = id !== undefined && isNamed(provider, id)
  assert.ok(named, `${what} must name ${namesOf(provider).join(' or ')}, not ${id}`)
}

/** The same options for whichever of its names a provider looks under. */
export function optionsFor(
  provider: Provider,
  options: Record<string, JsonValue>,
): Record<string, Record<string, JsonValue>> {
  return Object.fromEntries(namesOf(provider).map((name) => [name, options]))
}
