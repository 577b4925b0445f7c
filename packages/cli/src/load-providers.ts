import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type Clock, LikenessError, type Provider, systemClock } from '@likeness/core'
import type { Budget, Ledger, Router } from '@likeness/router'
import { checkConfig } from './config/check.js'
import { findConfig } from './config/find.js'
import { readConfig } from './config/read.js'
import type { ParsedConfig } from './config/schema.js'
import { chooseEmulator, type Emulation, openEmulator } from './emulation.js'
import { ledgerPath } from './ledger-file.js'
import { makeProvider } from './make-provider.js'
import { createRouters, type RoutedProviders } from './make-routers.js'
import {
  findEntry,
  type ProviderEntry,
  providerEntry,
  type RouterEntry,
  routerEntry,
  withoutConfig,
} from './provider-entries.js'

/** Where to look. All optional. */
export interface LoadOptions {
  /** The config file. @default the nearest `likeness.config.*` from `cwd` upwards */
  readonly config?: string | undefined
  /** @default the working folder of the process */
  readonly cwd?: string | undefined
  /** @default the environment of the process */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** The clock of the providers. @default the machine's */
  readonly clock?: Clock | undefined
  /** Name of the run, for budgets and the ledger. @default a random one */
  readonly run?: string | undefined
  /** Budgets beside those of the config. */
  readonly budgets?: readonly Budget[] | undefined
  /** `false` where nothing will be paid: then no file is made for a ledger that there was none of. @default true */
  readonly spends?: boolean | undefined
  /** Told what is odd about the ledger's file. @default a process warning */
  readonly onWarning?: ((message: string) => void) | undefined
}

/** The providers of a config. */
export interface LoadedProviders {
  /** The config file; `undefined` where there is none. */
  readonly path: string | undefined
  /** Providers, in the config's order. */
  readonly entries: readonly ProviderEntry[]
  /** Routers, in the config's order. */
  readonly routers: readonly RouterEntry[]
  /** Names of `default` in the config; without it the only provider, if there is only one and no router. */
  readonly defaults: readonly string[]
  /** Whether an emulator stands in for the vendors. */
  readonly emulated: boolean
  /** Whether that emulator, with all that is trained on it, ends with this process. */
  readonly ephemeral: boolean
  /** Folder for pictures, as the config gives it. */
  readonly output: string | undefined
  /** Folder for job files, as the config gives it. */
  readonly jobs: string | undefined
  /** Name of the run, in budgets and the ledger. */
  readonly run: string
  /** The ledger's file; `undefined` where an emulator that ends with this process bills. */
  readonly ledgerPath: string | undefined
  /**
   * The provider or router of that name or id; without a name the default one. The same value at each call. What it
   * spends goes through the ledger and its budgets: a provider comes as a router of that one provider, under its own id.
   *
   * @throws LikenessError `invalid-request` when there is none, with the names there are
   */
  get(name?: string): Promise<Router>
  /**
   * A provider as its adapter made it, for what `get` does not offer. What it spends is in no ledger.
   *
   * @throws LikenessError `invalid-request` when there is none, with the names there are
   */
  adapter(name: string): Promise<Provider>
  /** What was spent, with the budgets of the config. Shared by all providers; opened when first needed. */
  ledger(): Promise<Ledger>
  /** Keeps what is not yet in the ledger's file, and ends the emulator, where one was started for this. */
  close(): Promise<void>
}

async function readParsed(path: string | undefined): Promise<ParsedConfig> {
  return path === undefined ? { providers: withoutConfig } : checkConfig(await readConfig(path))
}

function undecided(names: readonly string[]): LikenessError {
  const message = `say which: ${names.join(', ')}, or set \`default\` in the config`
  return new LikenessError({ kind: 'invalid-request', message: `provider: ${message}.` })
}

/**
 * Reads the config and makes its providers on demand. A program that takes its providers from here changes vendor by an
 * edit of the config alone. `LIKENESS_EMULATOR` points all of them at an emulator.
 *
 * @example
 * const providers = await loadProviders()
 * const { model } = await fineTune({ provider: await providers.get('main'), subject: { className: 'dog' }, images })
 * @throws LikenessError `invalid-request` for a broken config, with its file and line
 */
export async function loadProviders(options: LoadOptions = {}): Promise<LoadedProviders> {
  const { cwd = process.cwd(), env = process.env, clock, run = randomUUID() } = options
  const path = await findConfig(cwd, options.config)
  const config = await readParsed(path)
  const choice = chooseEmulator(env.LIKENESS_EMULATOR, config.emulator)
  const entries = Object.entries(config.providers).map(([name, entry]) => providerEntry(name, entry))
  const routers = Object.entries(config.routers ?? {}).map(([name, entry]) => routerEntry(name, entry))
  const all = [...entries, ...routers]
  const names = all.map(({ name }) => name)
  const defaults = config.default === undefined ? (names.length === 1 ? names : []) : [config.default].flat()
  const file = ledgerPath({ config, path, cwd, emulator: choice.type })
  const made = new Map<string, Promise<Provider>>()
  let opening: Promise<Emulation | undefined> | undefined
  let routing: Promise<RoutedProviders> | undefined

  async function adapter(name: string): Promise<Provider> {
    const entry = findEntry(entries, name)
    const known = made.get(entry.name)
    if (known !== undefined) return known
    opening ??= openEmulator(choice)
    const configured = config.providers[entry.name] ?? { adapter: entry.adapter }
    const provider = opening.then((emulation) => makeProvider({ entry, configured, emulation, env, clock }))
    made.set(entry.name, provider)
    return provider
  }

  const routed = () => {
    routing ??= createRouters({
      config,
      entries,
      routers,
      env,
      adapter,
      clock: clock ?? systemClock,
      run,
      budgets: [...(config.budgets ?? []), ...(options.budgets ?? [])],
      ledgerPath: options.spends === false && file !== undefined && !existsSync(file) ? undefined : file,
      onWarning: options.onWarning ?? ((message) => process.emitWarning(message)),
    })
    return routing
  }

  return {
    path,
    entries,
    routers,
    defaults,
    emulated: choice.type !== 'none',
    ephemeral: choice.type === 'own',
    output: config.output,
    jobs: config.jobs,
    run,
    ledgerPath: file,
    async get(name) {
      const wanted = name ?? defaults[0]
      if (wanted === undefined) throw undecided(names)
      const entry = findEntry(all, wanted)
      return (await routed()).get(entry.name)
    },
    adapter,
    ledger: async () => (await routed()).ledger,
    async close() {
      // What did not open was told of by `get`, and leaves nothing to end.
      await (await routing?.catch(() => undefined))?.close()
      await (await opening?.catch(() => undefined))?.close()
    },
  }
}
