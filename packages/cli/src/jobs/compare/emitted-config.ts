import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Evaluation, emitConfig } from '@likeness/compare'
import { LikenessError } from '@likeness/core'
import type { Session } from '../../session.js'
import { shortPath } from '../resume-command.js'

/** The router that the evidence supports, or why there is none. */
export interface EmittedConfig {
  readonly text: string | undefined
  readonly error: LikenessError | undefined
}

/** What is not known well enough is no reason to keep the rest of the result back. */
export function configOf(evaluation: Evaluation): EmittedConfig {
  try {
    return { text: emitConfig(evaluation), error: undefined }
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    return { text: undefined, error }
  }
}

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** Whether a file holds what an earlier comparison wrote and nothing that a person added: routers alone, under its comment. */
function isEmitted(content: string): boolean {
  const outermost = content.split('\n').filter((line) => /^[^\s#]/.test(line))
  return content.startsWith('# What the comparison ') && outermost.every((line) => line === 'routers:')
}

/**
 * Makes sure that nothing is lost where the config will be written.
 *
 * @param file - `-` for stdout
 * @throws LikenessError `invalid-request` where the file is there and holds anything else
 */
export async function checkConfigFile(session: Session, file: string): Promise<void> {
  if (file === '-') return
  const path = resolve(session.io.cwd, file)
  const refuse = (message: string, cause?: unknown) =>
    new LikenessError({
      kind: 'invalid-request',
      message: `--emit-config: ${shortPath(session, path)} ${message}.`,
      fields: [{ field: '--emit-config', message }],
      hint: 'Name another file, and copy its `routers` into your config.',
      cause,
    })
  let content: string
  try {
    content = await contentOf(path)
  } catch (cause) {
    throw refuse('cannot be written', cause)
  }
  if (content.trim() !== '' && !isEmitted(content)) throw refuse('is there already, and holds more than such a router')
}

/** Writes it where it was asked for. */
export async function writeConfig(session: Session, file: string, text: string): Promise<void> {
  if (file === '-') {
    if (!session.structured) session.io.stdout(text)
    return
  }
  const path = resolve(session.io.cwd, file)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  session.note(`config: ${shortPath(session, path)}`)
}
