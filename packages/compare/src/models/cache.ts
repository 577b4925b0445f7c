import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type PinnedModel, pinnedModels } from './pinned.js'

/** Whether the weights are in the cache: `changed` is a file of another content than the pinned one. */
export type CacheState = 'cached' | 'missing' | 'changed'

/** One pinned model and what the cache has of it. */
export interface CachedModel {
  readonly model: PinnedModel
  readonly path: string
  readonly state: CacheState
}

/**
 * The folder of the weights: `likeness/models` below `XDG_CACHE_HOME`, else below `.cache` of the home folder, as the XDG
 * Base Directory Specification 0.8 asks; a relative `XDG_CACHE_HOME` is ignored, as it asks too.
 */
export function modelFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = environment.XDG_CACHE_HOME
  const base = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache')
  return join(base, 'likeness', 'models')
}

/** Where a model's weights are kept. */
export function modelPath(model: PinnedModel, folder: string = modelFolder()): string {
  return join(folder, `${model.id}.onnx`)
}

/** SHA-256 of a file, in hex; read in pieces. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** What the cache has, judged by size alone: quick, for a list. */
export async function listModels(folder: string = modelFolder()): Promise<readonly CachedModel[]> {
  return Promise.all(
    pinnedModels.map(async (model) => {
      const path = modelPath(model, folder)
      const size = await sizeOf(path)
      return { model, path, state: size === undefined ? 'missing' : size === model.bytes ? 'cached' : 'changed' }
    }),
  )
}

/** What the cache has of one model, judged by the SHA-256 of the whole file. */
export async function verifyModel(model: PinnedModel, folder: string = modelFolder()): Promise<CachedModel> {
  const path = modelPath(model, folder)
  const size = await sizeOf(path)
  if (size === undefined) return { model, path, state: 'missing' }
  const same = size === model.bytes && (await sha256Of(path)) === model.sha256
  return { model, path, state: same ? 'cached' : 'changed' }
}
