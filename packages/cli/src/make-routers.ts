import type { Clock, Provider } from '@likeness/core'
import type { Budget, Ledger, Router } from '@likeness/router'
import { routerSchema } from '@likeness/router/schemas'
import { resolveReferences } from './config/reference.js'
import type { ParsedConfig } from './config/schema.js'
import type { ProviderEntry, RouterEntry } from './provider-entries.js'

/** What routers are made from. */
export interface RouterParts {
  readonly config: ParsedConfig
  readonly entries: readonly ProviderEntry[]
  readonly routers: readonly RouterEntry[]
  readonly env: Readonly<Record<string, string | undefined>>
  adapter(name: string): Promise<Provider>
  readonly clock: Clock
  readonly run: string
  readonly budgets: readonly Budget[]
  /** `undefined`: the ledger ends with the process. */
  readonly ledgerPath: string | undefined
  readonly onWarning: (message: string) => void
}

/** All providers and routers of a config, with one ledger and one set of limits among them. */
export interface RoutedProviders {
  readonly ledger: Ledger
  /** By its name in the config. */
  get(name: string): Promise<Router>
  /** Keeps what is not yet in the ledger's file, and lets go of it. */
  close(): Promise<void>
}

/** Opens the ledger, and makes routers on demand. */
export async function createRouters(parts: RouterParts): Promise<RoutedProviders> {
  const { config, entries, routers, env, clock, run, budgets, ledgerPath, onWarning } = parts
  const { createLedger, createLimiter, createRouter, openLedger } = await import('@likeness/router')
  const file = ledgerPath === undefined ? undefined : await openLedger({ path: ledgerPath, clock, budgets, onWarning })
  const ledger = file ?? createLedger({ clock, budgets })
  const limiter = createLimiter({ clock })
  const shared = { ledger, limiter, run, clock }
  const made = new Map<string, Promise<Router>>()

  /** Alone in a router of its own id: recorded, limited, and split where one request makes too few pictures. */
  async function alone({ name, id }: ProviderEntry): Promise<Router> {
    const provider = await parts.adapter(name)
    return createRouter({ ...shared, id, providers: { [name]: provider }, target: { provider: name } })
  }

  async function configured({ name, id, members }: RouterEntry): Promise<Router> {
    const settings = routerSchema.parse(resolveReferences(config.routers?.[name], env, `routers.${name}`, id))
    const isRouter = (member: string) => routers.some((other) => other.name === member)
    const providers = await Promise.all(
      members.map(async (member) => [member, await (isRouter(member) ? get(member) : parts.adapter(member))] as const),
    )
    // A policy of its own needs a limiter of its own; all others share one, and with it what a vendor allows at once.
    const limits =
      settings.breaker === undefined ? {} : { limiter: createLimiter({ clock, breaker: settings.breaker }) }
    return createRouter({ ...settings, ...shared, ...limits, id, providers: Object.fromEntries(providers) })
  }

  function get(name: string): Promise<Router> {
    const known = made.get(name)
    if (known !== undefined) return known
    const provider = entries.find((entry) => entry.name === name)
    const router = routers.find((entry) => entry.name === name)
    const one = provider === undefined ? router && configured(router) : alone(provider)
    if (one === undefined) throw new Error(`unreachable: ${name} is in no config`)
    made.set(name, one)
    return one
  }

  return { ledger, get, close: async () => file?.close() }
}
