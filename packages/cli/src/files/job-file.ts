import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobHandle } from '@likeness/core'
import { jobHandleSchema } from '@likeness/core/schemas'
import * as z from 'zod'
import { readJsonFile } from './read-json-file.js'
import { writeJsonFile } from './write-file.js'

const outcomeSchema = z.object({
  state: z.enum(['succeeded', 'failed', 'canceled', 'expired']),
  at: z.iso.datetime({ offset: true }),
})

const jobSchema = z.object({
  version: z.literal(1),
  handle: jobHandleSchema,
  /** Portfolio file that a training's model goes to. */
  portfolio: z.string().optional(),
  /** Folder that pictures go to. */
  output: z.string().optional(),
  /** How it ended, once that is known. */
  outcome: outcomeSchema.optional(),
})

/** What resumes a job in another process: its handle, and where its result goes. Holds no secret. */
export type JobFile = z.output<typeof jobSchema>

/** A file written by this CLI, or the bare handle that a program kept. */
const fileSchema: z.ZodType<JobFile> = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null && 'kind' in value && !('handle' in value)
      ? { version: 1, handle: value }
      : value,
  jobSchema,
)

/** Where the file of a job lies: its folder, then kind, provider and the vendor's id. */
export function jobFilePath(folder: string, { kind, provider, id }: JobHandle): string {
  return join(folder, `${`${kind}-${provider}-${id}`.replaceAll(/[^\w.-]+/g, '_')}.json`)
}

export function writeJobFile(path: string, job: JobFile): void {
  writeJsonFile(path, job)
}

/** @throws LikenessError `invalid-request` when there is no such file, or it is no job */
export function readJobFile(path: string): Promise<JobFile> {
  return readJsonFile(path, fileSchema, 'job')
}

/** All jobs in a folder, oldest first; none where there is no such folder. */
export async function listJobFiles(folder: string): Promise<{ readonly path: string; readonly job: JobFile }[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files = names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name))
  const jobs = await Promise.all(files.map(async (path) => ({ path, job: await readJobFile(path) })))
  return jobs.sort((one, other) => one.job.handle.startedAt.localeCompare(other.job.handle.startedAt))
}
