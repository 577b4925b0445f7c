import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a JSON file whole or not at all, creating its folder. Synchronous: what was paid for must be on disk before
 * anything else can happen to this process.
 */
export function writeJsonFile(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  const partial = `${path}.${randomUUID()}.partial`
  try {
    writeFileSync(partial, `${JSON.stringify(value, undefined, 2)}\n`)
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}
