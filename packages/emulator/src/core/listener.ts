import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpBindings } from '@hono/node-server'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Incoming, Outcome } from './vendor-runtime.js'

export interface Listener {
  /** Without a trailing slash. */
  readonly origin: string
  /** Refuses connections, and cuts those that are open. */
  stop(): Promise<void>
  /** Listens again on the same port. */
  start(): Promise<void>
}

/** Serves one vendor (or the control routes) on a socket of its own. Rejects with EADDRINUSE when the port is taken. */
export async function listen(
  receive: (incoming: Incoming) => Promise<Outcome>,
  options: { readonly host: string; readonly port: number; readonly onError: (error: unknown) => void },
): Promise<Listener> {
  const respond = getRequestListener(
    async (request, bindings) => {
      if (!isHttp1(bindings)) return new Response(null, { status: 505 })
      return await exchange(request, bindings, receive, options.onError)
    },
    { overrideGlobalObjects: false },
  )
  const server = createServer(respond)
  // Trainings upload for as long as they need to.
  server.requestTimeout = 0
  await bind(server, options.port, options.host)
  const { port } = server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    origin: `http://${host}:${port}`,
    async stop() {
      if (!server.listening) return
      const closed = new Promise<void>((resolve, reject) =>
        server.close((error) => (error ? reject(error) : resolve())),
      )
      server.closeAllConnections()
      await closed
    },
    async start() {
      if (!server.listening) await bind(server, port, options.host)
    },
  }
}

async function bind(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function isHttp1(bindings: object): bindings is HttpBindings {
  return 'incoming' in bindings && 'socket' in (bindings.incoming as object)
}

async function exchange(
  request: Request,
  { incoming, outgoing }: HttpBindings,
  receive: (incoming: Incoming) => Promise<Outcome>,
  onError: (error: unknown) => void,
): Promise<Response> {
  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableEnded) gone.abort(new Error('the client has gone away'))
  })
  try {
    const { method, url, headers } = request
    // The body is read from the socket: a web Request would hide that of a GET.
    const outcome = await receive({ method, url: new URL(url), headers, body: incoming, signal: gone.signal })
    switch (outcome.type) {
      case 'response':
        return outcome.response
      case 'reset':
        incoming.socket.resetAndDestroy()
        return RESPONSE_ALREADY_SENT
      case 'stall':
        return RESPONSE_ALREADY_SENT
      default:
        return outcome satisfies never
    }
  } catch (error) {
    if (gone.signal.aborted) return RESPONSE_ALREADY_SENT
    onError(error)
    return new Response('the emulator failed; its log says why', {
      status: 500,
      headers: { 'x-emulator-error': 'true' },
    })
  }
}
