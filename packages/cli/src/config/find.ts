import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { LikenessError } from '@likeness/core'

const names = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'].map((extension) => `likeness.config.${extension}`)

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function inFolder(folder: string): Promise<string | undefined> {
  const found: string[] = []
  for (const name of names) if (await exists(join(folder, name))) found.push(name)
  if (found.length < 2) return found[0] === undefined ? undefined : join(folder, found[0])
  throw new LikenessError({
    kind: 'invalid-request',
    message: `${folder} holds several configs: ${found.join(', ')}.`,
    hint: 'Keep one, or name one with --config.',
  })
}

/**
 * The config file: the one named, else the nearest one from `cwd` upwards; `undefined` where there is none.
 *
 * @throws LikenessError `invalid-request` when the named file does not exist, or a folder holds several
 */
export async function findConfig(cwd: string, named?: string): Promise<string | undefined> {
  if (named !== undefined) {
    const path = resolve(cwd, named)
    if (await exists(path)) return path
    throw new LikenessError({ kind: 'invalid-request', message: `config: there is no file ${path}.` })
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = await inFolder(folder)
    if (path !== undefined || folder === dirname(folder)) return path
  }
}
