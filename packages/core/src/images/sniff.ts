import { imageSize } from 'image-size'

/** What an image's own bytes say it is. */
export interface SniffedImage {
  /** IANA type, e.g. `image/jpeg`. */
  readonly mediaType: string
  readonly width: number
  readonly height: number
}

const mediaTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  bmp: 'image/bmp',
  tiff: 'image/tiff',
  heif: 'image/heif',
  heic: 'image/heic',
  avif: 'image/avif',
  svg: 'image/svg+xml',
}

const extensions: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/bmp': ['bmp'],
  'image/tiff': ['tiff', 'tif'],
  'image/heif': ['heif'],
  'image/heic': ['heic'],
  'image/avif': ['avif'],
  'image/svg+xml': ['svg'],
}

/** File name extensions of an image type, the usual one first; empty for anything that is no image. */
export function imageExtensions(mediaType: string): readonly string[] {
  return extensions[mediaType] ?? []
}

/**
 * Type and dimensions from the first bytes of a file, `undefined` where they are no image.
 *
 * @param head - up to 512 KiB: a JPEG's dimensions come after its colour profile and thumbnail
 */
export function sniffImage(head: Uint8Array): SniffedImage | undefined {
  try {
    const { width, height, type } = imageSize(head)
    const mediaType = mediaTypes[type ?? '']
    return mediaType === undefined || !width || !height ? undefined : { mediaType, width, height }
  } catch {
    // image-size throws for everything it does not know; that is the answer, not a failure.
    return undefined
  }
}

const signatures: readonly (readonly [string, string])[] = [
  ['%PDF', 'a PDF document'],
  ['PK\u0003\u0004', 'a zip archive or office document'],
  ['<!DOCTYPE', 'an HTML page'],
  ['<html', 'an HTML page'],
  ['\u001a\u0045\u00df\u00a3', 'a Matroska video'],
]

/** What a file that is no image seems to be, in words. */
export function describeContent(head: Uint8Array): string {
  if (head.length === 0) return 'an empty file'
  const start = Buffer.from(head.subarray(0, 16)).toString('latin1')
  if (start.slice(4, 8) === 'ftyp') return 'a video or an unknown ISO media file'
  return signatures.find(([signature]) => start.startsWith(signature))?.[1] ?? 'a file of an unknown kind'
}
