import type { ProviderSettings } from '@likeness/adapter-kit'
import { type Clock, LikenessError, type Provider } from '@likeness/core'
import { checkConfig } from './config/check.js'
import { findConfig } from './config/find.js'
import { readConfig } from './config/read.js'
import { referencedVariable, resolveReference, resolveReferences } from './config/reference.js'
import type { ParsedConfig } from './config/schema.js'
import { chooseEmulator, type Emulation, openEmulator } from './emulation.js'
import { adapters } from './providers.js'

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
}

/** What is known of a provider before it is made. */
export interface ProviderEntry {
  /** Its name in the config. */
  readonly name: string
  /** `Provider.id`. */
  readonly id: string
  readonly adapter: string
  /** The environment variable its key comes from; `undefined` where the config gives the key itself. */
  readonly keyVariable: string | undefined
  /** Settings that hold a secret as plain text in the config. */
  readonly literalSecrets: readonly string[]
}

/** The providers of a config. */
export interface LoadedProviders {
  /** The config file; `undefined` where there is none. */
  readonly path: string | undefined
  /** In the config's order. */
  readonly entries: readonly ProviderEntry[]
  /** Names of `default` in the config; without it the only entry, if there is only one. */
  readonly defaults: readonly string[]
  /** Whether an emulator stands in for the vendors. */
  readonly emulated: boolean
  /** Whether that emulator, with all that is trained on it, ends with this process. */
  readonly ephemeral: boolean
  /** Folder for pictures, as the config gives it. */
  readonly output: string | undefined
  /** Folder for job files, as the config gives it. */
  readonly jobs: string | undefined
  /**
   * The provider of that name or id; without a name the default one. The same value at each call.
   *
   * @throws LikenessError `invalid-request` when there is none, with the names there are
   */
  get(name?: string): Promise<Provider>
  /** Ends the emulator, where one was started for this. */
  close(): Promise<void>
}

type Entries = ParsedConfig['providers']

/** Without a config: every adapter under its own name, with its key in the environment. */
const withoutConfig: Entries = Object.fromEntries(Object.keys(adapters).map((adapter) => [adapter, { adapter }]))

function unknownProvider(name: string, entries: readonly ProviderEntry[]): LikenessError {
  const message = `there is no provider ${name}; there are ${entries.map((entry) => entry.name).join(', ')}`
  return new LikenessError({
    kind: 'invalid-request',
    message: `provider: ${message}.`,
    fields: [{ field: 'provider', message }],
  })
}

/** The entry of that name, else of that id. */
export function findEntry(entries: readonly ProviderEntry[], name: string): ProviderEntry {
  const found = entries.find((entry) => entry.name === name) ?? entries.find((entry) => entry.id === name)
  if (found === undefined) throw unknownProvider(name, entries)
  return found
}

const secretSettings = ['apiKey', 'webhookSecret']

function entryOf(name: string, config: Entries[string]): ProviderEntry {
  const { adapter, id, apiKey } = config
  const usual = adapters[adapter]?.environmentVariable
  const keyVariable = apiKey === undefined ? usual : typeof apiKey === 'string' ? referencedVariable(apiKey) : undefined
  const literalSecrets = secretSettings.filter((setting) => {
    const value = config[setting]
    return typeof value === 'string' && referencedVariable(value) === undefined
  })
  return { name, adapter, id: typeof id === 'string' ? id : adapter, keyVariable, literalSecrets }
}

/** Settings as the adapter takes them: keys are looked up at each call, other references now. */
function settingsOf(
  { name, id, keyVariable }: ProviderEntry,
  config: Entries[string],
  environment: Readonly<Record<string, string | undefined>>,
): ProviderSettings {
  const { adapter: _adapter, apiKey, ...settings } = config
  const resolved = Object.entries(settings).map(([key, value]) => [
    key,
    resolveReferences(value, environment, `providers.${name}.${key}`, id),
  ])
  const key =
    keyVariable === undefined ? apiKey : () => resolveReference(`env:${keyVariable}`, environment, 'apiKey', id)
  return Object.fromEntries([...resolved, ['id', id], ['apiKey', key]].filter(([, value]) => value !== undefined))
}

async function readParsed(path: string | undefined): Promise<ParsedConfig> {
  return path === undefined ? { providers: withoutConfig } : checkConfig(await readConfig(path))
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
  const { cwd = process.cwd(), env = process.env, clock } = options
  const path = await findConfig(cwd, options.config)
  const config = await readParsed(path)
  const choice = chooseEmulator(env.LIKENESS_EMULATOR, config.emulator)
  const entries = Object.entries(config.providers).map(([name, entry]) => entryOf(name, entry))
  const names = entries.map(({ name }) => name)
  const defaults = config.default === undefined ? (names.length === 1 ? names : []) : [config.default].flat()
  const made = new Map<string, Promise<Provider>>()
  let opening: Promise<Emulation | undefined> | undefined

  async function create(entry: ProviderEntry): Promise<Provider> {
    const adapter = adapters[entry.adapter]
    if (adapter === undefined) throw unknownProvider(entry.name, entries)
    const configured = config.providers[entry.name] ?? { adapter: entry.adapter }
    opening ??= openEmulator(choice)
    const emulation = await opening
    const endpoints = emulation?.endpoints[entry.adapter]
    if (emulation === undefined || endpoints === undefined) {
      return adapter.create({ ...settingsOf(entry, configured, env), ...(clock && { clock }) })
    }
    // A real key never goes to an emulator: its own takes the place, and references need not resolve.
    const { apiKey: _apiKey, ...rest } = configured
    return adapter.create({
      ...settingsOf({ ...entry, keyVariable: undefined }, rest, env),
      ...adapter.emulated(endpoints),
      ...(emulation.fetch && { fetch: emulation.fetch }),
      ...(clock && { clock }),
    })
  }

  return {
    path,
    entries,
    defaults,
    emulated: choice.type !== 'none',
    ephemeral: choice.type === 'own',
    output: config.output,
    jobs: config.jobs,
    async get(name) {
      const wanted = name ?? defaults[0]
      if (wanted === undefined) {
        const message = `say which: ${names.join(', ')}, or set \`default\` in the config`
        throw new LikenessError({ kind: 'invalid-request', message: `provider: ${message}.` })
      }
      const entry = findEntry(entries, wanted)
      const known = made.get(entry.name)
      if (known !== undefined) return known
      const provider = create(entry)
      made.set(entry.name, provider)
      return provider
    },
    async close() {
      // An emulator that did not open was told of by `get`, and leaves nothing to end.
      await (await opening?.catch(() => undefined))?.close()
    },
  }
}
