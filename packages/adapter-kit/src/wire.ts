import type { Ending } from './outcome.js'
import type { EncodedBody } from './request-body.js'

/** One request on the wire. */
export interface WireRequest {
  readonly method: string
  /** Scheme, host and port. */
  readonly origin: string
  /** Path and query. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Record<string, string>
  readonly body: EncodedBody | undefined
  readonly timeoutMs: number
  /** Largest answer that is read, in bytes. */
  readonly maximumBytes: number
  readonly abortSignal: AbortSignal | undefined
  /** Refuse to connect to private addresses. */
  readonly guarded: boolean
}

/** An answer whose body was read to its end and not yet understood. */
export interface WireReply {
  readonly status: number
  readonly headers: Record<string, string>
  readonly bytes: Uint8Array
}

/** Sends one request once. Rejects with {@link WireFailure} only. */
export type Send = (request: WireRequest) => Promise<WireReply>

/** A send that brought no whole answer. */
export class WireFailure extends Error {
  override readonly name = 'WireFailure'
  readonly ending: Exclude<Ending, number>

  constructor(ending: Exclude<Ending, number>, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.ending = ending
  }
}
