import type { Incoming, Outcome } from './vendor-runtime.js'

/** Like `RequestInit`, but any verb may carry a body. */
export type InProcessInput = Request | string | URL

/** Reads the arguments of a `fetch` call without building a Request, which would refuse a GET with a body. */
export function toIncoming(input: InProcessInput, init: RequestInit = {}): Incoming {
  const base = input instanceof Request ? input : undefined
  const headers = new Headers(init.headers ?? base?.headers)
  const carrier = init.body === undefined || init.body === null ? base : new Response(init.body)
  const contentType = carrier?.headers.get('content-type')
  if (contentType && !headers.has('content-type')) headers.set('content-type', contentType)
  const signal = init.signal ?? base?.signal ?? new AbortController().signal
  const url = new URL(base === undefined ? input.toString() : base.url)
  url.hash = ''
  return {
    method: (init.method ?? base?.method ?? 'GET').toUpperCase(),
    url,
    headers,
    body: carrier?.body ? whileConnected(carrier.body, signal) : null,
    signal,
  }
}

/** As on a socket, a body whose sender goes away does not arrive whole. */
async function* whileConnected(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    signal.throwIfAborted()
    yield chunk
  }
}

/** Acts out an outcome as `fetch` would show it. `closed` ends what never answers. */
export async function asFetchWould(outcome: Outcome, signal: AbortSignal, closed: AbortSignal): Promise<Response> {
  switch (outcome.type) {
    case 'response':
      return outcome.response
    case 'reset':
      throw fetchFailed('ECONNRESET', 'read ECONNRESET')
    case 'stall':
      return await new Promise((_resolve, reject) => {
        if (signal.aborted) reject(signal.reason)
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
        closed.addEventListener('abort', () => reject(fetchFailed('UND_ERR_SOCKET', 'other side closed')), {
          once: true,
        })
      })
    default:
      return outcome satisfies never
  }
}

/** What Node's fetch throws when the connection fails. */
export function fetchFailed(code: string, message: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })
}
