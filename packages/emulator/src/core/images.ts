import sharp from 'sharp'

export interface ImageFacts {
  /** `jpeg`, `png`, `webp`, `gif`, `tiff`, `avif`, ... as decoded, whatever the file is called. */
  readonly format: string
  readonly width: number
  readonly height: number
}

/** Formats of photographs; sharp would also open SVG and the like, which no vendor takes. */
const photographic = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif', 'avif'])

/** Decodes the header of an image, upright as a viewer shows it. Undefined when the bytes are no image. */
export async function inspectImage(source: string | Uint8Array): Promise<ImageFacts | undefined> {
  try {
    const { format, autoOrient } = await sharp(source).metadata()
    if (format === undefined || !photographic.has(format)) return undefined
    return { format, width: autoOrient.width, height: autoOrient.height }
  } catch {
    // sharp throws on whatever it cannot decode: that is the answer.
    return undefined
  }
}
