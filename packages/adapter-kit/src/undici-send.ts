import type { Dispatcher } from 'undici'
import { decodeContent } from './content-encoding.js'
import { createPools } from './pools.js'
import { type Send, WireFailure, type WireReply, type WireRequest } from './wire.js'
import { wireFailure } from './wire-failure.js'

const EMPTY = new Uint8Array(0)

function flatHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}

/**
 * Receives one answer. A handler of `dispatch` and not `request`: it alone tells whether the request began to be
 * written, which decides whether a paid one may be sent again; it can be aborted while still connecting; and it spares
 * the stream that `request` builds around a body of a few hundred bytes.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest
  readonly #resolve: (reply: WireReply) => void
  readonly #reject: (failure: WireFailure) => void
  #controller: Dispatcher.DispatchController | undefined
  #written = false
  #settled = false
  #bodyError: unknown
  #status = 0
  #headers: Record<string, string> = {}
  #first: Uint8Array = EMPTY
  #rest: Uint8Array[] | undefined
  #size = 0
  #deadline = 0

  constructor(request: WireRequest, resolve: (reply: WireReply) => void, reject: (failure: WireFailure) => void) {
    this.#request = request
    this.#resolve = resolve
    this.#reject = reject
    request.abortSignal?.addEventListener('abort', this, { once: true })
  }

  /** The request's body, if it is a stream; its own failure is told apart from the network's. */
  async *body(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    try {
      yield* open()
    } catch (error) {
      this.#bodyError = error
      throw error
    }
  }

  /** Called by the abort signal: the exchange itself is the listener, which spares a closure. */
  handleEvent(): void {
    const ending = this.#written ? 'aborted' : 'aborted-unsent'
    this.#fail(new WireFailure(ending, 'aborted by the caller', this.#request.abortSignal?.reason))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#settled) controller.abort(new WireFailure('aborted-unsent', 'aborted before it was sent'))
    else this.#written = true
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return
    this.#status = status
    this.#headers = flatHeaders(headers)
    this.#deadline = performance.now() + this.#request.timeoutMs
    if (Number(this.#headers['content-length']) > this.#request.maximumBytes) this.#tooLarge()
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return
    this.#size += chunk.byteLength
    if (this.#size > this.#request.maximumBytes) this.#tooLarge()
    else if (this.#first === EMPTY) this.#first = chunk
    else {
      this.#rest ??= []
      this.#rest.push(chunk)
      // undici's own timeout watches the gaps only; a body that trickles would never end.
      if (performance.now() > this.#deadline) this.#fail(new WireFailure('answer-timeout', 'no whole answer in time'))
    }
  }

  onResponseEnd(): void {
    if (this.#settled) return
    this.#settle()
    const bytes = this.#rest === undefined ? this.#first : Buffer.concat([this.#first, ...this.#rest], this.#size)
    const encoding = this.#headers['content-encoding']
    try {
      const content = encoding === undefined ? bytes : decodeContent(bytes, encoding, this.#request.maximumBytes)
      this.#resolve({ status: this.#status, headers: this.#headers, bytes: content })
    } catch (error) {
      this.#reject(wireFailure(error, true))
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#settled) return
    this.#fail(
      this.#bodyError === undefined
        ? wireFailure(error, this.#written)
        : new WireFailure('body-failed', 'the body could not be read', this.#bodyError),
    )
  }

  #tooLarge(): void {
    this.#fail(new WireFailure('answer-too-large', `the answer is larger than ${this.#request.maximumBytes} bytes`))
  }

  #fail(failure: WireFailure): void {
    if (this.#settled) return
    this.#settle()
    this.#reject(failure)
    this.#controller?.abort(failure)
  }

  #settle(): void {
    this.#settled = true
    this.#request.abortSignal?.removeEventListener('abort', this)
  }
}

/** Sends over undici's connection pools. */
export function createUndiciSend(connectTimeoutMs: number): Send {
  const pools = createPools(connectTimeoutMs)
  return async (request) => {
    const found = pools.get(request.origin, request.guarded)
    const pool = found instanceof Promise ? await found : found
    if (request.abortSignal?.aborted) {
      throw new WireFailure('aborted-unsent', 'aborted before it was sent', request.abortSignal.reason)
    }
    return new Promise<WireReply>((resolve, reject) => {
      const exchange = new Exchange(request, resolve, reject)
      const content = request.body?.content
      const body = content === undefined || typeof content === 'string' ? content : exchange.body(content.open)
      pool.dispatch(
        {
          path: request.path,
          method: request.method,
          headers: request.headers,
          // undici takes any async iterable; its types name only node streams.
          body: (body ?? null) as Dispatcher.DispatchOptions['body'],
          headersTimeout: request.timeoutMs,
          bodyTimeout: request.timeoutMs,
        } as Dispatcher.DispatchOptions,
        exchange,
      )
    })
  }
}
