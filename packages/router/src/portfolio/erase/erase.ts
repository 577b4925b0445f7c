import {
  type CallOptions,
  type Clock,
  type FineTunedModel,
  type Portfolio,
  type Provider,
  systemClock,
} from '@likeness/core'
import type { Ledger } from '../../ledger/types.js'
import { vendorsOf } from '../vendors-of.js'
import { entriesOf, eraseGenerations } from './erase-generations.js'
import { eraseKeptWeights } from './erase-kept-weights.js'
import { eraseModel, eraseTraining } from './erase-models.js'
import { isModelGone, type Receipt, type ReceiptLine, receiptOf } from './receipt.js'

export interface EraseOptions extends Omit<CallOptions, 'onAttempt'> {
  /** Whose data to delete. */
  readonly portfolio: Portfolio
  /** Where they may be; a router stands for its members. */
  readonly providers: readonly Provider[]
  /**
   * Names generations and trainings that the portfolio does not: those with one of its models, and those of a subject of
   * the same name. Subjects that share a ledger must not share a name. What it no longer holds is not found.
   */
  readonly ledger?: Ledger | undefined
  /** Folder of `keepWeights`. */
  readonly folder?: string | undefined
  /** Tell what would be deleted; send nothing. @default false */
  readonly dryRun?: boolean | undefined
  /** Only for `Receipt.at`. @default that of the first provider that has one, else the machine's */
  readonly clock?: Clock | undefined
}

/**
 * Deletes what vendors keep of a subject: pictures, models, weights, training images. It does not stop at what cannot be
 * deleted or fails: the receipt tells all of it, and may be kept as a record.
 *
 * @throws LikenessError `invalid-request` where two different providers have one id; nothing was sent
 */
export async function erase(options: EraseOptions): Promise<Receipt> {
  const { portfolio, providers, ledger, folder, dryRun = false, clock, ...call } = options
  const vendors = new Map(vendorsOf(providers).map((vendor) => [vendor.id, vendor]))
  const time = clock ?? [...vendors.values()].find((vendor) => vendor.clock !== undefined)?.clock ?? systemClock
  const at = new Date(time.now()).toISOString()
  const entries = entriesOf(portfolio, ledger)
  const known = new Set(portfolio.models.map(({ id }) => id))

  // Pictures first: some vendors find them by the model.
  const lines: ReceiptLine[] = [...(await eraseGenerations(entries, vendors, dryRun, call))]
  const left: FineTunedModel[] = []
  for (const model of portfolio.models) {
    const ofModel = await eraseModel(model, vendors.get(model.provider), dryRun, call)
    if (!isModelGone(ofModel)) left.push(model)
    lines.push(...ofModel)
  }
  for (const entry of entries) {
    if (entry.kind !== 'fine-tune') continue
    lines.push(...(await eraseTraining(entry, known, vendors.get(entry.provider), dryRun, call)))
  }
  if (folder !== undefined) lines.push(...(await eraseKeptWeights(portfolio, folder, dryRun)))
  return receiptOf({ ...portfolio, models: left }, lines, { at, dryRun, forgotten: ledger?.forgotten })
}
