import { join } from 'node:path'
import type { GeneratedImage, GenerateResult } from '@likeness/core'

/** A picture on disk. */
export interface SavedImage {
  readonly path: string
  readonly image: GeneratedImage
}

const extensions: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' }

function extension({ mediaType, url }: GeneratedImage): string {
  const known = extensions[mediaType?.split(';')[0] ?? '']
  if (known !== undefined) return known
  const inline = /^data:(image\/\w+)/.exec(url)?.[1]
  if (inline !== undefined) return extensions[inline] ?? 'img'
  return /\.(jpe?g|png|webp)$/i.exec(new URL(url).pathname)?.[1]?.toLowerCase() ?? 'img'
}

/** Saves all pictures as `<provider>-<job>-<number>.<type>`; the same job always gives the same names. */
export async function saveImages(
  { handle, images }: GenerateResult,
  folder: string,
  abortSignal?: AbortSignal,
): Promise<SavedImage[]> {
  const job = handle.id.replaceAll(/[^\w.-]+/g, '_').slice(0, 40)
  return Promise.all(
    images.map(async (image, index) => {
      const path = join(folder, `${handle.provider}-${job}-${index + 1}.${extension(image)}`)
      await image.save(path, { abortSignal })
      return { path, image }
    }),
  )
}
