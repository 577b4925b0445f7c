import {
  createPortfolio,
  type FineTune,
  type FineTunedModel,
  fineTune,
  type Generate,
  type JobHandle,
  type JobKind,
  type Portfolio,
  type Provider,
} from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import type { Ledger, LedgerSubject } from '../ledger/types.js'
import { sneaker, type VendorName, type Vendors } from '../portfolio/test-vendors.js'
import type { Target } from '../strategy/types.js'
import { type Part, partsOf } from './handles.js'

export const prompt = 'a photo of {subject} on a beach'

/** A portfolio with one model at each of the providers. */
export async function trainedAt(...providers: readonly Provider[]): Promise<Portfolio> {
  const models: FineTunedModel[] = []
  for (const provider of providers) {
    const { model } = await fineTune({ provider, subject: sneaker, images: trainingPhotos(), trigger: 'ohwx' })
    models.push(model)
  }
  return createPortfolio(sneaker, models)
}

/** One provider after the other. */
export function oneAfterTheOther(...names: readonly string[]): Target {
  return { strategy: { mode: 'fallback' }, targets: names.map((provider) => ({ provider })) }
}

/** The paid requests of that kind that arrived at a vendor. */
export function submitsAt({ emulator }: Vendors, name: VendorName, kind: JobKind = 'generation') {
  return emulator.vendors[name].journal.filter(({ operation }) => operation === `${kind}.submit`)
}

/** The provider with some of its ways to generate replaced. */
export function generatingWith(provider: Provider, changes: Partial<Generate>): Provider {
  if (provider.generate === undefined) throw new TypeError(`${provider.id} cannot generate`)
  return { ...provider, generate: { ...provider.generate, ...changes } }
}

/** The provider with some of its ways to train replaced. */
export function trainingWith(provider: Provider, changes: Partial<FineTune>): Provider {
  if (provider.fineTune === undefined) throw new TypeError(`${provider.id} cannot train`)
  return { ...provider, fineTune: { ...provider.fineTune, ...changes } }
}

/** What a router's handle names. */
export function partsIn(handle: JobHandle | undefined): readonly Part[] {
  if (handle === undefined) throw new Error('there is no handle')
  return partsOf({ id: handle.provider, leaves: [] }, handle)
}

/** A ledger whose disk fails when it is to set money aside for some of the requests. */
export function unwritable(ledger: Ledger, fails: (subject: LedgerSubject) => boolean): Ledger {
  const reserve: Ledger['reserve'] = async (subject) => {
    if (fails(subject)) throw new Error('EIO: the disk is gone.')
    return ledger.reserve(subject)
  }
  return {
    reserve,
    obstacle: (subject) => ledger.obstacle(subject),
    find: (provider, jobId) => ledger.find(provider, jobId),
    findRequest: (provider, key) => ledger.findRequest(provider, key),
    reservation: (id) => ledger.reservation(id),
    forgotten: 0,
    entries: () => ledger.entries(),
    budgets: () => ledger.budgets(),
    flush: () => ledger.flush(),
  }
}
