import { type CallOptions, type JobHandle, LikenessError, type Portfolio, type Provider } from '@likeness/core'
import type { Ledger, LedgerEntry } from '../../ledger/types.js'
import type { ReceiptLine } from './receipt.js'

/**
 * Paid requests that served a subject and may have left something: by the model that was applied, or by the app's name of the subject. A class name
 * tells nothing: other men are men too.
 */
export function entriesOf(portfolio: Portfolio, ledger: Ledger | undefined): readonly LedgerEntry[] {
  const models = new Set(portfolio.models.map(({ id }) => id))
  const { name, className } = portfolio.subject
  const isNamed = (subject: string | undefined) => name !== undefined && name !== className && subject === name
  const isOurs = ({ model, subject }: LedgerEntry) => (model !== undefined && models.has(model)) || isNamed(subject)
  return ledger?.entries().filter((entry) => entry.state !== 'refunded' && isOurs(entry)) ?? []
}

/** What a request may have left behind whose job nobody knows: to say nothing of it would claim that there is none. */
export function unnamed({ provider, kind, id, at, state }: LedgerEntry): ReceiptLine {
  const item = kind === 'generation' ? 'outputs' : 'dataset'
  const detail = `A request of ${at} is \`${state}\` in the ledger (entry ${id}), and no job is known of it; look for it there.`
  return { provider, item, outcome: 'impossible', detail }
}

/** Any failure in words, for a receipt. */
export function wordsOf(error: unknown): string {
  if (LikenessError.is(error)) return error.hint === undefined ? error.message : `${error.message} ${error.hint}`
  return error instanceof Error ? error.message : String(error)
}

export const notGiven = 'The provider was not given, so nothing was sent to it.'

async function removed(provider: Provider, handle: JobHandle, call: CallOptions): Promise<ReceiptLine> {
  const line = { provider: provider.id, item: 'outputs', id: handle.id } as const
  if (provider.generate === undefined || provider.capabilities.generate?.remove !== true) {
    return { ...line, outcome: 'impossible', detail: `${provider.id} offers no way to delete pictures.` }
  }
  try {
    await provider.generate.remove(handle, call)
    return { ...line, outcome: 'deleted' }
  } catch (error) {
    if (LikenessError.is(error) && error.kind === 'not-found') return { ...line, outcome: 'absent' }
    return { ...line, outcome: 'failed', detail: wordsOf(error) }
  }
}

/** Deletes the pictures of the generations that a ledger knows. Never rejects. */
export async function eraseGenerations(
  entries: readonly LedgerEntry[],
  vendors: ReadonlyMap<string, Provider>,
  dryRun: boolean,
  call: CallOptions,
): Promise<readonly ReceiptLine[]> {
  const lines: ReceiptLine[] = []
  for (const entry of entries) {
    if (entry.kind !== 'generation') continue
    const provider = vendors.get(entry.provider)
    const line = { provider: entry.provider, item: 'outputs', id: entry.handle?.id } as const
    if (entry.handle === undefined) lines.push(unnamed(entry))
    else if (provider === undefined) lines.push({ ...line, outcome: 'failed', detail: notGiven })
    else if (dryRun) lines.push({ ...line, outcome: 'planned' })
    else lines.push(await removed(provider, entry.handle, call))
  }
  return lines
}
