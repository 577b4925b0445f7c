import { createHash } from 'node:crypto'
import { LikenessError } from '@likeness/core'
import { openImages } from '@likeness/core/images'
import { fewestPhotos } from '../identity/likeness.js'
import type { ComparisonPlan } from './schema.js'

/**
 * What is wrong with photos that are kept back and trained on all the same; `undefined` where none are.
 *
 * @param kept - hashes of their content
 * @param trainedOn - the same of the others
 */
export function sharedPhotos(kept: readonly string[], trainedOn: readonly string[]): string | undefined {
  const shared = kept.filter((hash) => trainedOn.includes(hash)).length
  return shared > 0 ? `must hold none of the photos to train on (${shared} are in both)` : undefined
}

async function hashesOf(inputs: readonly string[], field: string): Promise<readonly string[]> {
  const { images, close } = await openImages(inputs, { field })
  try {
    const hashes: string[] = []
    for (const image of images) {
      const hash = createHash('sha256')
      for await (const chunk of image.stream()) hash.update(chunk)
      hashes.push(hash.digest('hex'))
    }
    return hashes
  } finally {
    await close()
  }
}

/**
 * What is wrong with the photos that are kept back: they must be there, be enough, and none of them be trained on.
 *
 * @throws what the file system throws
 */
export async function heldOutFindings({ subjects }: ComparisonPlan): Promise<{ field: string; message: string }[]> {
  const found: { field: string; message: string }[] = []
  for (const [key, { images = [], heldOut }] of Object.entries(subjects)) {
    if (heldOut === undefined) continue
    const field = `subjects.${key}.heldOut`
    try {
      const kept = await hashesOf(heldOut, field)
      const shared = sharedPhotos(kept, await hashesOf(images, `subjects.${key}.images`))
      if (shared !== undefined) found.push({ field, message: shared })
      if (kept.length < fewestPhotos)
        found.push({ field, message: `must hold at least ${fewestPhotos} photos (given: ${kept.length})` })
    } catch (error) {
      if (!LikenessError.is(error)) throw error
      found.push(...(error.fields ?? [{ field, message: error.message }]))
    }
  }
  return found
}
