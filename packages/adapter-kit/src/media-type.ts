function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}

function startsWith(bytes: Uint8Array, ...signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte)
}

/** The media type that the first bytes of a file tell, for what vendors deliver; `undefined` for anything else. */
export function sniffMediaType(bytes: Uint8Array): string | undefined {
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp'
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'image/gif'
  if (ascii(bytes, 4, 8) === 'ftyp') {
    const brand = ascii(bytes, 8, 12)
    if (brand === 'avif' || brand === 'avis') return 'image/avif'
    if (/^(?:heic|heix|mif1|msf1)$/.test(brand)) return 'image/heic'
  }
  if (startsWith(bytes, 0x50, 0x4b, 0x03, 0x04)) return 'application/zip'
  return undefined
}

/** Types that say nothing, as storage services give them to files they were not told about. */
const MEANINGLESS = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/x-binary'])

/** The media type of a header without its parameters, in lower case; where it says nothing, what the bytes tell. */
export function mediaTypeOf(contentType: string | undefined, firstBytes: Uint8Array): string | undefined {
  const said = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  return MEANINGLESS.has(said) ? sniffMediaType(firstBytes) : said
}
