import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { appendWhole } from '../run/append-whole.js'
import { damagedLine, faultsInWords } from '../run/damaged-line.js'
import type { Vote } from '../votes/vote.js'
import { type BallotLine, ballotLineSchema, standingVotes, toVote } from './vote-lines.js'

/** The votes of a run on disk. Several processes may append at the same time. */
export interface VotesFile {
  /** All lines so far, those of other processes too. */
  read(): Promise<readonly BallotLine[]>
  /** Resolved once the line is on the disk. */
  append(line: BallotLine): Promise<void>
}

const hint = 'Correct the line, or take it out. The other votes are whole.'

/** A line whose writer was stopped. Lines are flat and no value holds a brace, so that a whole one ends with one. */
const isTorn = (text: string) => text.startsWith('{') && !text.endsWith('}')

function parseLines(content: string, path: string): readonly BallotLine[] {
  return content.split('\n').flatMap((text, index) => {
    if (text === '' || isTorn(text)) return []
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'it is not JSON'
      throw damagedLine({ path, line: index + 1, why, hint })
    }
    const { success, data, error } = ballotLineSchema.safeParse(value)
    if (success) return [data]
    throw damagedLine({ path, line: index + 1, why: faultsInWords(error), hint })
  })
}

async function readLines(path: string): Promise<readonly BallotLine[]> {
  try {
    return parseLines(await readFile(path, 'utf8'), path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

async function appendLine(path: string, line: BallotLine): Promise<void> {
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    const last = Buffer.alloc(1, '\n')
    if (size > 0) await file.read(last, 0, 1, size - 1)
    // An empty line, where two processes mend the same tear, is no harm.
    const bytes = Buffer.from(`${last.toString() === '\n' ? '' : '\n'}${JSON.stringify(line)}\n`)
    await appendWhole(file, path, bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** The votes of the run in `folder`. The file comes into being with the first vote. */
export function openVotes(folder: string): VotesFile {
  const path = join(folder, 'votes.jsonl')
  let queue: Promise<void> = Promise.resolve()
  return {
    read: () => readLines(path),
    append(line) {
      const done = queue.then(() => appendLine(path, line))
      // Who appended hears of a failure; the next vote is tried all the same, and mends the tear.
      queue = done.catch(() => {})
      return done
    },
  }
}

/**
 * The votes on a run, without those that were taken back. Empty where nobody has voted.
 *
 * @param folder - of the run
 * @throws LikenessError `invalid-request` naming the line of `votes.jsonl` that cannot be understood
 */
export async function readVotes(folder: string): Promise<readonly Vote[]> {
  return standingVotes(await openVotes(folder).read()).map(toVote)
}
