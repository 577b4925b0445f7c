import { WireFailure } from './wire.js'

// Loaded for the first compressed answer, which is rare: none is asked for.
const zlib = () => process.getBuiltinModule('node:zlib')

function decodeOne(bytes: Uint8Array, encoding: string, maxOutputLength: number): Uint8Array {
  switch (encoding) {
    case '':
    case 'identity':
      return bytes
    case 'gzip':
    case 'x-gzip':
      return zlib().gunzipSync(bytes, { maxOutputLength })
    case 'deflate':
      return zlib().inflateSync(bytes, { maxOutputLength })
    case 'br':
      return zlib().brotliDecompressSync(bytes, { maxOutputLength })
    default:
      throw new RangeError(`unknown content encoding ${encoding}`)
  }
}

/**
 * Undoes a `Content-Encoding`. undici leaves it to us, and a proxy on the way may compress although nobody asked.
 *
 * @throws WireFailure `answer-too-large` beyond `maximumBytes`, `answer-unreadable` where it cannot be undone
 */
export function decodeContent(bytes: Uint8Array, contentEncoding: string, maximumBytes: number): Uint8Array {
  try {
    return contentEncoding
      .toLowerCase()
      .split(',')
      .reverse()
      .reduce((decoded, encoding) => decodeOne(decoded, encoding.trim(), maximumBytes), bytes)
  } catch (error) {
    const tooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    if (tooLarge) throw new WireFailure('answer-too-large', `the answer is larger than ${maximumBytes} bytes`)
    throw new WireFailure('answer-unreadable', 'the answer cannot be decompressed', error)
  }
}
