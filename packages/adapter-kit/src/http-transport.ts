import {
  type Attempt,
  type CallOptions,
  type Clock,
  LikenessError,
  type RequestPreview,
  systemClock,
} from '@likeness/core'
import { type Address, addressOf } from './address.js'
import type { Base } from './base-url.js'
import { type Failure, refusalError, wireFailureError } from './failure.js'
import { createFetchSend } from './fetch-send.js'
import { hostsOf } from './hosts.js'
import type { Operation, ReadError, Reply, Transport } from './operation.js'
import { masked, previewedBody, previewedFiles } from './preview.js'
import { createRedactor, isSecretName, type Redactor } from './redact.js'
import { readBody, readRefusalBody, UnreadableBody } from './reply-body.js'
import { bodyAsQuery, type EncodedBody, encodeBody } from './request-body.js'
import { Retriable, withRetry } from './retry.js'
import { retryAfterMs } from './retry-after.js'
import type { TransportInit } from './transport.js'
import { createUndiciSend } from './undici-send.js'
import { type Send, WireFailure, type WireReply } from './wire.js'

const DEFAULT_TIMEOUT_MS = 60_000
const DEFAULT_RETRIES = 3
const DEFAULT_MAXIMUM_BYTES = 20 * 1024 * 1024
const CONNECT_TIMEOUT_MS = 10_000

// RFC 9110, sections 5.1 and 5.5.
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** One call of `send`, the same for all its sends. */
interface Call {
  readonly operation: Operation
  readonly options: CallOptions | undefined
  readonly address: Address
  readonly headers: Record<string, string>
  readonly body: EncodedBody | undefined
}

/** The transport itself; `createTransport` loads it at the first call. */
export class HttpTransport implements Transport {
  readonly #init: TransportInit
  readonly #send: Send
  readonly #clock: Clock
  readonly #random: () => number
  readonly #timeoutMs: number
  readonly #maximumBytes: number
  readonly #maxRetries: number
  readonly #where: Parameters<typeof addressOf>[1]

  constructor(init: TransportInit, base: Base) {
    const { provider, settings } = init
    this.#init = init
    this.#clock = settings.clock ?? systemClock
    this.#random = init.random ?? Math.random
    this.#timeoutMs = init.timeoutMs ?? settings.timeoutMs ?? DEFAULT_TIMEOUT_MS
    this.#maximumBytes = init.maximumBytes ?? DEFAULT_MAXIMUM_BYTES
    this.#maxRetries = settings.maxRetries ?? DEFAULT_RETRIES
    this.#send =
      settings.fetch === undefined
        ? createUndiciSend(Math.min(CONNECT_TIMEOUT_MS, this.#timeoutMs))
        : createFetchSend(settings.fetch)
    this.#where = {
      provider,
      base,
      trustedOrigins: new Set([base.origin, ...(init.trustedOrigins ?? [])]),
      allowedHosts: [...(settings.allowedHosts ?? []), ...hostsOf([init.baseURL, ...(init.trustedOrigins ?? [])])],
    }
  }

  async send(operation: Operation, options?: CallOptions): Promise<Reply> {
    const signal = options?.abortSignal
    if (signal?.aborted) throw this.#aborted(operation, signal.reason)
    const call = await this.#prepare(operation, options)
    return withRetry(() => this.#sendOnce(call), {
      maxRetries: this.#maxRetries,
      clock: this.#clock,
      random: this.#random,
      abortSignal: signal,
      aborted: (reason) => this.#aborted(operation, reason),
    })
  }

  async preview(operation: Operation): Promise<RequestPreview> {
    const { credentialHeader = 'authorization' } = this.#init
    const { address, headers, body } = await this.#prepare(operation, undefined, () => ({ [credentialHeader]: '***' }))
    return {
      operation: operation.name,
      method: operation.method,
      url: address.origin + address.path,
      headers: masked(headers),
      body: body === undefined ? null : previewedBody(operation.body),
      files: previewedFiles(operation.body),
    }
  }

