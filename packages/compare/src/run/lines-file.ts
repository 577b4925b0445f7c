import { open } from 'node:fs/promises'
import { appendWhole } from './append-whole.js'
import { damagedLine, faultsInWords } from './damaged-line.js'
import { type AttemptLine, attemptLineSchema } from './lines.js'

const hint = 'Nothing was sent. What was paid for cannot be told without it: restore the file, or begin a new run.'

function parseLine(text: string): AttemptLine | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'it is not JSON'
  }
  const { success, data, error } = attemptLineSchema.safeParse(value)
  return success ? data : faultsInWords(error)
}

/**
 * The lines of a run. One that a process could not finish says nothing of what was done: it is written before a request
 * leaves, or after its outcome, which the lines before it lead to. It is recognised by what follows: nothing, or the line
 * of the next process. Any other damage is refused.
 *
 * @throws LikenessError `invalid-request` naming the line
 */
function parseLines(content: string, path: string): AttemptLine[] {
  const texts = content.split('\n')
  const isLast = (index: number) => texts.slice(index + 1).every((text) => text === '')
  return texts.flatMap((text, index) => {
    if (text === '') return []
    const line = parseLine(text)
    if (typeof line !== 'string') return [line]
    const next = parseLine(texts[index + 1] ?? '')
    const isTorn = isLast(index) ? !content.endsWith('\n') : typeof next !== 'string' && next.type === 'opened'
    if (isTorn) return []
    throw damagedLine({ path, line: index + 1, why: line, hint })
  })
}

/** A file of lines that is only ever appended to. */
export interface LinesFile {
  read(): Promise<readonly AttemptLine[]>
  append(line: AttemptLine): Promise<void>
  close(): Promise<void>
}

/** Opens the file of a run's lines, creating it where there is none. */
export async function openLines(path: string): Promise<LinesFile> {
  const file = await open(path, 'a+', 0o600)
  let queue: Promise<void> = Promise.resolve()
  let torn = false

  async function content(): Promise<string> {
    const { size } = await file.stat()
    const bytes = Buffer.alloc(size)
    const { bytesRead } = await file.read(bytes, 0, size, 0)
    return bytes.toString('utf8', 0, bytesRead)
  }

  return {
    async read() {
      const text = await content()
      torn = text !== '' && !text.endsWith('\n')
      return parseLines(text, path)
    },
    append(line) {
      // One after the other. A write that failed leaves the file in an unknown state, so all after it fail as well.
      queue = queue.then(async () => {
        const bytes = Buffer.from(`${torn ? '\n' : ''}${JSON.stringify(line)}\n`)
        await appendWhole(file, path, bytes)
        torn = false
        await file.datasync()
      })
      return queue
    },
    async close() {
      await queue.catch(() => {})
      await file.close()
    },
  }
}
