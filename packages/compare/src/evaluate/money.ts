import type { NanoUSD } from '@likeness/core'
import type { RunItem } from '../run/run.js'

/** What was paid for a piece of work. */
export type Paid =
  | { readonly state: 'known'; readonly amount: NanoUSD }
  /** `least` is certain; `most` is the upper bound, where every unknown request had an estimate. */
  | { readonly state: 'unknown'; readonly least: NanoUSD; readonly most: NanoUSD | undefined }

interface Request {
  readonly estimate: NanoUSD | undefined
  readonly paid: NanoUSD | undefined
}

/** Each paid request of the work. One without an outcome may have been paid for. */
function requestsOf({ history }: RunItem): readonly Request[] {
  const requests: Request[] = []
  const settle = (paid: NanoUSD | undefined) => {
    const last = requests.pop()
    requests.push({ estimate: last?.estimate, paid })
  }
  for (const line of history) {
    switch (line.type) {
      case 'intent':
        requests.push({ estimate: line.estimate?.maximum, paid: undefined })
        break
      case 'succeeded':
        settle(line.cost?.amount)
        break
      case 'failed':
        settle(line.cost?.amount ?? (line.error.billed === 'no' ? 0 : undefined))
        break
      case 'returned':
        settle(0)
        break
      case 'accepted':
      case 'postponed':
      case 'unknown':
        break
    }
  }
  return requests
}

/** What was paid for a piece of work, all requests for it together. */
export function paidFor(item: RunItem): Paid {
  const requests = requestsOf(item)
  const amount = requests.reduce((sum, { paid = 0 }) => sum + paid, 0)
  const open = requests.filter(({ paid }) => paid === undefined)
  if (open.length === 0) return { state: 'known', amount }
  const bounded = open.every(({ estimate }) => estimate !== undefined)
  const most = bounded ? open.reduce((sum, { estimate = 0 }) => sum + estimate, amount) : undefined
  return { state: 'unknown', least: amount, most }
}

/** What was paid for several pieces of work. Unknown as soon as one is. */
export function paidInAll(all: readonly Paid[]): Paid {
  const least = all.reduce((sum, paid) => sum + (paid.state === 'known' ? paid.amount : paid.least), 0)
  if (all.every(({ state }) => state === 'known')) return { state: 'known', amount: least }
  const most = all.reduce<NanoUSD | undefined>((sum, paid) => {
    const bound = paid.state === 'known' ? paid.amount : paid.most
    return sum === undefined || bound === undefined ? undefined : sum + bound
  }, 0)
  return { state: 'unknown', least, most }
}
