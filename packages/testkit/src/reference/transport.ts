import {
  type AttemptOutcome,
  type CallOptions,
  type Clock,
  type ErrorKind,
  LikenessError,
  type RequestPreview,
} from '@likeness/core'

/** One request to the reference vendor. */
export interface ReferenceRequest {
  /** Neutral name, e.g. `generation.submit`. */
  readonly name: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly bytes?: Uint8Array
}

export interface TransportSettings {
  readonly provider: string
  readonly origin: string
  readonly apiKey: string | (() => string | Promise<string>)
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

const kinds: Readonly<Record<number, ErrorKind>> = {
  401: 'authentication',
  402: 'insufficient-credits',
  403: 'permission',
  404: 'not-found',
  409: 'conflict',
  410: 'not-found',
  429: 'rate-limited',
}

const hints: Partial<Record<ErrorKind, string>> = {
  authentication: 'Check the key.',
  'insufficient-credits': 'Top up the account.',
}

/** What a failed send means, before it is known whether money was involved. */
interface Failure {
  readonly kind: ErrorKind
  readonly message: string
  /** It certainly did not arrive, or the vendor took nothing. */
  readonly rejected: boolean
  readonly again: 'always' | 'read' | 'never'
  readonly status?: number
  readonly code?: string
  readonly field?: string
  readonly retryAfterMs?: number
}

interface VendorError {
  readonly code?: string
  readonly message?: string
  readonly field?: string
}

function vendorError(text: string): VendorError {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && 'error' in body) return body.error as VendorError
  } catch {
    // An HTML page of a gateway; its status says enough.
  }
  return {}
}

function retryAfter(header: string | null, now: number): { retryAfterMs?: number } {
  if (header === null) return {}
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(ms) ? { retryAfterMs: Math.max(0, ms) } : {}
}

function refusal(response: Response, text: string, now: number): Failure {
  const { status } = response
  const { code, message, field } = vendorError(text)
  const server = status >= 500
  const kind = code === 'blocked' ? 'content-blocked' : (kinds[status] ?? (server ? 'unavailable' : 'invalid-request'))
  return {
    kind,
    message: message ?? `HTTP ${status}`,
    rejected: !server || status === 503,
    again: status === 429 ? 'always' : server ? 'read' : 'never',
    status,
    ...(code === undefined ? {} : { code }),
    ...(field === undefined ? {} : { field }),
    ...retryAfter(response.headers.get('retry-after'), now),
  }
}

function networkFailure(error: unknown, timedOut: boolean): Failure {
  if (timedOut) return { kind: 'timeout', message: 'no answer in time', rejected: false, again: 'read' }
  const cause: unknown = error instanceof Error ? error.cause : undefined
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown'
  const unsent = code === 'ECONNREFUSED' || code === 'ENOTFOUND'
  return {
    kind: 'network',
    message: `the connection failed (${code})`,
    rejected: unsent,
    again: unsent ? 'always' : 'read',
  }
}

const attempts = 4

/**
 * Sends requests to the reference vendor: repeats reads, and paid requests only where they certainly did not arrive.
 * Rejects with LikenessError only.
 */
export function createTransport(settings: TransportSettings) {
  const { provider, clock } = settings

  const headersOf = ({ body }: ReferenceRequest, options: CallOptions, authorization: string) => ({
    ...settings.headers,
    ...options.headers,
    authorization,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  })

  async function once(request: ReferenceRequest, options: CallOptions): Promise<{ body: unknown } | Failure> {
    const apiKey = typeof settings.apiKey === 'string' ? settings.apiKey : await settings.apiKey()
    const timeout = new AbortController()
    const timer = setTimeout(() => timeout.abort(), settings.timeoutMs)
    const onAbort = () => timeout.abort()
    options.abortSignal?.addEventListener('abort', onAbort)
    try {
      const response = await settings.fetch(settings.origin + request.path, {
        method: request.method,
        redirect: 'manual',
        signal: timeout.signal,
        headers: headersOf(request, options, `Bearer ${apiKey}`),
        body:
          request.body === undefined
            ? ((request.bytes as Uint8Array<ArrayBuffer>) ?? null)
            : JSON.stringify(request.body),
      })
      const text = await response.text()
      if (!response.ok) return refusal(response, text, clock.now())
      try {
        return { body: response.status === 204 ? undefined : JSON.parse(text) }
      } catch {
        return {
          kind: 'invalid-response',
          message: 'the answer is not JSON',
          rejected: false,
          again: 'read',
          status: response.status,
        }
      }
    } catch (error) {
      return networkFailure(error, timeout.signal.aborted)
    } finally {
      clearTimeout(timer)
      options.abortSignal?.removeEventListener('abort', onAbort)
    }
  }

  function errorOf(request: ReferenceRequest, failure: Failure, options: CallOptions): LikenessError {
    const paid = request.name.endsWith('.submit')
    const { status, code, field, retryAfterMs } = failure
    const about = { provider, operation: request.name, status, code, retryAfterMs }
    if (options.abortSignal?.aborted) {
      const message = `${request.name} was aborted.`
      return new LikenessError({
        kind: 'aborted',
        message,
        billed: paid ? 'maybe' : 'no',
        ...about,
        cause: options.abortSignal.reason,
      })
    }
    const unknown = paid && !failure.rejected
    return new LikenessError({
      kind: unknown ? 'outcome-unknown' : failure.kind,
      message: `${provider} ${request.name}: ${failure.message}`,
      billed: unknown ? 'maybe' : 'no',
      hint: hints[failure.kind],
      fields: field === undefined ? undefined : [{ field, message: failure.message }],
      ...about,
    })
  }

  async function send(request: ReferenceRequest, options: CallOptions = {}): Promise<unknown> {
    const paid = request.name.endsWith('.submit')
    for (let failures = 1; ; failures += 1) {
      if (options.abortSignal?.aborted) {
        const message = `${request.name} was aborted before it was sent.`
        throw new LikenessError({
          kind: 'aborted',
          message,
          provider,
          operation: request.name,
          cause: options.abortSignal.reason,
        })
      }
      const at = clock.now()
      const result = await once(request, options)
      const error = 'kind' in result ? errorOf(request, result, options) : undefined
      if (paid) {
        const outcome: AttemptOutcome =
          error === undefined ? 'accepted' : error.billed === 'no' ? 'rejected' : 'unknown'
        const attempt = {
          provider,
          operation: request.name,
          outcome,
          at: new Date(at).toISOString(),
          ms: clock.now() - at,
          error,
        }
        options.onAttempt?.(attempt)
      }
      if (!('kind' in result)) return result.body
      const again = result.again === 'always' || (result.again === 'read' && !paid)
      if (error?.kind === 'aborted' || !again || failures === attempts) throw error
      await pause(result.retryAfterMs ?? 500 * 2 ** failures, request, options)
    }
  }

  async function pause(ms: number, request: ReferenceRequest, options: CallOptions): Promise<void> {
    try {
      await clock.sleep(ms, options.abortSignal)
    } catch (cause) {
      throw new LikenessError({
        kind: 'aborted',
        message: `${request.name} was aborted.`,
        provider,
        operation: request.name,
        cause,
      })
    }
  }

  return {
    send,
    /** What `send` would send, without the key. */
    preview: (request: ReferenceRequest): Omit<RequestPreview, 'files'> => ({
      operation: request.name,
      method: request.method,
      url: settings.origin + request.path,
      headers: headersOf(request, {}, '***'),
      body: JSON.parse(JSON.stringify(request.body ?? null)),
    }),
  }
}

export type Transport = ReturnType<typeof createTransport>
export type Send = Transport['send']
