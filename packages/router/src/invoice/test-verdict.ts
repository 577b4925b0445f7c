import { formatUSD } from '@likeness/core'
import type { LedgerEntry } from '../ledger/types.js'
import type { MadeJob, Measured, Scene } from './test-measure.js'
import { knowledgeOf } from './test-operations.js'

/** What an entry says of the money: it is gone, it is not, nobody knows, or the job has not ended. */
export type Standing = 'paid' | 'free' | 'unknown' | 'held'

export function standingOf({ state, cost }: LedgerEntry): Standing {
  switch (state) {
    case 'settled':
      return (cost?.amount ?? 0) > 0 ? 'paid' : 'free'
    case 'refunded':
      return 'free'
    case 'unknown':
      return 'unknown'
    case 'reserved':
    case 'accepted':
      return 'held'
  }
}

const billed = (jobs: readonly MadeJob[]) => jobs.filter((job) => job.billed !== undefined)

function invoiced(jobs: readonly MadeJob[]): number {
  return jobs.reduce((sum, job) => sum + (job.billed ?? 0), 0)
}

/** Where the ledger says something else than the invoice, in words; whatever is `unknown` or held may be anything. */
export function disagreements({ jobs, entries }: Measured): string[] {
  const words = entries.flatMap((entry) => {
    const { state, provider, jobId, cost } = entry
    const job = jobs.find(({ vendor, id }) => vendor === provider && id === jobId)
    const amount = job?.billed ?? 0
    const said = `${provider} ${jobId}: ${state} ${cost?.amount ?? ''}, on the invoice ${amount}`
    if (jobId !== undefined && job === undefined) return [`${said}: there is no such job`]
    if (state === 'settled' && (jobId === undefined || cost?.amount !== amount)) return [said]
    return state === 'refunded' && amount !== 0 ? [said] : []
  })
  const unaccounted = billed(jobs).filter(
    ({ vendor, id }) => !entries.some(({ provider, jobId }) => provider === vendor && jobId === id),
  )
  const open = entries.filter((entry) => entry.jobId === undefined && standingOf(entry) === 'unknown')
  const orphans = unaccounted.filter(
    ({ vendor }, index) => open.filter(({ provider }) => provider === vendor).length <= index,
  )
  return [...words, ...orphans.map(({ vendor, id }) => `${vendor} ${id}: billed, and nowhere in the ledger`)]
}

/** Jobs that were paid for. */
export function billedJobs({ jobs }: Measured): number {
  return billed(jobs).length
}

/** What the entries must say of one request to one vendor: `unknown` exactly where nobody can know. */
export function expectedStandings(
  { operation, mishap, onUnknown }: Scene,
  { jobs }: Measured,
): readonly (readonly Standing[])[] {
  switch (knowledgeOf(operation, mishap)) {
    case 'made':
      return [['paid']]
    case 'nothing-made':
      return [['free']]
    case 'failed':
    case 'blocked':
      return [[operation.tellsCostOfFailure ? 'free' : 'unknown']]
    case 'stuck':
      return [['held'], ['unknown']]
    case 'lost': {
      const resent = onUnknown === 'resend'
      if (operation.find) return [[resent || jobs.length > 0 ? 'paid' : 'free']]
      return [resent ? ['unknown', 'paid'] : ['unknown']]
    }
  }
}

function words(entry: LedgerEntry): string {
  const standing = standingOf(entry)
  switch (standing) {
    case 'paid':
      return formatUSD(entry.cost?.amount ?? 0)
    case 'free':
      return '$0'
    case 'unknown':
    case 'held':
      return standing
  }
}

/** One cell of a matrix: what the ledger says, and the invoice where the ledger cannot say it. */
export function cellOf({ jobs, entries }: Measured): string {
  const vendors = new Set(entries.map(({ provider }) => provider))
  const said = entries.map((entry) => (vendors.size > 1 ? `${entry.provider} ${words(entry)}` : words(entry)))
  const open = entries.some((entry) => ['unknown', 'held'].includes(standingOf(entry)))
  const sum = invoiced(jobs)
  return open ? `${said.join(', ')} (invoice ${sum === 0 ? '$0' : formatUSD(sum)})` : said.join(', ')
}
