import { type CallOptions, type Erasure, type FineTunedModel, LikenessError, type Provider } from '@likeness/core'
import type { LedgerEntry } from '../../ledger/types.js'
import { notGiven, unnamed, wordsOf } from './erase-generations.js'
import type { ReceiptLine } from './receipt.js'

/** What a vendor keeps of a model. */
const items = ['model', 'dataset'] as const

/** A provider that says nothing of something has not deleted it. */
function unsaid(provider: Provider, id: string, erasures: readonly Erasure[]): ReceiptLine[] {
  const told = new Set(erasures.map(({ item }) => (item === 'weights' ? 'model' : item)))
  const detail = `${provider.id} does not say what became of it.`
  return items
    .filter((item) => !told.has(item))
    .map((item) => ({ provider: provider.id, item, id, outcome: 'impossible', detail }))
}

/** Deletes what a vendor keeps of one model. Never rejects. */
export async function eraseModel(
  model: FineTunedModel,
  provider: Provider | undefined,
  dryRun: boolean,
  call: CallOptions,
): Promise<readonly ReceiptLine[]> {
  const { id } = model
  const all = (rest: Pick<ReceiptLine, 'outcome' | 'detail'>) =>
    items.map((item) => ({ provider: model.provider, item, id, ...rest }) as ReceiptLine)
  if (provider === undefined) return all({ outcome: 'failed', detail: notGiven })
  if (provider.fineTune === undefined) {
    return all({ outcome: 'impossible', detail: `${provider.id} offers no way to delete models.` })
  }
  if (dryRun) return all({ outcome: 'planned' })
  try {
    const erasures = await provider.fineTune.erase(model, call)
    const lines = erasures.map((erasure) => ({ ...erasure, provider: provider.id, id: erasure.id ?? id }))
    return [...lines, ...unsaid(provider, id, erasures)]
  } catch (error) {
    if (LikenessError.is(error) && error.kind === 'unsupported')
      return all({ outcome: 'impossible', detail: wordsOf(error) })
    return all({ outcome: 'failed', detail: wordsOf(error) })
  }
}

/** Images may outlive the training that they were uploaded for. */
function forgotten(provider: string, id: string): ReceiptLine[] {
  const detail = 'The vendor no longer knows the training, and so cannot be asked whether it still has its images.'
  return [
    { provider, item: 'model', id, outcome: 'absent' },
    { provider, item: 'dataset', id, outcome: 'impossible', detail },
  ]
}

/**
 * Deletes what a training left behind whose model is not in the portfolio: one that was never waited for, or that has
 * failed. Asks the vendor what became of it. Never rejects.
 *
 * @param known - ids of the portfolio's models
 */
export async function eraseTraining(
  entry: LedgerEntry,
  known: ReadonlySet<string>,
  provider: Provider | undefined,
  dryRun: boolean,
  call: CallOptions,
): Promise<readonly ReceiptLine[]> {
  const { provider: id, handle } = entry
  if (handle === undefined) return [unnamed(entry)]
  if (known.has(handle.id)) return []
  const line = { provider: id, item: 'dataset', id: handle.id } as const
  if (provider?.fineTune === undefined) return [{ ...line, outcome: 'failed', detail: notGiven }]
  if (dryRun) return [{ ...line, outcome: 'planned', detail: 'A training that is not in the portfolio.' }]
  try {
    const status = await provider.fineTune.status(handle, call)
    switch (status.state) {
      case 'succeeded':
        return known.has(status.model.id) ? [] : await eraseModel(status.model, provider, dryRun, call)
      case 'queued':
      case 'running':
      case 'deploying':
        return [
          {
            ...line,
            outcome: 'failed',
            detail: `The training is at work (${status.state}); erase again when it is done.`,
          },
        ]
      case 'failed':
      case 'canceled':
        return [
          {
            ...line,
            outcome: 'impossible',
            detail: `The training ended as ${status.state}; there is no model to delete its images with.`,
          },
        ]
      case 'expired':
        return forgotten(id, handle.id)
    }
  } catch (error) {
    if (LikenessError.is(error) && error.kind === 'not-found') return forgotten(id, handle.id)
    return [{ ...line, outcome: 'failed', detail: wordsOf(error) }]
  }
}
