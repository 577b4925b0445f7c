import { type FieldError, LikenessError, type Provider } from '@likeness/core'
import type { Finding } from './group-findings.js'
import type { Node } from './node.js'
import { targetSchema } from './target-schema.js'
import type { ProviderTarget, Target, TargetLimits } from './types.js'

/** The providers of a router, by the names that targets use. */
type Providers = Readonly<Record<string, Provider>>

interface PlacedTarget {
  readonly target: ProviderTarget
  readonly path: readonly PropertyKey[]
}

/**
 * The target with its providers looked up.
 *
 * @throws LikenessError `invalid-request` naming every field that is wrong, such as `target.targets.1.provider`
 */
export function resolveTarget(target: Target, providers: Providers): Node {
  const { error } = targetSchema.safeParse(target)
  if (error !== undefined) throw refuse(target, error.issues)
  const placed = placedTargets(target, [])
  const found = [...unknownProviders(placed, providers), ...sharedNames(placed)]
  if (found.length > 0) throw refuse(target, found)
  const shared = sharedIds(providers)
  if (shared.length > 0) throw invalid(shared)
  return nodeOf(target, providers)
}

function placedTargets(target: Target, path: readonly PropertyKey[]): readonly PlacedTarget[] {
  if ('provider' in target) return [{ target, path }]
  return target.targets.flatMap((inner, index) => placedTargets(inner, [...path, 'targets', index]))
}

function unknownProviders(placed: readonly PlacedTarget[], providers: Providers): Finding[] {
  const names = Object.keys(providers)
  const message = names.length === 0 ? 'names a provider, but there is none' : `must be one of ${names.join(', ')}`
  return placed
    .filter(({ target }) => !Object.hasOwn(providers, target.provider))
    .map(({ path }) => ({ path: [...path, 'provider'], message }))
}

function sharedNames(placed: readonly PlacedTarget[]): Finding[] {
  const first = new Map<string, readonly PropertyKey[]>()
  return placed.flatMap(({ target, path }) => {
    const name = target.name ?? target.provider
    const earlier = first.get(name)
    if (earlier === undefined) {
      first.set(name, path)
      return []
    }
    const message = `must differ from that of ${fieldOf(earlier)}: both are ${name}`
    return [{ path: [...path, 'name'], message }]
  })
}

/** Limits, breakers and models go by `Provider.id`. */
function sharedIds(providers: Providers): FieldError[] {
  const first = new Map<string, string>()
  return Object.entries(providers).flatMap(([name, { id }]) => {
    const earlier = first.get(id)
    if (earlier === undefined) first.set(id, name)
    if (earlier === undefined || providers[earlier] === providers[name]) return []
    const message = `has the same id as providers.${earlier} (${id}); give one of them an \`id\` of its own`
    return [{ field: `providers.${name}`, message }]
  })
}

function limitsOf({ limits = {} }: ProviderTarget, { capabilities }: Provider): TargetLimits {
  const declared = capabilities.limits
  return {
    concurrentJobs: limits.concurrentJobs ?? declared?.concurrentJobs,
    requestsPerMinute: limits.requestsPerMinute ?? declared?.requestsPerMinute,
  }
}

function nodeOf(target: Target, providers: Providers): Node {
  const weight = target.weight ?? 1
  if (!('provider' in target)) {
    const children = target.targets.map((inner) => nodeOf(inner, providers))
    return { kind: 'group', name: target.name, weight, strategy: target.strategy, children }
  }
  const provider = providers[target.provider]
  if (provider === undefined) throw new Error(`provider ${target.provider} was not checked`)
  const name = target.name ?? target.provider
  return { kind: 'leaf', name, weight, leaf: { name, target, provider, limits: limitsOf(target, provider) } }
}

const fieldOf = (path: readonly PropertyKey[]): string => ['target', ...path].join('.')

function given(target: unknown, path: readonly PropertyKey[]): string {
  let value = target
  for (const key of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return plain ? ` (given: ${typeof value === 'number' ? value : JSON.stringify(value).slice(0, 80)})` : ''
}

function refuse(target: unknown, found: readonly Finding[]): LikenessError {
  return invalid(
    found.map(({ path, message }) => ({ field: fieldOf(path), message: `${message}${given(target, path)}` })),
  )
}

function invalid(fields: readonly FieldError[]): LikenessError {
  const list = fields.map(({ field, message }) => `${field} ${message}`)
  return new LikenessError({ kind: 'invalid-request', message: `Invalid router: ${list.join('; ')}.`, fields })
}
