import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fetchPackage } from './fetch-package.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-npm-test-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

/** Puts another `npm` on the PATH, which notes its arguments. */
async function standIn(body: string): Promise<void> {
  const path = join(folder, 'npm')
  await writeFile(path, `#!/bin/sh\necho "$@" > "${folder}/arguments"\n${body}\n`)
  await chmod(path, 0o755)
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`)
}

describe.skipIf(process.platform === 'win32')('fetchPackage', () => {
  it('asks npm for one tarball, runs no script of it, and gives its path', async () => {
    await standIn(`echo '[{"filename":"one-1.0.0.tgz"}]'`)
    expect(await fetchPackage('one@1.0.0', folder)).toBe(join(folder, 'one-1.0.0.tgz'))
    const given = (await readFile(join(folder, 'arguments'), 'utf8')).trim().split(' ')
    expect(given[0]).toBe('pack')
    expect(given).toContain('--ignore-scripts')
    expect(given.at(-1)).toBe('one@1.0.0')
    expect(given[given.indexOf('--pack-destination') + 1]).toBe(folder)
  })

  it("gives npm's code, and nothing else that npm said", async () => {
    await standIn(`echo '{"error":{"code":"E401","summary":"https://user:secret@registry.example"}}'; exit 1`)
    const error: unknown = await fetchPackage('one@1.0.0', folder).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'network', message: 'one@1.0.0 cannot be fetched: npm pack failed (E401)' })
    expect(JSON.stringify(error)).not.toContain('secret')
  })

  it('says when there is no npm', async () => {
    vi.stubEnv('PATH', folder)
    await expect(fetchPackage('one@1.0.0', folder)).rejects.toThrow('there is no npm on the PATH')
  })

  it('ends when it is aborted', async () => {
    await standIn('exec sleep 60')
    const reason = new Error('enough')
    const controller = new AbortController()
    const fetched = fetchPackage('one@1.0.0', folder, controller.signal)
    controller.abort(reason)
    await expect(fetched).rejects.toBe(reason)
  })
})
