import { exactLength } from './exact-length.js'
import { multipartBody } from './multipart.js'
import type { RequestBody } from './operation.js'

/** A request body as it goes out. */
export interface EncodedBody {
  readonly mediaType: string
  readonly content:
    | string
    | {
        readonly bytes: number
        /** Makes a new read of the whole body; called once for each send. */
        readonly open: () => AsyncIterable<Uint8Array>
      }
}

/** Encodes a body; nothing is read yet. */
export function encodeBody(body: RequestBody): EncodedBody {
  switch (body.type) {
    case 'json':
      return { mediaType: 'application/json', content: JSON.stringify(body.value) }
    case 'form':
      return {
        mediaType: 'application/x-www-form-urlencoded',
        content: new URLSearchParams({ ...body.fields }).toString(),
      }
    case 'multipart': {
      const { mediaType, bytes, open } = multipartBody(body.parts)
      return { mediaType, content: { bytes, open } }
    }
    case 'stream':
      return {
        mediaType: body.mediaType,
        content: { bytes: body.bytes, open: () => exactLength('the upload', body.bytes, body.open()) },
      }
    default: {
      const never: never = body
      throw new TypeError(`unknown body: ${JSON.stringify(never)}`)
    }
  }
}

function queryValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * The fields of a JSON or form body as query parameters, for a GET that must not carry a body because `fetch` refuses
 * it. Assumption: Segmind, the one vendor with such requests, documents only the body; its third-party OpenAPI shows
 * the same names in the query (2026-08).
 */
export function bodyAsQuery(body: RequestBody): Readonly<Record<string, string>> | undefined {
  if (body.type === 'form') return body.fields
  if (body.type !== 'json' || typeof body.value !== 'object' || body.value === null) return undefined
  return Object.fromEntries(
    Object.entries(body.value)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, queryValue(value)]),
  )
}
