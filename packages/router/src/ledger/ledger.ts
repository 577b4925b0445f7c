import { type Clock, LikenessError } from '@likeness/core'
import { BudgetBook } from './budget-book.js'
import { checkBudgets } from './budget-schema.js'
import { newEntry, upperBound } from './new-entry.js'
import { applyChange, compareFacts, isOpen, type LedgerChange } from './states.js'
import type { Budget, Ledger, LedgerEntry, LedgerSubject, Reservation } from './types.js'

/** Where a ledger's changes are kept, and where those of other processes come from. */
export interface LedgerStore {
  /** Entries that others have added or changed since the last call; also own ones, as they were last kept. */
  changes(): readonly LedgerEntry[]
  /** Called within the step that makes the change; resolves once it is kept. */
  keep(entry: LedgerEntry): Promise<void>
  /** Resolves when all is kept. */
  flush(): Promise<void>
  /** Takes what does not fit together, in words. */
  warn(message: string): void
}

/** A ledger over a store. All that decides on money happens between two turns of the event loop. */
export class StoredLedger implements Ledger {
  readonly #clock: Clock
  readonly #store: LedgerStore
  readonly #book: BudgetBook
  readonly #entries = new Map<string, LedgerEntry>()
  /** Ids of the entries of a job: one job may have been asked for twice. */
  readonly #jobs = new Map<string, string[]>()
  readonly #pending = new Set<Promise<unknown>>()
  /** Ids of what is over, the oldest first. */
  readonly #finished = new Set<string>()
  readonly #finishedEntries: number
  #forgotten = 0
  /** Writing dates is dear, and many changes come within one millisecond. */
  #lastMs: number | undefined
  #lastTime = ''

  constructor(
    clock: Clock,
    budgets: readonly Budget[],
    store: LedgerStore,
    finishedEntries = Number.POSITIVE_INFINITY,
  ) {
    this.#clock = clock
    this.#finishedEntries = finishedEntries
    this.#store = store
    this.#book = new BudgetBook(checkBudgets(budgets))
    this.#catchUp()
  }

  async reserve(subject: LedgerSubject): Promise<Reservation> {
    this.#catchUp()
    const at = this.#now()
    const refusal = this.#book.refusal(subject, upperBound(subject), at)
    if (refusal !== undefined) {
      const { provider, idempotencyKey } = subject
      const message = `${refusal.message} Nothing was sent.`
      throw new LikenessError({ kind: 'budget-exceeded', message, hint: refusal.hint, provider, idempotencyKey })
    }
    const entry = newEntry(subject, at)
    this.#put(entry)
    try {
      await this.#keep(entry)
    } catch (error) {
      // Without a record nothing is sent, hence nothing is owed either. A store that kept it after all goes on holding it.
      const refunded = applyChange(entry, { to: 'refunded', reason: 'could not be recorded, hence not sent' }, at)
      if (refunded !== undefined) this.#put(refunded)
      throw error
    }
    return this.#reservationOf(entry.id)
  }

  obstacle(subject: LedgerSubject): string | undefined {
    this.#catchUp()
    return this.#book.refusal(subject, upperBound(subject), this.#now())?.message
  }

  find(provider: string, jobId: string): Reservation | undefined {
    this.#catchUp()
    const ids = this.#jobs.get(jobKey(provider, jobId)) ?? []
    return ids.map((id) => this.reservation(id)).findLast((reservation) => reservation !== undefined)
  }

  findRequest(provider: string, idempotencyKey: string): Reservation | undefined {
    this.#catchUp()
    const entry = [...this.#entries.values()].findLast(
      (one) =>
        one.provider === provider &&
        one.idempotencyKey === idempotencyKey &&
        one.jobId === undefined &&
        isOpen(one.state),
    )
    return entry && this.#reservationOf(entry.id)
  }

  reservation(id: string): Reservation | undefined {
    this.#catchUp()
    const entry = this.#entries.get(id)
    return entry !== undefined && isOpen(entry.state) ? this.#reservationOf(id) : undefined
  }

  get forgotten(): number {
    return this.#forgotten
  }

  entries(): readonly LedgerEntry[] {
    this.#catchUp()
    return [...this.#entries.values()]
  }

  budgets() {
    this.#catchUp()
    return this.#book.uses(this.#now())
  }

  async flush(): Promise<void> {
    // Whoever asked for a change was told of its failure; here it only ends the wait.
    await Promise.allSettled(this.#pending)
    await this.#store.flush()
  }

  #reservationOf(id: string): Reservation {
    let last = this.#entry(id)
    const entry = () => {
      this.#catchUp()
      last = this.#entries.get(id) ?? last
      return last
    }
    const change = async (to: LedgerChange) => {
      const next = applyChange(entry(), to, this.#now())
      if (next === undefined) return
      last = next
      this.#put(next)
      await this.#keep(next)
    }
    return {
      get entry() {
        return entry()
      },
      accept: (handle) => change({ to: 'accepted', handle }),
      async settle(cost, reason = 'its cost could not be learnt') {
        if (cost !== undefined) return change({ to: 'settled', cost })
        if (isOpen(entry().state)) return change({ to: 'unknown', reason })
      },
      refund: (reason) => change({ to: 'refunded', reason }),
      unknown: (reason) => change({ to: 'unknown', reason }),
    }
  }

  #keep(entry: LedgerEntry): Promise<void> {
    const kept = this.#store.keep(entry)
    const done = () => void this.#pending.delete(kept)
    this.#pending.add(kept)
    kept.then(done, done)
    return kept
  }

  #catchUp(): void {
    for (const told of this.#store.changes()) {
      const known = this.#entries.get(told.id)
      const relation = known === undefined ? 'follows' : compareFacts(known, told)
      if (relation === 'follows') this.#put(told)
      if (relation === 'illegal') {
        this.#store.warn(
          `entry ${told.id} is \`${known?.state}\`; a later \`${told.state}\` contradicts it and is left out`,
        )
      }
    }
  }

  #put(entry: LedgerEntry): void {
    const before = this.#entries.get(entry.id)
    this.#book.replace(before, entry)
    this.#entries.set(entry.id, entry)
    if (entry.jobId !== undefined && before?.jobId === undefined) {
      const key = jobKey(entry.provider, entry.jobId)
      const others = this.#jobs.get(key)
      if (others === undefined) this.#jobs.set(key, [entry.id])
      else others.push(entry.id)
    }
    if (!isOpen(entry.state)) this.#finish(entry.id)
  }

  /** Forgets the oldest of what is over, where there is a limit. */
  #finish(id: string): void {
    this.#finished.add(id)
    for (const oldest of this.#finished) {
      if (this.#finished.size <= this.#finishedEntries) return
      this.#finished.delete(oldest)
      const entry = this.#entries.get(oldest)
      this.#entries.delete(oldest)
      this.#forgotten += 1
      if (entry?.jobId !== undefined) this.#forgetJob(jobKey(entry.provider, entry.jobId), oldest)
    }
  }

  #forgetJob(key: string, id: string): void {
    const others = this.#jobs.get(key)?.filter((other) => other !== id) ?? []
    if (others.length === 0) this.#jobs.delete(key)
    else this.#jobs.set(key, others)
  }

  #entry(id: string): LedgerEntry {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new Error(`The ledger has no entry ${id}.`)
    return entry
  }

  #now(): string {
    const ms = this.#clock.now()
    if (ms !== this.#lastMs) {
      this.#lastMs = ms
      this.#lastTime = new Date(ms).toISOString()
    }
    return this.#lastTime
  }
}

function jobKey(provider: string, jobId: string): string {
  return JSON.stringify([provider, jobId])
}
