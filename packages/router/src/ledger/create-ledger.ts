import type { Clock } from '@likeness/core'
import { type LedgerStore, StoredLedger } from './ledger.js'
import type { Budget, Ledger, LedgerEntry } from './types.js'

export interface LedgerSettings {
  readonly clock: Clock
  /** @default none: everything is recorded, nothing is refused */
  readonly budgets?: readonly Budget[] | undefined
  /** What the ledger begins with, in the order it was reserved. */
  readonly entries?: readonly LedgerEntry[] | undefined
  /**
   * Keeps an entry as it now stands, new or changed, e.g. in a database; by its `id`. Calls for one entry come one after
   * the other. A rejection becomes that of the `reserve`, `accept`, ... it belongs to; a `reserve` has then set nothing
   * aside.
   */
  readonly keep?: ((entry: LedgerEntry) => Promise<void>) | undefined
  /**
   * Most settled and refunded entries that stay in memory; the oldest are forgotten. Budgets count what they cost all the
   * same. @default all
   */
  readonly finishedEntries?: number | undefined
}

/** Calls `keep` at once, or after the earlier call for the same entry has ended: a store must not see them overtake. */
function inOrder(keep: (entry: LedgerEntry) => Promise<void>): LedgerStore['keep'] {
  const last = new Map<string, Promise<void>>()
  return async (entry) => {
    const before = last.get(entry.id)
    // A failure before is its own caller's to hear of; the entry as it now stands makes up for it.
    const kept = before === undefined ? keep(entry) : before.catch(() => {}).then(() => keep(entry))
    last.set(entry.id, kept)
    try {
      await kept
    } finally {
      if (last.get(entry.id) === kept) last.delete(entry.id)
    }
  }
}

/**
 * A ledger in memory. `openLedger` makes one that lasts.
 *
 * @throws LikenessError `invalid-request` naming every field of the budgets that is wrong
 */
export function createLedger({ clock, budgets = [], entries = [], keep, finishedEntries }: LedgerSettings): Ledger {
  let unread = entries
  const store: LedgerStore = {
    changes() {
      const read = unread
      unread = []
      return read
    },
    keep: keep === undefined ? async () => {} : inOrder(keep),
    flush: async () => {},
    warn: (message) => process.emitWarning(`Ledger: ${message}.`),
  }
  return new StoredLedger(clock, budgets, store, finishedEntries)
}
