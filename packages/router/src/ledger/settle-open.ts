import { isFinal, type JobHandle, type JobStatus, LikenessError, type Provider } from '@likeness/core'
import { settleEnd } from '../run/books.js'
import { asError } from '../run/endings.js'
import { generation, training } from '../run/jobs.js'
import type { Ledger, LedgerEntry, Reservation } from './types.js'

export interface SettleOptions {
  readonly ledger: Ledger
  /** Whose jobs to ask for: the providers themselves, or routers over them. */
  readonly providers: readonly Provider[]
  readonly abortSignal?: AbortSignal | undefined
}

/** What became of the jobs that a ledger had as `accepted`. Each entry is in one of the lists, as it now stands. */
export interface SettleReport {
  readonly settled: readonly LedgerEntry[]
  readonly refunded: readonly LedgerEntry[]
  /** Ended, and the vendor does not say what it cost. */
  readonly unknown: readonly LedgerEntry[]
  /** Not ended. Their money stays held. */
  readonly underWay: readonly LedgerEntry[]
  /** Could not be asked for: no such provider was given, or it did not answer. Their money stays held. */
  readonly unreachable: readonly { readonly entry: LedgerEntry; readonly error: LikenessError }[]
}

/** The provider of that id itself, also where it is a member of a router. */
function providerOf(providers: readonly Provider[], id: string): Provider | undefined {
  for (const provider of providers) {
    if (provider.members === undefined && provider.id === id) return provider
    const member = providerOf(provider.members ?? [], id)
    if (member !== undefined) return member
  }
  return undefined
}

function statusOf(
  { providers, abortSignal }: SettleOptions,
  { handle, provider: id, jobId }: LedgerEntry,
): Promise<JobStatus> {
  const provider = providerOf(providers, id)
  if (provider === undefined || handle === undefined) {
    const message =
      provider === undefined
        ? `No provider ${id} was given, so that the job ${jobId} cannot be asked for.`
        : `The ledger keeps no handle of the job ${jobId}.`
    const field = provider === undefined ? 'providers' : 'handle'
    throw new LikenessError({ kind: 'invalid-request', message, provider: id, fields: [{ field, message }] })
  }
  return readStatus(provider, handle, abortSignal)
}

function readStatus(provider: Provider, handle: JobHandle, abortSignal: AbortSignal | undefined): Promise<JobStatus> {
  switch (handle.kind) {
    case 'fine-tune':
      return training.at(provider).jobs.status(handle, { abortSignal })
    case 'generation':
      return generation.at(provider).jobs.status(handle, { abortSignal })
  }
}

function acceptedIn({ ledger }: SettleOptions): Reservation[] {
  return ledger
    .entries()
    .filter(({ state }) => state === 'accepted')
    .flatMap(({ id }) => ledger.reservation(id) ?? [])
}

/**
 * Asks for every job that was accepted and whose end nobody has seen, because waiting for it timed out, was aborted, or
 * its process ended, and settles what has ended. One request for each job, one after the other; a vendor that does not
 * answer holds up none of the others. What is `unknown` without a job stays so: no vendor can be asked for it.
 *
 * @throws the reason of `abortSignal`; what is not reached by then stays as it was. Else what the ledger's own store
 * fails with
 */
export async function settleOpen(options: SettleOptions): Promise<SettleReport> {
  const settled: LedgerEntry[] = []
  const refunded: LedgerEntry[] = []
  const unknown: LedgerEntry[] = []
  const underWay: LedgerEntry[] = []
  const unreachable: { entry: LedgerEntry; error: LikenessError }[] = []
  const lists = { settled, refunded, unknown, accepted: underWay, reserved: underWay }
  for (const reservation of acceptedIn(options)) {
    options.abortSignal?.throwIfAborted()
    let status: JobStatus
    try {
      status = await statusOf(options, reservation.entry)
    } catch (thrown) {
      options.abortSignal?.throwIfAborted()
      const { entry } = reservation
      unreachable.push({ entry, error: asError(thrown, entry.provider) })
      continue
    }
    if (isFinal(status)) await settleEnd(reservation, status)
    const { entry } = reservation
    lists[entry.state].push(entry)
  }
  return { settled, refunded, unknown, underWay, unreachable }
}
