import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256Of } from '../../models/cache.js'
import type { ScorerModel } from '../scorer.js'

/** The files of a model, with their hashes; or the first that is missing. */
export type ModelFiles =
  | { readonly state: 'complete'; readonly models: readonly ScorerModel[] }
  | { readonly state: 'missing'; readonly path: string }

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false
    throw error
  }
}

/**
 * Looks for files before a library does, whose own errors do not name them, and hashes them. Weights above 2 GB lie beside
 * their file as `.onnx_data`; where that is there, it counts.
 *
 * @param id - what the files are called in a report, before their own names
 */
export async function checkModelFiles(id: string, folder: string, names: readonly string[]): Promise<ModelFiles> {
  for (const name of names) {
    const path = join(folder, name)
    if (!(await isFile(path))) return { state: 'missing', path }
  }
  const models: ScorerModel[] = []
  for (const name of names.flatMap((one) => (one.endsWith('.onnx') ? [one, `${one}_data`] : [one]))) {
    const path = join(folder, name)
    if (await isFile(path)) models.push({ id: `${id}/${name}`, sha256: await sha256Of(path) })
  }
  return { state: 'complete', models }
}
