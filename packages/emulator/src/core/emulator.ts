import type { EmulatorClock } from './clock.js'
import { systemClock } from './clock.js'
import { createControl } from './control.js'
import type { InProcessInput } from './in-process.js'
import { asFetchWould, fetchFailed, toIncoming } from './in-process.js'
import type { Listener } from './listener.js'
import { listen } from './listener.js'
import type { Pace } from './pace.js'
import { createSpool } from './spool.js'
import type { VendorControl } from './types.js'
import type { VendorPlugin } from './vendor.js'
import type { Incoming, VendorRuntime } from './vendor-runtime.js'
import { createVendorRuntime } from './vendor-runtime.js'
import type { Deliver } from './webhooks.js'

export interface EmulatorSettings<Name extends string> {
  /** Default: the wall clock. */
  readonly clock?: EmulatorClock
  /** Default `fast`. */
  readonly pace?: Pace
  /** The key each vendor accepts. */
  readonly keys?: { readonly [N in Name]?: string }
  /** Sends webhooks instead of `fetch`; then to any host. */
  readonly deliver?: Deliver
  /** Errors of the emulator itself, outside of a request. Default: a process warning. */
  readonly onError?: (error: unknown) => void
}

type Plugins = Readonly<Record<string, VendorPlugin>>
type SettingsOf<P> = P extends VendorPlugin<infer Settings, infer _> ? Settings : never
type EndpointsOf<P> = P extends VendorPlugin<infer _, infer Endpoints> ? Endpoints : never

/** Base URLs and keys, as the adapters take them; and the control listener's URL. */
export type EndpointsOfAll<P extends Plugins> = { readonly [N in keyof P]: EndpointsOf<P[N]> } & {
  readonly control: string
}

export interface EmulatorOf<P extends Plugins> {
  readonly clock: EmulatorClock
  readonly vendors: { readonly [N in keyof P]: VendorControl<SettingsOf<P[N]>> }
  /** In-process until `listen`, then on sockets. */
  readonly endpoints: EndpointsOfAll<P>
  /**
   * In process, no port: takes the addresses of `endpoints`, and the vendors' real ones. Any verb may carry a body.
   * Throws TypeError('fetch failed') as Node's fetch does, also for hosts that are not emulated.
   */
  fetch(input: InProcessInput, init?: RequestInit): Promise<Response>
  /** One listener per vendor, and one for control. Port 0 (the default) takes free ones; port N takes N, N+1, ... */
  listen(options?: { readonly port?: number; readonly host?: string }): Promise<EndpointsOfAll<P>>
  /** Stops listening, ends what hangs, cancels timers, deletes files. */
  close(): Promise<void>
}

interface Seat {
  readonly runtime: VendorRuntime
  readonly origin: string
  listener: Listener | undefined
  offline: boolean
}

