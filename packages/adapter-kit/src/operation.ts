import type { CallOptions, LikenessErrorInit, RequestPreview } from '@likeness/core'

/**
 * Whether a request may be sent again after a failure that leaves its arrival open. `read`: yes, repeating it neither
 * costs money nor changes anything further (reads, uploads to a fixed place, deletes, cancels). `paid`: it may start
 * billed work, so it is sent again only when it certainly did not arrive.
 */
export type Effect = 'read' | 'paid'

/** One part of a multipart body. */
export type MultipartPart =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string
      readonly fileName: string
      readonly mediaType: string
      readonly bytes: number
      readonly open: () => AsyncIterable<Uint8Array>
    }

/** A request body. Streams are opened anew for each send, and their length is known beforehand. */
export type RequestBody =
  | { readonly type: 'json'; readonly value: unknown }
  | { readonly type: 'form'; readonly fields: Readonly<Record<string, string>> }
  | { readonly type: 'multipart'; readonly parts: readonly MultipartPart[] }
  | {
      readonly type: 'stream'
      readonly mediaType: string
      readonly bytes: number
      readonly open: () => AsyncIterable<Uint8Array>
    }

/** One HTTP request as an adapter describes it. */
export interface Operation {
  /** Neutral name, as errors and attempts show it: `generation.submit`, `fine-tune.status`, `upload`. */
  readonly name: string
  readonly effect: Effect
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the base URL (`/tunes`), or an absolute URL. The key goes along only to the base URL's origin. */
  readonly url: string
  /**
   * Sends the request without the key although it goes elsewhere, e.g. a presigned upload URL from the vendor. The URL
   * is untrusted and must pass the download guard.
   */
  readonly untrusted?: boolean
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** Also allowed on GET (Segmind needs it); then a `query` fallback is used where an injected `fetch` cannot. */
  readonly body?: RequestBody
  /** Until the answer has been read, in milliseconds. @default the transport's */
  readonly timeoutMs?: number
  /** Statuses outside 200-299 that are an answer and not a failure (fal's 400 ALREADY_COMPLETED). */
  readonly accept?: readonly number[]
}

/** An answer that was read to its end. */
export interface Reply {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON where the body is JSON; its text where it is text; the bytes where it is neither; `undefined` if empty. */
  readonly body: unknown
}

/**
 * Reads a vendor's refusal: what its status and body say of kind, message, code, fields, hint. What it leaves out is
 * filled in from the status by the kit.
 */
export type ReadError = (reply: Reply, operation: Operation) => Partial<LikenessErrorInit>

/** Sends operations to one vendor. */
export interface Transport {
  /**
   * @throws LikenessError for every failure: `outcome-unknown` (billed `maybe`) where a paid request got no clear
   * answer, else the kind that `ReadError` or the status says
   */
  send(operation: Operation, options?: CallOptions): Promise<Reply>
  /**
   * What `send` would send, with the key as `***`: needs no key and sends nothing. Files of a form stand in its body as
   * `<file: name>` and are listed under `files`.
   */
  preview(operation: Operation): Promise<RequestPreview>
}
