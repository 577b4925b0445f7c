import {
  addModel,
  type CallOptions,
  createPortfolio,
  LikenessError,
  type ModelReference,
  type Portfolio,
  type Provider,
} from '@likeness/core'
import { refusedOption } from './check-options.js'
import { checkSameSubject } from './subjects.js'

export interface ImportOptions extends Omit<CallOptions, 'onAttempt'> {
  /** Where it was trained, or where its weights are to be loaded. */
  readonly provider: Provider
  /** By the vendor's id (Astria's tune id, fal's request id, Segmind's finetune id or slug), or by the address of its weights. */
  readonly reference: ModelReference
  /** To add the model to. @default a new one of the reference's subject */
  readonly portfolio?: Portfolio | undefined
}

/** What of a reference names the model: each is a sort that a provider takes over or not. */
function sortOf({ id, url }: ModelReference): 'id' | 'url' {
  if (id === undefined && url === undefined) throw refusedOption('reference', 'must hold `id` or `url`')
  return id === undefined ? 'url' : 'id'
}

/**
 * Adds something that was trained without Likeness to a portfolio. Sends no paid request.
 *
 * @example
 * const portfolio = await importModel({ provider: createAstria(), reference: { id: '1533312', subject } })
 * @throws LikenessError before anything is sent: `invalid-request`, also where it is another subject's than the
 * portfolio's, and `unsupported` for a sort of reference that the provider does not take over; else `not-found` and what
 * the vendor's answer means
 */
export async function importModel({ provider, reference, portfolio, ...call }: ImportOptions): Promise<Portfolio> {
  const { fineTune, capabilities, id } = provider
  const sort = sortOf(reference)
  if (portfolio !== undefined) checkSameSubject(portfolio, reference.subject, 'reference.subject')
  const adopts = capabilities.fineTune?.adopts ?? []
  if (fineTune === undefined || !adopts.includes(sort)) {
    const allowed = adopts.length === 0 ? 'takes over nothing' : `takes over models by ${adopts.join(' or ')}`
    throw new LikenessError({
      kind: 'unsupported',
      message: `${id} ${allowed}, not by ${sort}.`,
      provider: id,
      operation: 'fine-tune.adopt',
      fields: [{ field: `reference.${sort}`, message: `${id} ${allowed}` }],
    })
  }
  const model = await fineTune.adopt(reference, call)
  return addModel(portfolio ?? createPortfolio(reference.subject), model)
}
