import { type Send, WireFailure, type WireReply, type WireRequest } from './wire.js'
import { wireFailure } from './wire-failure.js'

async function readLimited(response: Response, maximumBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new WireFailure('answer-too-large', `the answer is larger than ${maximumBytes} bytes`)
  if (Number(response.headers.get('content-length')) > maximumBytes) {
    await response.body?.cancel()
    throw tooLarge()
  }
  const chunks: Uint8Array[] = []
  let size = 0
  if (response.body !== null) {
    for await (const chunk of response.body) {
      size += chunk.byteLength
      // Leaving the loop cancels the stream.
      if (size > maximumBytes) throw tooLarge()
      chunks.push(chunk)
    }
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size)
}

/** Rejects as soon as `signal` aborts, also where the injected `fetch` does not look at its signal. */
function untilAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}

async function exchange(fetch: typeof globalThis.fetch, request: WireRequest, signal: AbortSignal): Promise<WireReply> {
  const content = request.body?.content
  let body: RequestInit['body']
  let bodyError: unknown
  if (typeof content === 'string') body = content
  else if (content !== undefined) {
    body = ReadableStream.from(
      (async function* () {
        try {
          yield* content.open()
        } catch (error) {
          bodyError = error
          throw error
        }
      })(),
    )
  }
  const init: RequestInit & { duplex?: 'half' } = {
    method: request.method,
    headers: request.headers,
    redirect: 'manual',
    signal,
  }
  if (body !== undefined) init.body = body
  if (body instanceof ReadableStream) init.duplex = 'half'
  try {
    const response = await fetch(request.origin + request.path, init)
    const bytes = await readLimited(response, request.maximumBytes)
    return { status: response.status, headers: Object.fromEntries(response.headers), bytes }
  } catch (error) {
    throw bodyError === undefined ? error : new WireFailure('body-failed', 'the body could not be read', bodyError)
  }
}

/**
 * Sends through an injected `fetch`. It owns its connections, so addresses behind names are not checked here, and
 * whether a request was written can only be told from the error's code.
 */
export function createFetchSend(fetch: typeof globalThis.fetch): Send {
  return async (request) => {
    const caller = request.abortSignal
    if (caller?.aborted) throw new WireFailure('aborted-unsent', 'aborted before it was sent', caller.reason)
    const controller = new AbortController()
    const onAbort = () => controller.abort(new WireFailure('aborted', 'aborted by the caller', caller?.reason))
    caller?.addEventListener('abort', onAbort, { once: true })
    const timer = setTimeout(
      () => controller.abort(new WireFailure('answer-timeout', 'no whole answer in time')),
      request.timeoutMs,
    )
    try {
      return await untilAborted(controller.signal, exchange(fetch, request, controller.signal))
    } catch (error) {
      throw controller.signal.aborted ? wireFailure(controller.signal.reason, true) : wireFailure(error, undefined)
    } finally {
      clearTimeout(timer)
      caller?.removeEventListener('abort', onAbort)
    }
  }
}
