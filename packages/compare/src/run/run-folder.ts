import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LikenessError } from '@likeness/core'
import { openImages } from '@likeness/core/images'
import * as z from 'zod'
import { type ComparisonPlan, comparisonPlanSchema, parseComparisonPlan } from '../plan/schema.js'
import { stableText } from '../plan/work.js'
import type { StoredImage } from './lines.js'
import { openLines } from './lines-file.js'
import type { PictureFile, RunStore } from './store.js'

/** A run on disk: its plan, and where it is kept. */
export interface RunFolder {
  readonly id: string
  readonly plan: ComparisonPlan
  readonly store: RunStore
}

const planFileSchema = z.strictObject({ version: z.literal(1), id: z.string().min(8), plan: comparisonPlanSchema })

/** Writes a file whole or not at all. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`
  try {
    const file = await open(partial, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

function refuse(path: string, message: string, hint: string, cause?: unknown): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    message: `${path} ${message}.`,
    fields: [{ field: 'plan.json', message }],
    hint,
    cause,
  })
}

async function readPlanFile(path: string) {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return planFileSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw refuse(path, 'is not the plan of a run', 'Begin a new run in another folder.', cause)
  }
}

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
}

async function keepPicture(folder: string, { bytes, seed }: PictureFile): Promise<StoredImage> {
  const { images, close } = await openImages([bytes], { field: 'picture' })
  await close()
  const [image] = images
  if (image === undefined) throw new RangeError('a picture without content')
  const { mediaType, width, height } = image
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const name = `${sha256}.${extensions[mediaType] ?? 'bin'}`
  const path = join(folder, 'images', name)
  const there = await stat(path).catch(() => undefined)
  if (there === undefined) await writeWhole(path, bytes)
  return {
    sha256,
    file: `images/${name}`,
    bytes: bytes.byteLength,
    mediaType,
    width,
    height,
    ...(seed !== undefined && { seed }),
  }
}

/**
 * Opens the folder of a run, or begins one: `plan.json`, `attempts.jsonl` (only ever appended to) and `images/`, where
 * each picture is named by the hash of its content. Close `store` afterwards.
 *
 * @param plan - checked and located; may be left out for a run that was begun before
 * @throws LikenessError `invalid-request` where the folder holds a run of another plan, or none and no plan was given
 */
export async function openRunFolder(folder: string, plan?: ComparisonPlan): Promise<RunFolder> {
  const path = join(folder, 'plan.json')
  let begun = await readPlanFile(path)
  if (begun === undefined) {
    if (plan === undefined) throw refuse(path, 'is missing', 'Name the folder of a run, or give a plan.')
    await mkdir(join(folder, 'images'), { recursive: true, mode: 0o700 })
    // Parsed again, so that what is kept is what a later process will read.
    begun = { version: 1, id: randomUUID(), plan: parseComparisonPlan(JSON.parse(JSON.stringify(plan))) }
    await writeWhole(path, `${JSON.stringify(begun, undefined, 2)}\n`)
  } else if (plan !== undefined && stableText(plan) !== stableText(begun.plan)) {
    throw refuse(path, 'is the plan of another run', 'A run keeps its plan. Begin a new run in another folder.')
  }
  const lines = await openLines(join(folder, 'attempts.jsonl'))
  const store: RunStore = { ...lines, keep: (picture) => keepPicture(folder, picture) }
  return { id: begun.id, plan: begun.plan, store }
}
