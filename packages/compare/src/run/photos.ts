import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LikenessError } from '@likeness/core'
import { openImages } from '@likeness/core/images'
import * as z from 'zod'
import { sharedPhotos } from '../plan/held-out.js'
import type { ComparisonPlan } from '../plan/schema.js'
import { keepImage, writeWhole } from './files.js'
import { imageShape, type StoredImage } from './lines.js'

/** The photos of one subject, as the run keeps them. */
export interface SubjectPhotos {
  /** What it was trained on; empty where it came as a portfolio alone. */
  readonly photos: readonly StoredImage[]
  /** Kept back from the training. */
  readonly heldOut: readonly StoredImage[]
}

/** By the subject's name in the plan. */
export type RunPhotos = Readonly<Record<string, SubjectPhotos>>

const photosFileSchema = z.strictObject({
  version: z.literal(1),
  subjects: z.record(z.string(), z.strictObject({ photos: z.array(imageShape), heldOut: z.array(imageShape) })),
})

async function keepAll(folder: string, inputs: readonly string[], field: string): Promise<StoredImage[]> {
  const { images, close } = await openImages(inputs, { field })
  try {
    const kept: StoredImage[] = []
    for (const image of images) {
      const chunks: Uint8Array[] = []
      for await (const chunk of image.stream()) chunks.push(chunk)
      kept.push(await keepImage(folder, 'photos', { bytes: Buffer.concat(chunks) }))
    }
    return kept
  } finally {
    await close()
  }
}

async function copyPhotos(folder: string, plan: ComparisonPlan): Promise<RunPhotos> {
  const subjects: Record<string, SubjectPhotos> = {}
  for (const [key, { images = [], heldOut = [] }] of Object.entries(plan.subjects)) {
    const photos = await keepAll(folder, images, `subjects.${key}.images`)
    const kept = await keepAll(folder, heldOut, `subjects.${key}.heldOut`)
    const hashes = (images: readonly StoredImage[]) => images.map(({ sha256 }) => sha256)
    const message = sharedPhotos(hashes(kept), hashes(photos))
    if (message !== undefined) {
      const field = `subjects.${key}.heldOut`
      throw new LikenessError({
        kind: 'invalid-request',
        message: `${field} ${message}.`,
        fields: [{ field, message }],
      })
    }
    subjects[key] = { photos, heldOut: kept }
  }
  return subjects
}

/**
 * Copies the photos of a plan into a run that begins, so that its pictures are measured against what was really trained
 * on, wherever the originals are by then.
 *
 * @throws LikenessError `invalid-request` where a photo cannot be read, or was kept back and is trained on all the same
 */
export async function keepPhotos(folder: string, plan: ComparisonPlan): Promise<RunPhotos> {
  const subjects = await copyPhotos(folder, plan)
  await writeWhole(join(folder, 'photos.json'), `${JSON.stringify({ version: 1, subjects }, undefined, 2)}\n`)
  return subjects
}

/**
 * The photos of a run that was begun.
 *
 * @throws LikenessError `invalid-request` where their list is missing or broken
 */
export async function readPhotos(folder: string): Promise<RunPhotos> {
  const path = join(folder, 'photos.json')
  try {
    return photosFileSchema.parse(JSON.parse(await readFile(path, 'utf8'))).subjects
  } catch (cause) {
    const message = 'is not the list of photos of a run'
    throw new LikenessError({
      kind: 'invalid-request',
      message: `${path} ${message}.`,
      fields: [{ field: 'photos.json', message }],
      hint: 'Restore the file, or begin a new run in another folder.',
      cause,
    })
  }
}
