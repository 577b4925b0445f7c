import { type Download, LikenessError, type LikenessErrorInit, systemClock } from '@likeness/core'
import { decodeDataUrl } from './data-url.js'
import type { DownloadOptions } from './download.js'
import {
  type DownloadLimits,
  type DownloadSource,
  fetchSource,
  type OpenSource,
  undiciSource,
} from './download-source.js'
import { type Failure, type FailureContext, refusalError, wireFailureError } from './failure.js'
import { checkUntrustedUrl } from './guard.js'
import { mediaTypeOf } from './media-type.js'
import type { Operation } from './operation.js'
import { createPools } from './pools.js'
import { createRedactor } from './redact.js'
import { Retriable, withRetry } from './retry.js'
import { retryAfterMs } from './retry-after.js'
import { WireFailure } from './wire.js'

const DEFAULT_MAXIMUM_BYTES = 100 * 1024 * 1024
const DEFAULT_RETRIES = 4
const CONNECT_TIMEOUT_MS = 10_000
const MOST_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

const pools = createPools(CONNECT_TIMEOUT_MS)

const GONE_HINT = 'Vendors keep results for a limited time: save pictures as soon as they are made.'

/** The operation as errors show it. Reading a file is never billed. */
function operationOf(url: string): Operation {
  return { name: 'download', effect: 'read', method: 'GET', url, untrusted: true }
}

/** A download in progress whose first byte has come. */
interface Begun {
  readonly source: DownloadSource
  readonly first: Uint8Array
  readonly rest: AsyncIterator<Uint8Array>
}

function tooLarge(context: FailureContext, maximumBytes: number): LikenessError {
  const message = `the file is larger than ${maximumBytes} bytes`
  return wireFailureError(context, 'answer-too-large', message, undefined).error
}

async function follow(options: DownloadOptions, open: OpenSource, limits: DownloadLimits): Promise<DownloadSource> {
  let { url } = options
  for (let hop = 0; ; hop++) {
    const source = await open(checkUntrustedUrl(url, options.allowedHosts ?? []), limits)
    const { location } = source.headers
    if (!REDIRECTS.has(source.status) || location === undefined) return source
    await source.discard()
    if (hop === MOST_REDIRECTS || !URL.canParse(location, url)) {
      throw new LikenessError({
        kind: 'invalid-response',
        retry: 'never',
        message: hop === MOST_REDIRECTS ? `more than ${MOST_REDIRECTS} redirects` : 'a redirect to no valid URL',
      })
    }
    url = new URL(location, url).href
  }
}

/** A file that is not there: storage that lags behind answers so too, hence it is tried again. */
function refusal(context: FailureContext, source: DownloadSource, now: number): Failure {
  const gone = source.status === 404 || source.status === 410
  const vendor: Partial<LikenessErrorInit> = gone
    ? { message: 'the file is gone', kind: 'expired', hint: GONE_HINT }
    : { message: 'the file cannot be read' }
  const reply = { status: source.status, headers: source.headers, body: undefined }
  const failure = refusalError(context, reply, vendor, retryAfterMs(source.headers, now))
  return source.status === 404 ? { ...failure, resend: true } : failure
}

function failureOf(context: FailureContext, error: unknown): Failure {
  if (error instanceof WireFailure) return wireFailureError(context, error.ending, error.message, error.cause)
  // The guard's and the redirect's refusals; anything else is a defect and passes through.
  if (!LikenessError.is(error)) throw error
  const message = context.redactor.text(`${context.provider}: download: ${error.message}`)
  const known = error.with({ message, provider: context.provider, operation: 'download', cause: undefined })
  return { error: known, outcome: 'rejected', resend: false }
}

async function begin(
  options: DownloadOptions,
  context: FailureContext,
  open: OpenSource,
  limits: DownloadLimits,
  now: number,
): Promise<Begun> {
  try {
    const source = await follow(options, open, limits)
    if (source.status < 200 || source.status > 299) {
      await source.discard()
      throw new Retriable(refusal(context, source, now))
    }
    const rest = source.chunks[Symbol.asyncIterator]()
    const { value } = await rest.next()
    return { source, first: value ?? new Uint8Array(0), rest }
  } catch (error) {
    throw error instanceof Retriable ? error : new Retriable(failureOf(context, error))
  }
}

/** An iterator and no generator: closing a generator that was never asked for a chunk would not reach the connection. */
function limited({ first, rest }: Begun, context: FailureContext, maximumBytes: number): AsyncIterable<Uint8Array> {
  let size = 0
  let waiting: Uint8Array | undefined = first.byteLength > 0 ? first : undefined
  const close = async () => {
    waiting = undefined
    await rest.return?.()
  }
  const iterator: AsyncIterator<Uint8Array, void> = {
    async next() {
      try {
        const taken: IteratorResult<Uint8Array, void> =
          waiting === undefined ? await rest.next() : { done: false, value: waiting }
        waiting = undefined
        if (taken.done === true) return { done: true, value: undefined }
        size += taken.value.byteLength
        if (size > maximumBytes) throw tooLarge(context, maximumBytes)
        return taken
      } catch (error) {
        await close()
        throw error instanceof WireFailure ? failureOf(context, error).error : error
      }
    },
    async return() {
      await close()
      return { done: true, value: undefined }
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}

function fromDataUrl(url: string, maximumBytes: number): Download {
  const { mediaType, bytes } = decodeDataUrl(url, maximumBytes)
  return {
    stream: (async function* () {
      yield bytes
    })(),
    mediaType: mediaTypeOf(mediaType, bytes),
    bytes: bytes.byteLength,
  }
}

/** What `download` does, loaded at its first call. */
export async function downloadFile(options: DownloadOptions): Promise<Download> {
  const { url, provider, abortSignal, clock = systemClock } = options
  const maximumBytes = options.maximumBytes ?? DEFAULT_MAXIMUM_BYTES
  const context = { provider, operation: operationOf(url), redactor: createRedactor() }
  const aborted = (reason: unknown) => failureOf(context, new WireFailure('aborted', 'aborted', reason)).error
  if (abortSignal?.aborted) throw aborted(abortSignal.reason)
  if (/^data:/i.test(url)) return fromDataUrl(url, maximumBytes)
  const open = options.fetch === undefined ? undiciSource(pools) : fetchSource(options.fetch)
  const limits = { timeoutMs: options.timeoutMs ?? 60_000, idleTimeoutMs: options.idleTimeoutMs ?? 30_000, abortSignal }
  const begun = await withRetry(() => begin(options, context, open, limits, clock.now()), {
    maxRetries: options.maxRetries ?? DEFAULT_RETRIES,
    clock,
    random: options.random ?? Math.random,
    abortSignal,
    aborted,
  })
  const { headers } = begun.source
  // Of a compressed body the header counts what is on the wire.
  const plain = headers['content-encoding'] === undefined && headers['content-length'] !== undefined
  const announced = plain ? Number(headers['content-length']) : undefined
  if (announced !== undefined && announced > maximumBytes) {
    await begun.rest.return?.()
    throw tooLarge(context, maximumBytes)
  }
  return {
    stream: limited(begun, context, maximumBytes),
    mediaType: mediaTypeOf(headers['content-type'], begun.first),
    bytes: announced,
  }
}
