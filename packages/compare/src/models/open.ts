import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { modelFolder, modelPath } from './cache.js'
import { type ModelId, type PinnedModel, pinnedModel } from './pinned.js'
import { type LoadRuntime, type RuntimeName, runtimes, type Session } from './runtime.js'

/** A model that can be run. */
export interface ReadyModel {
  readonly state: 'ready'
  readonly model: PinnedModel
  readonly runtime: RuntimeName
  readonly session: Session
}

/** A model that cannot be run here, and what to do about it. Never a reason to fail a report. */
export interface UnavailableModel {
  /** No runtime is installed, or the weights are not in the cache, or are not the pinned ones. */
  readonly state: 'not-installed' | 'not-pulled' | 'changed'
  readonly model: PinnedModel
  /** A sentence for people. */
  readonly reason: string
}

/** See {@link openModel}. */
export type OpenedModel = ReadyModel | UnavailableModel

/** How a model is opened. */
export interface OpenOptions {
  /** Folder of the weights. @default {@link modelFolder} */
  readonly folder?: string
  /** Threads of one run. More than there are free cores makes it slower. @default 1 */
  readonly threads?: number
  /** Runtimes to try, in this order. @default onnxruntime-node, then onnxruntime-web */
  readonly runtimes?: readonly LoadRuntime[]
}

async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Loads a pinned model from the cache; nothing is fetched. The bytes are hashed first, so that a score can name the
 * weights it was made with.
 *
 * @throws {Error} a runtime is installed and broken, or refuses the file
 */
export async function openModel(id: ModelId, options: OpenOptions = {}): Promise<OpenedModel> {
  const model = pinnedModel(id)
  const bytes = await bytesOf(modelPath(model, options.folder ?? modelFolder()))
  if (bytes === undefined) {
    return { state: 'not-pulled', model, reason: `The weights of ${id} are not in the cache.` }
  }
  if (createHash('sha256').update(bytes).digest('hex') !== model.sha256) {
    return {
      state: 'changed',
      model,
      reason: `The weights of ${id} in the cache are not the pinned ones.`,
    }
  }
  for (const load of options.runtimes ?? Object.values(runtimes)) {
    const runtime = await load()
    if (runtime === undefined) continue
    return { state: 'ready', model, runtime: runtime.name, session: await runtime.open(bytes, options.threads ?? 1) }
  }
  return {
    state: 'not-installed',
    model,
    reason: 'No runtime for models is installed: add onnxruntime-node, or onnxruntime-web, to your project.',
  }
}
