import { exactLength } from './exact-length.js'
import type { MultipartPart } from './operation.js'

/** A multipart/form-data body that can be read as often as needed, with its exact length. */
export interface MultipartBody {
  readonly mediaType: string
  readonly bytes: number
  readonly open: () => AsyncIterable<Uint8Array>
}

const encoder = new TextEncoder()

/** As browsers escape names (WHATWG HTML, multipart/form-data encoding algorithm). */
function quoted(name: string): string {
  return `"${name.replace(/\r\n|\r|\n/g, '%0D%0A').replace(/"/g, '%22')}"`
}

function headerOf(part: MultipartPart, boundary: string): Uint8Array {
  const disposition = `--${boundary}\r\nContent-Disposition: form-data; name=${quoted(part.name)}`
  if ('value' in part) return encoder.encode(`${disposition}\r\n\r\n`)
  const mediaType = part.mediaType.replace(/[\r\n]/g, ' ')
  return encoder.encode(`${disposition}; filename=${quoted(part.fileName)}\r\nContent-Type: ${mediaType}\r\n\r\n`)
}

const lineEnd = encoder.encode('\r\n')

/**
 * Encodes parts as multipart/form-data. Files are streamed: one chunk at a time is in memory, and none is asked for
 * before the one before was taken.
 *
 * Not `FormData`: undici 7's `request` hangs on it once `node:http` is loaded, and its `fetch` sends the global
 * FormData as text (seen with 7.30 on Node 24).
 *
 * @param boundary must not occur in the parts. @default random
 */
export function multipartBody(
  parts: readonly MultipartPart[],
  boundary = `likeness-${crypto.randomUUID()}`,
): MultipartBody {
  const framed = parts.map((part) => ({ part, header: headerOf(part, boundary) }))
  const end = encoder.encode(`--${boundary}--\r\n`)
  let bytes = end.byteLength
  for (const { part, header } of framed) {
    const content = 'value' in part ? encoder.encode(part.value).byteLength : part.bytes
    bytes += header.byteLength + content + lineEnd.byteLength
  }

  async function* open(): AsyncGenerator<Uint8Array, void> {
    for (const { part, header } of framed) {
      yield header
      if ('value' in part) yield encoder.encode(part.value)
      else yield* exactLength(part.fileName, part.bytes, part.open())
      yield lineEnd
    }
    yield end
  }

  return { mediaType: `multipart/form-data; boundary=${boundary}`, bytes, open }
}
