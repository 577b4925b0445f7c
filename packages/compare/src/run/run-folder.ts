import { randomUUID } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LikenessError } from '@likeness/core'
import { stableText } from '@likeness/core/runtime'
import * as z from 'zod'
import { type ComparisonPlan, comparisonPlanSchema, parseComparisonPlan } from '../plan/schema.js'
import { keepImage, writeWhole } from './files.js'
import { openLines } from './lines-file.js'
import { keepPhotos, type RunPhotos, readPhotos } from './photos.js'
import type { RunStore } from './store.js'

/** A run on disk: its plan, and where it is kept. */
export interface RunFolder {
  readonly id: string
  /** Its path. */
  readonly folder: string
  readonly plan: ComparisonPlan
  /** Whether the vendors are emulated; `undefined` where nobody said so. */
  readonly emulated: boolean | undefined
  readonly photos: RunPhotos
  readonly store: RunStore
}

const planFileSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().min(8),
  plan: comparisonPlanSchema,
  emulated: z.boolean().optional(),
})

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

/**
 * Opens the folder of a run, or begins one: `plan.json`, `photos/`, `attempts.jsonl` (only ever appended to) and `images/`,
 * where each picture is named by the hash of its content. Close `store` afterwards.
 *
 * @param plan - checked and located; may be left out for a run that was begun before
 * @throws LikenessError `invalid-request` where the folder holds a run of another plan (its scorers may be others), or none and no plan was given, or
 * was begun with emulated vendors and is to go on with real ones, or the other way round
 */
export async function openRunFolder(
  folder: string,
  plan?: ComparisonPlan,
  { emulated }: { readonly emulated?: boolean | undefined } = {},
): Promise<RunFolder> {
  const path = join(folder, 'plan.json')
  let begun = await readPlanFile(path)
  if (begun === undefined) {
    if (plan === undefined) throw refuse(path, 'is missing', 'Name the folder of a run, or give a plan.')
    await mkdir(join(folder, 'images'), { recursive: true, mode: 0o700 })
    // Parsed again, so that what is kept is what a later process will read.
    begun = {
      version: 1,
      id: randomUUID(),
      plan: parseComparisonPlan(JSON.parse(JSON.stringify(plan))),
      ...(emulated !== undefined && { emulated }),
    }
    // The plan comes last: with it the run has begun.
    await keepPhotos(folder, begun.plan)
    await writeWhole(path, `${JSON.stringify(begun, undefined, 2)}\n`)
  } else if (plan !== undefined && stableText(plan) !== stableText(begun.plan)) {
    // Scorers decide nothing that is paid for: pictures that are there may be scored by others.
    const rescored = { ...begun, plan: { ...begun.plan, scorers: plan.scorers } }
    if (stableText(plan) !== stableText(rescored.plan))
      throw refuse(path, 'is the plan of another run', 'A run keeps its plan. Begin a new run in another folder.')
    await writeWhole(path, `${JSON.stringify(rescored, undefined, 2)}\n`)
    begun = rescored
  }
  if (emulated !== undefined && begun.emulated !== undefined && emulated !== begun.emulated) {
    const message = `was begun with ${begun.emulated ? 'emulated' : 'real'} vendors`
    throw refuse(path, message, `Begin a new run for ${emulated ? 'emulated' : 'real'} ones.`)
  }
  const photos = await readPhotos(folder)
  const lines = await openLines(join(folder, 'attempts.jsonl'))
  const store: RunStore = { ...lines, keep: (picture) => keepImage(folder, 'images', picture) }
  return { id: begun.id, folder, plan: begun.plan, emulated: begun.emulated, photos, store }
}
