import { isUtf8 } from 'node:buffer'

const BINARY = /^(?:image|video|audio|font)\/|^application\/(?:zip|octet-stream|pdf|x-tar|gzip|safetensors)/i
const JSON_TYPE = /[/+]json\b/i

/** A status of success came with a body that says it is JSON and is not. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody'
}

function looksLikeJson(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte === 0x7b || byte === 0x5b) return true
    const blank = byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0xef || byte === 0xbb || byte === 0xbf
    if (!blank) return false
  }
  return false
}

function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/**
 * A body as `Reply.body` has it: parsed JSON, also under a wrong content type; text; bytes; `undefined` if empty.
 *
 * @throws UnreadableBody when it looks like JSON or says so, and is not (truncated by a proxy, say)
 */
export function readBody(bytes: Uint8Array, contentType: string | undefined): unknown {
  if (bytes.byteLength === 0) return undefined
  const json = looksLikeJson(bytes)
  if (!json && contentType !== undefined && BINARY.test(contentType)) return bytes
  if (json || (contentType !== undefined && JSON_TYPE.test(contentType))) {
    const text = textOf(bytes)
    try {
      return JSON.parse(text) as unknown
    } catch (cause) {
      const claimed = contentType === undefined || JSON_TYPE.test(contentType)
      if (!claimed) return text
      throw new UnreadableBody(`the body is not JSON: ${text.slice(0, 80)}`, { cause })
    }
  }
  return contentType?.startsWith('text/') || isUtf8(bytes) ? textOf(bytes) : bytes
}

/** The same for a refusal, where broken JSON is as good as any text. */
export function readRefusalBody(bytes: Uint8Array, contentType: string | undefined): unknown {
  try {
    return readBody(bytes, contentType)
  } catch (error) {
    if (error instanceof UnreadableBody) return textOf(bytes)
    throw error
  }
}
