import type { Erasure, ErasureItem, Portfolio, Subject } from '@likeness/core'

/** What would be deleted; in a rehearsal, in place of what became of it. */
export interface PlannedErasure {
  readonly item: ErasureItem
  readonly outcome: 'planned'
  /** Whose data: the vendor's id of the model or job. */
  readonly id?: string | undefined
  readonly detail?: string | undefined
}

/** What became of one sort of data at one vendor. */
export type ReceiptLine = (Erasure | PlannedErasure) & {
  /** `Provider.id` of the vendor; of who trained it, for kept weights. */
  readonly provider: string
  /** Set for weights in a folder of the app's. */
  readonly kept?: true | undefined
}

/** What was deleted of a subject, and what was not. Plain JSON: keep it, it answers who asks later. */
export interface Receipt {
  readonly version: 1
  readonly subject: Subject
  /** ISO 8601: when it was begun. */
  readonly at: string
  /** Nothing was sent, nothing was deleted. */
  readonly dryRun: boolean
  readonly lines: readonly ReceiptLine[]
  /** Whether nothing is left anywhere, as far as it is known where the subject's data are. */
  readonly complete: boolean
  /** What a person must still do, or wait for; empty where it is complete. */
  readonly remaining: readonly string[]
  /** Without the models that are gone. */
  readonly portfolio: Portfolio
}

function isGone({ outcome }: ReceiptLine): boolean {
  return outcome === 'deleted' || outcome === 'absent'
}

/** What a line leaves to be done, in words. */
function remainder(line: ReceiptLine): string {
  const of = line.id === undefined ? '' : ` of ${line.id}`
  const what = `${line.provider}${line.kept ? ' (kept weights)' : ''}, ${line.item}${of}`
  const detail = line.detail === undefined ? '' : ` ${line.detail.replace(/[.!?]*$/, '.')}`
  switch (line.outcome) {
    case 'expires':
      return `${what}: nothing to do but wait${line.until === undefined ? '' : ` until ${line.until}`}.${detail}`
    case 'impossible':
      return `${what}: must be deleted by hand.${detail}`
    case 'failed':
      return `${what}: could not be deleted; try again.${detail}`
    case 'planned':
      return `${what}: would be deleted.${detail}`
    case 'deleted':
    case 'absent':
      return `${what}: nothing is left.`
  }
}

/**
 * Whether a vendor has nothing of a model any more, by what it said of it.
 *
 * @param lines - those of this model alone
 */
export function isModelGone(lines: readonly ReceiptLine[]): boolean {
  const own = lines.filter(({ item }) => item === 'model' || item === 'weights')
  return own.length > 0 && own.every(isGone)
}

/** The receipt of lines. */
export function receiptOf(
  portfolio: Portfolio,
  lines: readonly ReceiptLine[],
  { at, dryRun, forgotten = 0 }: Pick<Receipt, 'at' | 'dryRun'> & { readonly forgotten?: number | undefined },
): Receipt {
  const left = lines.filter((line) => !isGone(line))
  const { subject } = portfolio
  const unnamed = `The ledger has forgotten ${forgotten} finished requests, of which some may have been of this subject.`
  const remaining = [...left.map(remainder), ...(forgotten > 0 ? [unnamed] : [])]
  const complete = !dryRun && remaining.length === 0
  return { version: 1, subject, at, dryRun, lines, complete, remaining, portfolio }
}
