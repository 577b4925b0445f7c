import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { LikenessError } from '@likeness/core'

function holderOf(path: string): string {
  try {
    return `process ${readFileSync(path, 'utf8').trim()}`
  } catch {
    return 'another process'
  }
}

/**
 * Keeps other processes from a database file. The lock is the operating system's, taken through SQLite on a file of its
 * own: it ends with the process, however that ends, and no reused process id can be mistaken for its holder. The id
 * beside it is for people.
 *
 * @returns how to let go of it
 * @throws LikenessError `conflict` naming the process that has the file
 */
export function lockDatabase(path: string): () => void {
  const idPath = `${path}.pid`
  const lock = new DatabaseSync(`${path}.lock`)
  try {
    lock.exec('pragma busy_timeout = 0; pragma locking_mode = exclusive; begin exclusive')
  } catch (cause) {
    lock.close()
    throw new LikenessError({
      kind: 'conflict',
      message: `The database ${path} is in use by ${holderOf(idPath)}.`,
      hint: 'One process at a time can use a database file. Stop the other one, or give several processes a Postgres database.',
      cause,
    })
  }
  writeFileSync(idPath, `${process.pid}\n`, { mode: 0o600 })
  return () => {
    rmSync(idPath, { force: true })
    lock.close()
  }
}
