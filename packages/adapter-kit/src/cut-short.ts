import { sniffMediaType } from './media-type.js'

const START_OF_SCAN = 0xda
const END_OF_IMAGE = 0xd9

/** Whether a JPEG's picture has no end. Thumbnails have ends of their own, within segments that are stepped over. */
function isJpegCut(bytes: Buffer): boolean {
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]
    if (marker === START_OF_SCAN) return bytes.indexOf(Buffer.from([0xff, END_OF_IMAGE]), at) === -1
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  // It ends before the picture begins; or it is built in a way that says nothing.
  return at >= bytes.length
}

/**
 * Whether a picture certainly lacks its end, as when an answer broke off and nothing told its length. JPEG, PNG and WebP;
 * of other formats nothing is claimed.
 */
export function isCutShort(picture: Uint8Array): boolean {
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength)
  switch (sniffMediaType(bytes)) {
    case 'image/jpeg':
      return isJpegCut(bytes)
    case 'image/png':
      return !bytes.includes('IEND')
    case 'image/webp':
      return bytes.length < bytes.readUInt32LE(4) + 8
    default:
      return false
  }
}
