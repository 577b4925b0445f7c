import type { EmulatorClock } from './clock.js'
import type { BilledJob } from './types.js'
import type { Invoice } from './vendor.js'

/** What one vendor has billed, and the account's balance. Money is integer nano-USD. */
export function createInvoice(
  clock: EmulatorClock,
): Invoice & { setBalance(nanoUSD: number | undefined): void; reset(): void } {
  const entries: BilledJob[] = []
  let balance: number | undefined
  return {
    entries,
    get balance() {
      return balance
    },
    canAfford: (amount) => balance === undefined || (balance > 0 && balance >= amount),
    bill({ kind, jobId, lines }) {
      const amount = lines.reduce((sum, line) => sum + line.amount, 0)
      if (!Number.isSafeInteger(amount)) throw new RangeError(`amount of job ${jobId} must be an integer: ${amount}`)
      const entry: BilledJob = { kind, jobId, amount, lines: [...lines], at: clock.now(), status: 'billed' }
      entries.push(entry)
      if (balance !== undefined) balance -= amount
      return entry
    },
    refund(jobId) {
      for (const entry of entries) {
        if (entry.jobId !== jobId || entry.status === 'refunded') continue
        entry.status = 'refunded'
        if (balance !== undefined) balance += entry.amount
      }
    },
    setBalance(nanoUSD) {
      if (nanoUSD !== undefined && !Number.isSafeInteger(nanoUSD))
        throw new TypeError(`balance must be an integer number of nano-USD or undefined, got ${nanoUSD}`)
      balance = nanoUSD
    },
    reset() {
      entries.length = 0
      balance = undefined
    },
  }
}
