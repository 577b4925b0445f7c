import type { GenerateCapabilities } from './capabilities.js'
import { LikenessError } from './error.js'
import type { FineTunedModel } from './model.js'
import type { Provider } from './provider.js'
import type { Subject } from './subject.js'

/** The portable record of one subject: its models, one or more per provider. JSON, kept by the app. */
export interface Portfolio {
  readonly version: 1
  readonly subject: Subject
  readonly models: readonly FineTunedModel[]
}

/** A portfolio of models that were trained already, or of none yet. */
export function createPortfolio(subject: Subject, models: readonly FineTunedModel[] = []): Portfolio {
  return { version: 1, subject, models }
}

/** The portfolio with one more model; an entry with the same provider and id is replaced. */
export function addModel(portfolio: Portfolio, model: FineTunedModel): Portfolio {
  const others = portfolio.models.filter((other) => other.provider !== model.provider || other.id !== model.id)
  return { ...portfolio, models: [...others, model] }
}

function hasExpired({ expiresAt }: FineTunedModel, now: number): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= now
}

/** Why a model cannot be used at a provider; `undefined` when it can. */
function obstacle(model: FineTunedModel, provider: Provider, loads: GenerateCapabilities['loads'], now: number) {
  if (hasExpired(model, now)) return `expired on ${model.expiresAt}`
  if (model.provider === provider.id) return undefined
  const { weights } = model
  if (weights === undefined) return `its weights cannot leave ${model.provider}`
  if (weights.access === 'vendor') return `the address of its weights opens for ${model.provider} alone`
  if (loads.some(({ base, format }) => base === weights.base && format === weights.format)) return undefined
  return `${provider.id} cannot load ${weights.format} weights of ${weights.base}`
}

/** The first member's model; where none has one, all their reasons. */
function selectAmong(portfolio: Portfolio, provider: Provider, members: readonly Provider[], now: number) {
  const refusals: LikenessError[] = []
  for (const member of members) {
    try {
      return selectModel(portfolio, member, now)
    } catch (error) {
      if (!LikenessError.is(error)) throw error
      refusals.push(error)
    }
  }
  throw new LikenessError({
    kind: refusals.length > 0 && refusals.every(({ kind }) => kind === 'expired') ? 'expired' : 'no-eligible-provider',
    message: refusals.map(({ message }) => message).join(' '),
    provider: provider.id,
    fields: refusals.flatMap(({ fields = [] }) => fields),
    hint: 'Train the subject at one of them first, or add a provider that has it.',
  })
}

/**
 * The model of a portfolio to use at a provider: its own newest one, else weights from elsewhere that it can load.
 * Never the base model instead, and a mock only where the portfolio holds nothing else: its pictures do not show the
 * subject. At a provider made of others: the model of the first member that has one.
 *
 * @param now - milliseconds since the epoch
 * @throws LikenessError `expired` when the provider's own models have all expired, else `no-eligible-provider`, with
 * the reason for each model
 */
export function selectModel(portfolio: Portfolio, provider: Provider, now: number): FineTunedModel {
  if (provider.members !== undefined) return selectAmong(portfolio, provider, provider.members, now)
  const loads = provider.capabilities.generate?.loads ?? []
  const newestFirst = [...portfolio.models].sort(
    (one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt),
  )
  const own = newestFirst.filter((model) => model.provider === provider.id)
  const candidates = [...own, ...newestFirst.filter((model) => model.provider !== provider.id)]
  const rehearsal = candidates.every(({ mock }) => mock === true)
  const against = (model: FineTunedModel) =>
    model.mock === true && !rehearsal
      ? 'is of a mock training, which does not stand in for a real one'
      : obstacle(model, provider, loads, now)
  const usable = candidates.find((model) => against(model) === undefined)
  if (usable !== undefined) return usable
  const reasons = candidates.map((model) => ({
    field: `portfolio.models (${model.provider} ${model.id})`,
    message: against(model) ?? '',
  }))
  const subject = portfolio.subject.name ?? portfolio.subject.className
  const why = reasons.map(({ field, message }) => `${field}: ${message}`).join('; ') || 'the portfolio holds no model'
  throw new LikenessError({
    kind: own.some((model) => hasExpired(model, now)) ? 'expired' : 'no-eligible-provider',
    message: `${provider.id} has no usable model of ${subject}: ${why}.`,
    provider: provider.id,
    fields: reasons,
    hint: `Train the subject at ${provider.id} first, or use a provider that has it.`,
  })
}
