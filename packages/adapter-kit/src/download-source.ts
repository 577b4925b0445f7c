import type { Readable } from 'node:stream'
import { lazy } from '@likeness/core'
import type { Dispatcher } from 'undici'
import type { CheckedUrl } from './guard.js'
import type { Pools } from './pools.js'
import { WireFailure } from './wire.js'
import { wireFailure } from './wire-failure.js'

/** The answer to one GET whose body is still to come. */
export interface DownloadSource {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Rejects with {@link WireFailure}. Leaving it early closes the connection. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** Gives the body up. */
  discard(): Promise<void>
}

/** What bounds one GET. */
export interface DownloadLimits {
  /** Until the headers, in milliseconds. */
  readonly timeoutMs: number
  /** Between two chunks, in milliseconds. */
  readonly idleTimeoutMs: number
  readonly abortSignal: AbortSignal | undefined
}

/** Opens one URL. Redirects are not followed. */
export type OpenSource = (target: CheckedUrl, limits: DownloadLimits) => Promise<DownloadSource>

// Pictures do not compress, and undici would leave undoing it to us.
const HEADERS = { accept: 'image/*,*/*;q=0.5', 'accept-encoding': 'identity', 'user-agent': 'likeness' }

function failureOf(error: unknown, signal: AbortSignal | undefined): WireFailure {
  if (signal?.aborted) return new WireFailure('aborted', 'aborted by the caller', signal.reason)
  return wireFailure(error, undefined)
}

// Gives every pool its `request`, which streams with back-pressure; see pools.ts for why it is not loaded at once.
const loadRequest = lazy(() => import('undici'))

/** Opens URLs over undici, with addresses checked at connect where the target says so. */
export function undiciSource(pools: Pools): OpenSource {
  return async ({ url, guarded }, { timeoutMs, idleTimeoutMs, abortSignal }) => {
    const options: Dispatcher.RequestOptions = {
      method: 'GET',
      path: url.pathname + url.search,
      headers: HEADERS,
      headersTimeout: timeoutMs,
      bodyTimeout: idleTimeoutMs,
      signal: abortSignal ?? null,
    }
    try {
      await loadRequest()
      const pool = await pools.get(url.origin, guarded)
      const { statusCode, headers, body } = await pool.request(options)
      const flat = Object.entries(headers).map(([name, value]) => [name, String(value ?? '')])
      return {
        status: statusCode,
        headers: Object.fromEntries(flat),
        chunks: translated(await decoded(body, headers['content-encoding']), abortSignal),
        discard: async () => {
          // Reading a short rest keeps the connection; a long one is cut off. Either way nothing is left to report.
          await body.dump({ limit: 16_384 }).catch(() => undefined)
        },
      }
    } catch (error) {
      throw failureOf(error, abortSignal)
    }
  }
}

/** Undoes what a server compressed although nobody asked; `fetch` does so itself. Flat in memory. */
async function decoded(body: Readable, contentEncoding: unknown): Promise<AsyncIterable<Uint8Array>> {
  const encodings = String(contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== 'identity')
  if (encodings.length === 0) return body
  const { createBrotliDecompress, createGunzip, createInflate } = await import('node:zlib')
  const { pipeline } = await import('node:stream')
  const [encoding] = encodings
  const known = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress }
  const create = encodings.length === 1 ? Object.entries(known).find(([name]) => name === encoding)?.[1] : undefined
  if (create === undefined) {
    // The stream reports its own end as an error; the one below says more.
    body.on('error', () => undefined).destroy()
    throw new WireFailure('answer-unreadable', `unknown content encoding ${encodings.join(', ').slice(0, 40)}`)
  }
  // Its errors come out of the stream that is returned.
  return pipeline(body, create(), () => undefined)
}

async function* translated(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of body) yield chunk
  } catch (error) {
    throw failureOf(error, signal)
  }
}

/** Opens URLs through an injected `fetch`, which owns the connection; names are not resolved here. */
export function fetchSource(fetch: typeof globalThis.fetch): OpenSource {
  return async ({ url }, { timeoutMs, idleTimeoutMs, abortSignal }) => {
    const controller = new AbortController()
    const onAbort = () => controller.abort(abortSignal?.reason)
    const onTimeout = () => controller.abort(new WireFailure('answer-timeout', 'no answer in time'))
    abortSignal?.addEventListener('abort', onAbort, { once: true })
    let timer = setTimeout(onTimeout, timeoutMs)
    const release = () => {
      clearTimeout(timer)
      abortSignal?.removeEventListener('abort', onAbort)
    }
    const untilAborted = <Value>(work: Promise<Value>) =>
      new Promise<Value>((resolve, reject) => {
        if (controller.signal.aborted) return reject(controller.signal.reason)
        const fail = () => reject(controller.signal.reason)
        controller.signal.addEventListener('abort', fail, { once: true })
        work.then(resolve, reject).then(() => controller.signal.removeEventListener('abort', fail), reject)
      })

    async function* chunks(response: Response): AsyncGenerator<Uint8Array, void> {
      const reader = response.body?.getReader()
      let ended = reader === undefined
      try {
        while (reader !== undefined) {
          clearTimeout(timer)
          timer = setTimeout(onTimeout, idleTimeoutMs)
          const { done, value } = await untilAborted(reader.read())
          ended = done
          if (done) return
          clearTimeout(timer)
          yield value
        }
      } catch (error) {
        throw failureOf(error, abortSignal)
      } finally {
        release()
        if (!ended) await reader?.cancel().catch(() => undefined)
      }
    }

    try {
      const init: RequestInit = { headers: HEADERS, redirect: 'manual', signal: controller.signal }
      const response = await untilAborted(fetch(url.href, init))
      clearTimeout(timer)
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        chunks: chunks(response),
        discard: async () => {
          release()
          await response.body?.cancel().catch(() => undefined)
        },
      }
    } catch (error) {
      release()
      throw failureOf(error, abortSignal)
    }
  }
}
