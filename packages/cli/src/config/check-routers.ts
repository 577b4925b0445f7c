import type { Target } from '@likeness/router'
import { routerSchema, targetSchema } from '@likeness/router/schemas'
import { type Finding, findings } from './finding.js'
import { type ParsedRouter, routerEntrySchema } from './schema.js'

/** Routers as they stand in the config. */
type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** A target that is a provider, and where it stands. */
interface NamedTarget {
  readonly keys: readonly PropertyKey[]
  readonly provider: string
  readonly name: string
}

/** `target`, else what `strategy` and `targets` stand for. */
function targetOf({ target, strategy, targets }: Entries[string]): unknown {
  return target ?? { strategy, targets }
}

function expanded(entry: Entries[string]): unknown {
  const { strategy: _strategy, targets: _targets, ...options } = entry
  return { ...options, target: targetOf(entry) }
}

function shapeFindings(name: string, entry: Entries[string], root: unknown): Finding[] {
  const keys = ['routers', name]
  const short = entry.strategy !== undefined || entry.targets !== undefined
  const outer = findings(routerEntrySchema, entry, root, keys)
  if (entry.target === undefined && !short) {
    return [...outer, { keys, message: 'must say whom to ask: `target`, or `strategy` with `targets`' }]
  }
  if (entry.target !== undefined && short) {
    return [...outer, { keys, message: 'must give either `target`, or `strategy` with `targets`, not both' }]
  }
  return [...outer, ...findings(targetSchema, targetOf(entry), root, short ? keys : [...keys, 'target'])]
}

/** Every provider in a target, with its place. */
function namedIn(target: Target, keys: readonly PropertyKey[]): NamedTarget[] {
  if ('provider' in target) return [{ keys, provider: target.provider, name: target.name ?? target.provider }]
  return target.targets.flatMap((child, index) => namedIn(child, [...keys, 'targets', index]))
}

function namedOf(name: string, entry: Entries[string]): NamedTarget[] {
  const { target } = routerSchema.parse(expanded(entry))
  return namedIn(target, entry.target === undefined ? ['routers', name] : ['routers', name, 'target'])
}

/** The way from a router back to itself, if there is one. */
function cycleFrom(name: string, inside: ReadonlyMap<string, readonly NamedTarget[]>): string[] | undefined {
  const visit = (current: string, way: readonly string[]): string[] | undefined => {
    for (const { provider } of inside.get(current) ?? []) {
      if (provider === name) return [...way, provider]
      if (way.includes(provider)) continue
      const found = visit(provider, [...way, provider])
      if (found !== undefined) return found
    }
    return undefined
  }
  return visit(name, [name])
}

/** Names tell targets apart in trails; a provider may stand in a router twice under two of them. */
function sharedNames(named: readonly NamedTarget[]): Finding[] {
  const first = new Map<string, readonly PropertyKey[]>()
  return named.flatMap(({ keys, name }) => {
    const earlier = first.get(name)
    if (earlier === undefined) {
      first.set(name, keys)
      return []
    }
    const message = `has the same name as ${earlier.join('.')} (${name}); give one of them a \`name\` of its own`
    return [{ keys, message }]
  })
}

function nameFindings(routers: Entries, providers: readonly string[]): Finding[] {
  const names = [...providers, ...Object.keys(routers)]
  const inside = new Map(Object.entries(routers).map(([name, entry]) => [name, namedOf(name, entry)]))
  const unknown = [...inside.values()]
    .flat()
    .filter(({ provider }) => !names.includes(provider))
    .map(({ keys, provider }) => ({
      keys: [...keys, 'provider'],
      message: `there is no provider or router ${provider}; there are ${names.join(', ')}`,
    }))
  if (unknown.length > 0) return unknown
  const cycles = Object.keys(routers).flatMap((name) => {
    const cycle = cycleFrom(name, inside)
    return cycle === undefined
      ? []
      : [{ keys: ['routers', name], message: `leads back to itself: ${cycle.join(' > ')}` }]
  })
  return [...cycles, ...[...inside.values()].flatMap(sharedNames)]
}

/** What is wrong with the routers of a config: their shape, the names they use, and routers that hold themselves. */
export function routerFindings(routers: Entries, providers: readonly string[], root: unknown): Finding[] {
  const shape = Object.entries(routers).flatMap(([name, entry]) => shapeFindings(name, entry, root))
  const taken = Object.keys(routers)
    .filter((name) => providers.includes(name))
    .map((name) => ({ keys: ['routers', name], message: `has the same name as providers.${name}; rename one of them` }))
  if (shape.length > 0) return shape
  return taken.length > 0 ? taken : nameFindings(routers, providers)
}

/** Routers that were checked, in the shape that the router takes. */
export function parsedRouters(routers: Entries): Record<string, ParsedRouter> {
  return Object.fromEntries(Object.entries(routers).map(([name, entry]) => [name, routerSchema.parse(expanded(entry))]))
}