  async #prepare(
    operation: Operation,
    options: CallOptions | undefined,
    authorization = this.#init.authorization,
  ): Promise<Call> {
    const { settings } = this.#init
    const asQuery = settings.fetch !== undefined && operation.method === 'GET' && operation.body !== undefined
    const moved = asQuery && operation.body !== undefined ? bodyAsQuery(operation.body) : undefined
    const body = operation.body === undefined || moved !== undefined ? undefined : encodeBody(operation.body)
    const address = addressOf(operation, this.#where, moved)
    const headers: Record<string, string> = { accept: '*/*', 'user-agent': 'likeness' }
    if (body !== undefined) {
      headers['content-type'] = body.mediaType
      if (typeof body.content !== 'string') headers['content-length'] = String(body.content.bytes)
    }
    if (address.trusted) merge(headers, settings.headers)
    merge(headers, operation.headers)
    if (address.trusted) {
      merge(headers, options?.headers)
      merge(headers, await authorization())
    }
    this.#checkHeaders(operation, headers)
    return { operation, options, address, headers, body }
  }

  /** Before any client sees them: `fetch` quotes the value it refuses, and says no more clearly that it sent nothing. */
  #checkHeaders(operation: Operation, headers: Readonly<Record<string, string>>): void {
    const { provider } = this.#init
    for (const name in headers) {
      if (HEADER_NAME.test(name) && HEADER_VALUE.test(headers[name] ?? '')) continue
      const message = 'holds a line break or another character that a header cannot'
      const field = `headers.${HEADER_NAME.test(name) ? name : JSON.stringify(name)}`
      throw new LikenessError({
        kind: 'invalid-request',
        message: `${provider}: ${operation.name}: ${field} ${message}`,
        provider,
        operation: operation.name,
        fields: [{ field, message }],
        hint: isSecretName(name) ? 'Check the API key: it may have been copied with something around it.' : undefined,
      })
    }
  }

  async #sendOnce(call: Call): Promise<Reply> {
    const { operation, options } = call
    const startedAt = this.#clock.now()
    let failure: Failure
    try {
      const reply = await this.#send({
        method: operation.method,
        origin: call.address.origin,
        path: call.address.path,
        headers: call.headers,
        body: call.body,
        timeoutMs: operation.timeoutMs ?? this.#timeoutMs,
        maximumBytes: this.#maximumBytes,
        abortSignal: options?.abortSignal,
        guarded: call.address.guarded,
      })
      const { status } = reply
      if ((status >= 200 && status < 300) || operation.accept?.includes(status)) {
        const accepted = { status, headers: reply.headers, body: readBody(reply.bytes, reply.headers['content-type']) }
        this.#report(call, startedAt, 'accepted')
        return accepted
      }
      failure = this.#refusal(call, reply)
    } catch (error) {
      failure = this.#failure(call, error)
    }
    this.#report(call, startedAt, failure.outcome, failure.error)
    throw new Retriable(failure)
  }

  #refusal(call: Call, { status, headers, bytes }: WireReply): Failure {
    const reply: Reply = { status, headers, body: readRefusalBody(bytes, headers['content-type']) }
    const vendor = this.#readError(reply, call.operation)
    return refusalError(this.#context(call), reply, vendor, retryAfterMs(headers, this.#clock.now()))
  }

  /** An adapter that stumbles over an unusual body must not hide that the vendor refused. */
  #readError(reply: Reply, operation: Operation): ReturnType<ReadError> {
    try {
      return this.#init.readError(reply, operation)
    } catch (cause) {
      return { cause }
    }
  }

  #failure(call: Call, error: unknown): Failure {
    const context = this.#context(call)
    if (error instanceof UnreadableBody) return wireFailureError(context, 'answer-unreadable', error.message, error)
    if (error instanceof WireFailure) return wireFailureError(context, error.ending, error.message, error.cause)
    throw error
  }

  #context(call: Call): { provider: string; operation: Operation; redactor: Redactor } {
    const secrets = Object.entries(call.headers).flatMap(([name, value]) => (isSecretName(name) ? [value] : []))
    return { provider: this.#init.provider, operation: call.operation, redactor: createRedactor(secrets) }
  }

  #report(call: Call, startedAt: number, outcome: Attempt['outcome'], error?: LikenessError): void {
    const onAttempt = call.options?.onAttempt
    if (onAttempt === undefined || call.operation.effect !== 'paid') return
    const at = new Date(startedAt).toISOString()
    const ms = this.#clock.now() - startedAt
    const { provider } = this.#init
    try {
      onAttempt({ provider, operation: call.operation.name, outcome, at, ms, error })
    } catch (thrown) {
      // The job may be running by now: losing its handle to a listener's mistake would be worse than a warning.
      process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
    }
  }

  #aborted(operation: Operation, reason: unknown): LikenessError {
    const { provider } = this.#init
    const message = `${provider}: ${operation.name}: aborted by the caller`
    return new LikenessError({ kind: 'aborted', message, provider, operation: operation.name, cause: reason })
  }
}

function merge(into: Record<string, string>, from: Readonly<Record<string, string>> | undefined): void {
  for (const name in from) {
    const value = from[name]
    if (value !== undefined) into[name.toLowerCase()] = value
  }
}
