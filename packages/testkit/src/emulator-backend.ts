import type { Clock } from '@likeness/core'
import type { Backend, BackendControl, BackendSettings } from './backend.js'

/** What an emulator of several vendors offers, as far as a backend needs it. */
export interface EmulatorLike<Name extends string> {
  readonly clock: Clock
  readonly vendors: { readonly [Key in Name]: BackendControl }
  /** Settings for each vendor's adapter; after `listen()` those of the sockets. */
  readonly endpoints: { readonly [Key in Name]: BackendSettings }
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>
  listen(): Promise<unknown>
  close(): Promise<void>
}

/**
 * One vendor of an emulator as a {@link Backend}: in process, or over real sockets with `sockets: true`. The environment's
 * `LIKENESS_SOCKETS=1` makes sockets the default.
 *
 * @example
 * backend: ({ apiKey = 'id:0123456789abcdef', deliver }) =>
 *   emulatorBackend(createEmulator({ clock: createVirtualClock(), deliver, keys: { fal: apiKey } }), 'fal')
 */
export async function emulatorBackend<Name extends string, Emulator extends EmulatorLike<NoInfer<Name>>>(
  emulator: Emulator,
  name: Name,
  { sockets = process.env.LIKENESS_SOCKETS === '1' }: { readonly sockets?: boolean } = {},
): Promise<Backend<Emulator['endpoints'][Name] & Pick<BackendSettings, 'fetch'>>> {
  if (sockets) await emulator.listen()
  // Indexing by a generic name yields only the constraint; the settings are those of this name.
  const endpoints = emulator.endpoints[name] as Emulator['endpoints'][Name]
  const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
  return {
    settings: { ...endpoints, ...(sockets ? {} : { fetch }) },
    clock: emulator.clock,
    control: emulator.vendors[name],
    close: () => emulator.close(),
  }
}