/** An emulator of the given vendors. */
export function emulate<P extends Plugins>(
  plugins: P,
  settings: EmulatorSettings<Extract<keyof P, string>>,
): EmulatorOf<P> {
  const clock = settings.clock ?? systemClock()
  const onError = settings.onError ?? ((error) => process.emitWarning(error instanceof Error ? error : String(error)))
  const spool = createSpool()
  const closed = new AbortController()
  const keys: Readonly<Record<string, string | undefined>> = settings.keys ?? {}
  const seats = new Map<string, Seat>()
  let controlListener: Listener | undefined
  const controlOrigin = 'http://control.emulator.localhost'

  for (const [name, plugin] of Object.entries(plugins)) {
    const seat: Seat = {
      origin: `http://${name}.emulator.localhost`,
      listener: undefined,
      offline: false,
      runtime: createVendorRuntime(plugin, {
        clock,
        pace: settings.pace ?? 'fast',
        apiKey: keys[name],
        spool,
        deliver: settings.deliver,
        readEmulated,
        isEmulated: (url) => find(url) !== undefined,
        origin: () => seat.listener?.origin ?? seat.origin,
        onError,
        async goOffline() {
          seat.offline = true
          await seat.listener?.stop()
        },
        async goOnline() {
          await seat.listener?.start()
          seat.offline = false
        },
      }),
    }
    seats.set(name, seat)
  }

  /** The seat an address belongs to, and the address under the vendor's own prefix. */
  function find(url: URL): { seat: Seat; url: URL } | undefined {
    for (const seat of seats.values()) {
      if (url.origin === seat.origin || url.origin === seat.listener?.origin) return { seat, url }
      const prefix = seat.runtime.plugin.publicOrigins[url.origin]
      if (prefix !== undefined) return { seat, url: new URL(`${prefix}${url.pathname}${url.search}`, seat.origin) }
    }
    return undefined
  }

  function readEmulated(url: URL): Promise<Response> | undefined {
    const found = find(url)
    if (found === undefined) return undefined
    if (found.seat.offline) return Promise.reject(fetchFailed('ECONNREFUSED', `connect ECONNREFUSED ${url.host}`))
    return found.seat.runtime.peek(found.url)
  }

  function endpoints(): EndpointsOfAll<P> {
    const entries = [...seats].map(([name, { runtime, listener, origin }]) => [
      name,
      runtime.plugin.endpoints(listener?.origin ?? origin, runtime.apiKey),
    ])
    const control = controlListener?.origin ?? controlOrigin
    // Keys and values come from the plugins themselves, so this is the mapped type by construction.
    return Object.fromEntries([...entries, ['control', control]]) as EndpointsOfAll<P>
  }

  const controls = Object.fromEntries([...seats].map(([name, seat]) => [name, seat.runtime.control]))
  const control = createControl(new Map(Object.entries(controls)), endpoints)
  const receiveControl = async ({ method, url, headers, body }: Incoming) => {
    const request = new Request(url, {
      method,
      headers,
      ...(body && !/^(GET|HEAD)$/.test(method) ? { body, duplex: 'half' } : {}),
    } as RequestInit)
    return { type: 'response' as const, response: await control.fetch(request) }
  }

  return {
    clock,
    vendors: controls as EmulatorOf<P>['vendors'],
    get endpoints() {
      return endpoints()
    },
    async fetch(input, init) {
      const incoming = toIncoming(input, init)
      const { signal, url } = incoming
      if (signal.aborted) throw signal.reason
      if (closed.signal.aborted) throw fetchFailed('ECONNREFUSED', `connect ECONNREFUSED ${url.host}`)
      if (url.origin === controlOrigin || url.origin === controlListener?.origin)
        return (await receiveControl(incoming)).response
      const found = find(url)
      if (found === undefined) throw fetchFailed('ENOTFOUND', `getaddrinfo ENOTFOUND ${url.hostname}`)
      if (found.seat.offline) throw fetchFailed('ECONNREFUSED', `connect ECONNREFUSED ${url.host}`)
      const answer = found.seat.runtime
        .receive({ ...incoming, url: found.url })
        .then((outcome) => asFetchWould(outcome, signal, closed.signal))
      return await orAborted(answer, signal)
    },
    async listen({ port = 0, host = '127.0.0.1' } = {}) {
      if (controlListener !== undefined) throw new Error('the emulator is listening already')
      let next = port
      const take = () => (port === 0 ? 0 : next++)
      for (const seat of seats.values()) {
        seat.listener = await listen((incoming) => seat.runtime.receive(incoming), { host, port: take(), onError })
        if (seat.offline) await seat.listener.stop()
      }
      controlListener = await listen(receiveControl, { host, port: take(), onError })
      return endpoints()
    },
    async close() {
      closed.abort()
      for (const { runtime, listener } of seats.values()) {
        runtime.close()
        await listener?.stop()
      }
      await controlListener?.stop()
      await spool.close()
    },
  }
}

/** The client's abort wins over an answer that is still being made, as on a socket. */
async function orAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  const forget = new AbortController()
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: forget.signal })
  })
  try {
    return await Promise.race([answer, aborted])
  } finally {
    forget.abort()
    // Once the client has gone, nobody hears how it would have ended.
    answer.catch(() => {})
  }
}
