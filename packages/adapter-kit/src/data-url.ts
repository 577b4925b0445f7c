import { LikenessError } from '@likeness/core'

/** What a `data:` URL holds. */
export interface DataUrl {
  /** As written; absent where the URL names none. */
  readonly mediaType: string | undefined
  readonly bytes: Uint8Array
}

function invalid(message: string): LikenessError {
  return new LikenessError({ kind: 'invalid-response', retry: 'never', message: `the data: URL ${message}` })
}

/**
 * Decodes a `data:` URL (RFC 2397).
 *
 * @param maximumBytes checked before anything is decoded
 * @throws LikenessError `invalid-response` when it is malformed or too large
 */
export function decodeDataUrl(url: string, maximumBytes: number): DataUrl {
  const comma = url.indexOf(',')
  if (!/^data:/i.test(url) || comma < 0) throw invalid('is malformed')
  const [type = '', ...parameters] = url.slice('data:'.length, comma).split(';')
  const base64 = parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64')
  const length = url.length - comma - 1
  // Percent-encoding makes text up to three times as long, base64 bytes by a third.
  if ((base64 ? Math.floor((length * 3) / 4) - 2 : length / 3) > maximumBytes) {
    throw invalid(`holds more than ${maximumBytes} bytes`)
  }
  const content = url.slice(comma + 1)
  const bytes = base64 ? fromBase64(content) : fromPercent(content)
  if (bytes.byteLength > maximumBytes) throw invalid(`holds more than ${maximumBytes} bytes`)
  return { mediaType: type.trim() === '' ? undefined : type.trim().toLowerCase(), bytes }
}

function fromPercent(content: string): Uint8Array {
  try {
    return new TextEncoder().encode(decodeURIComponent(content))
  } catch {
    throw invalid('is malformed')
  }
}

function fromBase64(content: string): Uint8Array {
  const text = content.includes('%') ? Buffer.from(fromPercent(content)).toString('latin1') : content
  // Without its white space first: one pattern for both would take quadratic time over a hostile run of blanks.
  const digits = text.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(digits)) throw invalid('is not base64')
  return Buffer.from(digits, 'base64')
}
