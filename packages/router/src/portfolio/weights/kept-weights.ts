import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LikenessError, type Subject } from '@likeness/core'
import { subjectSchema } from '@likeness/core/schemas'
import * as z from 'zod'

/** Weights in a folder of the app's: the JSON beside the file. Holds no signed address. */
export interface KeptWeights {
  readonly version: 1
  /** Lower-case hex. Also the name of the file, before `.safetensors`. */
  readonly sha256: string
  readonly bytes: number
  /** File format, compared with `capabilities.generate.loads`. */
  readonly format: string
  /** Base model in neutral spelling. */
  readonly base: string
  /** Base model in the file's own words, where it says so. */
  readonly baseOfFile?: string | undefined
  readonly rank?: number | undefined
  /** The word that stands for the subject in prompts. */
  readonly trigger?: string | undefined
  /** SPDX id or `LicenseRef-…`. */
  readonly licence?: string | undefined
  /** `Provider.id` of who trained it. */
  readonly provider: string
  /** The vendor's id of the model. */
  readonly model: string
  readonly subject: Subject
  /** ISO 8601: when the vendor deletes its own. */
  readonly expiresAt?: string | undefined
  /** ISO 8601. */
  readonly keptAt: string
}

const isoDate = z.iso.datetime({ offset: true })

/** See {@link KeptWeights}. */
export const keptWeightsSchema: z.ZodType<KeptWeights> = z.object({
  version: z.literal(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits'),
  bytes: z.int().nonnegative(),
  format: z.string().min(1),
  base: z.string().min(1),
  baseOfFile: z.string().optional(),
  rank: z.int().positive().optional(),
  trigger: z.string().optional(),
  licence: z.string().optional(),
  provider: z.string().min(1),
  model: z.string().min(1),
  subject: subjectSchema,
  expiresAt: isoDate.optional(),
  keptAt: isoDate,
})

/** Where the weights lie. */
export function weightsPath(folder: string, sha256: string): string {
  return join(folder, `${sha256}.safetensors`)
}

/** Where what is known of them lies. */
export function recordPath(folder: string, sha256: string): string {
  return join(folder, `${sha256}.json`)
}

/** One record of a folder; `problem` where it cannot be read. */
export type KeptRecord =
  | { readonly name: string; readonly kept: KeptWeights; readonly problem?: undefined }
  | { readonly name: string; readonly kept?: undefined; readonly problem: string }

async function readRecord(folder: string, name: string): Promise<KeptRecord> {
  try {
    const kept = keptWeightsSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))
    return name === `${kept.sha256}.json` ? { name, kept } : { name, problem: `is about ${kept.sha256}` }
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    return { name, problem: `cannot be read: ${problem}` }
  }
}

/**
 * The names in a folder.
 *
 * @throws LikenessError `invalid-request` where it cannot be read
 */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (cause) {
    const message = `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`
    const fields = [{ field: 'folder', message }]
    throw new LikenessError({ kind: 'invalid-request', message: `folder ${message}`, fields, cause })
  }
}

/**
 * Everything that `keepWeights` has recorded in a folder, by name.
 *
 * @throws LikenessError `invalid-request` where the folder cannot be read
 */
export async function listKeptWeights(folder: string): Promise<readonly KeptRecord[]> {
  const names = (await namesIn(folder)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
  return Promise.all(names.map((name) => readRecord(folder, name)))
}
