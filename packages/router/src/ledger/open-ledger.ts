import { type Clock, LikenessError } from '@likeness/core'
import { checkBudgets } from './budget-schema.js'
import { problemOf, readLine, writeLine } from './entry-line.js'
import { type LedgerStore, StoredLedger } from './ledger.js'
import { type FileLine, LedgerFile } from './ledger-file.js'
import type { Budget, Ledger, LedgerEntry } from './types.js'

export interface LedgerFileSettings {
  /** Made where it is missing, with its folder, for its owner alone (mode 0600). */
  readonly path: string
  readonly clock: Clock
  /** @default none: everything is recorded, nothing is refused */
  readonly budgets?: readonly Budget[] | undefined
  /** Told of lines that cannot be read, and of entries that contradict each other. @default a process warning */
  readonly onWarning?: ((message: string) => void) | undefined
}

/** A ledger that lasts. */
export interface FileLedger extends Ledger {
  readonly path: string
  /** Waits for the disk, and lets go of the file. Nothing can be recorded after it. */
  close(): Promise<void>
}

/**
 * What has to be on the disk, and not only with the operating system, before the next step: the intent, because the
 * request that follows may cost something, and the job, because its handle is the only way back to what was paid for.
 * What a power cut takes of the others leaves money held: it is never set free by it.
 */
function outlastsPowerCuts({ state }: LedgerEntry): boolean {
  return state === 'reserved' || state === 'accepted'
}

/** A file that somebody keeps for something else is not to be written to. */
function foreign(path: string, lines: number): LikenessError {
  const what = lines === 1 ? 'its only line is no entry of one' : `none of its ${lines} lines is an entry of one`
  const message = `${path} is no ledger: ${what}. It was left as it is.`
  return new LikenessError({
    kind: 'invalid-request',
    message,
    fields: [{ field: 'path', message }],
    hint: 'Name another file, or move this one away.',
  })
}

class FileStore implements LedgerStore {
  readonly #file: LedgerFile
  readonly #tell: (message: string) => void
  #failure: unknown
  /** Whether an entry was found in the file, or written to it. */
  #recognized = false

  constructor(file: LedgerFile, tell: (message: string) => void) {
    this.#file = file
    this.#tell = tell
  }

  changes(): readonly LedgerEntry[] {
    // What could not be understood once is missing from then on: to go on without it would count too little as spent.
    if (this.#failure !== undefined) throw this.#failure
    try {
      return this.#read()
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  async keep(entry: LedgerEntry): Promise<void> {
    const line = writeLine(entry)
    const problem = problemOf(line)
    // Before a request is sent there is time to refuse it; of what has happened, a line for people is better than none.
    if (problem === undefined || entry.state !== 'reserved') this.#file.append(line)
    if (problem !== undefined) throw new Error(`Ledger entry ${entry.id} cannot be read back: ${problem}.`)
    this.#recognized = true
    if (outlastsPowerCuts(entry)) await this.#file.sync()
  }

  flush(): Promise<void> {
    return this.#file.sync()
  }

  warn(message: string): void {
    this.#tell(`The ledger ${this.#file.path}: ${message}.`)
  }

  #read(): LedgerEntry[] {
    const unreadable: FileLine[] = []
    const entries = this.#file.read().flatMap((line) => {
      const entry = readLine(line.text, this.#file.path)
      if (entry === undefined) unreadable.push(line)
      return entry ?? []
    })
    this.#recognized ||= entries.length > 0
    if (!this.#recognized && unreadable.length > 0) throw foreign(this.#file.path, unreadable.length)
    if (unreadable[0] !== undefined) {
      this.warn(`${unreadable.length} line(s) cannot be read and are left out, the first at byte ${unreadable[0].at}`)
    }
    return entries
  }
}

/**
 * A ledger on a file of JSON Lines: each change appends one line, with the entry as it then stands; nothing in the file
 * is ever rewritten.
 *
 * Several processes may use one file. Each reads what the others have appended before it checks a budget. Within one
 * process budgets are strict; across processes two requests within the same fraction of a millisecond can both pass the
 * check, since no lock is taken.
 *
 * @throws LikenessError `invalid-request` naming every field of the budgets that is wrong, a path that cannot be opened,
 * or a file that is no ledger
 */
export async function openLedger(settings: LedgerFileSettings): Promise<FileLedger> {
  const { path, clock, budgets = [], onWarning = (message) => process.emitWarning(message) } = settings
  checkBudgets(budgets)
  const file = new LedgerFile(path)
  const store = new FileStore(file, onWarning)
  try {
    const ledger = new StoredLedger(clock, budgets, store)
    if (file.torn) store.warn('its last line is incomplete; what it was to tell is left out')
    return Object.assign(ledger, { path, close: () => file.close() })
  } catch (error) {
    await file.close()
    throw error
  }
}
