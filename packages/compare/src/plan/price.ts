import {
  createPortfolio,
  type Estimate,
  type FineTunedModel,
  formatUSD,
  LikenessError,
  type NanoUSD,
  nanoUSD,
  type Portfolio,
  type Provider,
  planFineTune,
  planGenerate,
  type Warning,
} from '@likeness/core'
import { judgeNotice } from '../score/plugins/judge-notice.js'
import { heldOutFindings } from './held-out.js'
import { promptsNotice } from './prompts-notice.js'
import { fineTuneInput, generateInput } from './requests.js'
import type { ComparisonPlan } from './schema.js'
import {
  givenPortfolio,
  type PlannedPicture,
  type PlannedTraining,
  type PlannedWork,
  planWork,
  subjectOf,
} from './work.js'

/** The providers of a plan, by the names it uses for them. */
export type Providers = Readonly<Record<string, Provider>>

/** What one paid request is expected to cost. */
export interface PricedItem {
  readonly key: string
  /** `undefined` where no price is known. */
  readonly estimate: Estimate | undefined
}

/** What a plan will pay for, worked out before anything is sent. */
export interface PricedPlan {
  readonly work: PlannedWork
  /** Exact numbers of paid requests, if nothing has to be sent again. */
  readonly calls: {
    readonly fineTune: number
    readonly generation: number
    readonly warmUp: number
    readonly total: number
  }
  readonly minimum: NanoUSD
  readonly maximum: NanoUSD
  /** Paid requests without a known price; `minimum` and `maximum` leave them out. */
  readonly unpriced: number
  readonly items: readonly PricedItem[]
  /** What vendors will not do as the plan says, what a judge costs besides, what the plan is too small for; each once. */
  readonly warnings: readonly Warning[]
}

/** @throws LikenessError `invalid-request` where the plan names a provider that was not given */
export function providerNamed(providers: Providers, name: string): Provider {
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined
  if (provider !== undefined) return provider
  const message = `names a provider that is not configured (given: ${name}; there are: ${Object.keys(providers).join(', ')})`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `The plan ${message}.`,
    fields: [{ field: 'vendors', message }],
  })
}

/** What a provider made of others stands for. */
function membersOf(provider: Provider): readonly Provider[] {
  return provider.members?.flatMap(membersOf) ?? [provider]
}

/**
 * A model as a training will make it, to check and price its pictures before there is one. Nothing is ever sent with it:
 * its address leads nowhere.
 */
function expectedModel(
  plan: ComparisonPlan,
  { settings, subject }: PlannedTraining,
  { id, capabilities }: Provider,
): FineTunedModel {
  const { loads = [] } = capabilities.generate ?? {}
  const base = settings.base ?? capabilities.fineTune?.bases[0] ?? ''
  const format = loads.find((one) => one.base === base)?.format
  return {
    provider: id,
    // Adapters check what an id looks like; a number suits those whose documents say so.
    id: '1',
    base,
    subject: subjectOf(plan, subject),
    trigger: settings.trigger ?? 'subject',
    createdAt: new Date(0).toISOString(),
    ...(format !== undefined && { weights: { url: 'https://weights.invalid/1', format, base } }),
  }
}

/** Whose picture it will be: with a model of each member that may do the training, since only one of them will. */
function expectedPortfolio(
  plan: ComparisonPlan,
  picture: PlannedPicture,
  provider: Provider,
  training: PlannedTraining | undefined,
): Portfolio | undefined {
  if (training === undefined) return givenPortfolio(plan, picture.subject)
  const { base } = training.settings
  const able = membersOf(provider).filter(
    ({ capabilities: { fineTune } }) => fineTune && (base === undefined || fineTune.bases.includes(base)),
  )
  return createPortfolio(
    subjectOf(plan, picture.subject),
    able.map((member) => expectedModel(plan, training, member)),
  )
}

interface Finding {
  readonly field: string
  readonly message: string
}

function findingsOf(vendor: string | undefined, error: unknown): Finding[] {
  if (!LikenessError.is(error)) throw error
  return [{ field: vendor === undefined ? 'vendors' : `vendors.${vendor}`, message: error.message }]
}

interface Priced extends PricedItem {
  readonly warnings: readonly Warning[]
  readonly findings: readonly Finding[]
}

async function priceTraining(plan: ComparisonPlan, training: PlannedTraining, provider: Provider): Promise<Priced> {
  const { key } = training
  try {
    const { problems, ...planned } = await planFineTune({ provider, ...fineTuneInput(plan, training) })
    const refused = problems.filter(({ severity }) => severity === 'error')
    const field = `subjects.${training.subject}.images`
    const findings = refused.map(({ message }) => ({ field, message: `${provider.id}: ${message}` }))
    return { key, ...planned, findings }
  } catch (error) {
    return { key, estimate: undefined, warnings: [], findings: findingsOf(training.vendors[0], error) }
  }
}

async function pricePicture(
  plan: ComparisonPlan,
  picture: PlannedPicture,
  provider: Provider,
  training: PlannedTraining | undefined,
): Promise<Priced> {
  const { key } = picture
  try {
    const portfolio = expectedPortfolio(plan, picture, provider, training)
    const planned = await planGenerate({ provider, portfolio, ...generateInput(plan, picture) })
    return { key, ...planned, findings: [] }
  } catch (error) {
    return { key, estimate: undefined, warnings: [], findings: findingsOf(picture.vendor, error) }
  }
}

function distinctWarnings(priced: readonly Priced[]): Warning[] {
  return [...new Map(priced.flatMap(({ warnings }) => warnings).map((one) => [JSON.stringify(one), one])).values()]
}

/**
 * Checks all work of a plan with its providers and works out what it costs. Reads the photos; sends nothing, and needs
 * no key.
 *
 * @throws LikenessError `invalid-request` with everything that a provider would refuse
 */
export async function pricePlan(plan: ComparisonPlan, providers: Providers): Promise<PricedPlan> {
  const work = planWork(plan)
  const priced: Priced[] = []
  for (const training of work.trainings) {
    priced.push(await priceTraining(plan, training, providerNamed(providers, training.provider)))
  }
  for (const picture of work.pictures) {
    const training = work.trainings.find(({ key }) => key === picture.training)
    priced.push(await pricePicture(plan, picture, providerNamed(providers, picture.provider), training))
  }
  const found = [...(await heldOutFindings(plan)), ...priced.flatMap(({ findings }) => findings)]
  const fields = [...new Map(found.map((finding) => [JSON.stringify(finding), finding])).values()]
  if (fields.length > 0) {
    const messages = [...new Set(fields.map(({ message }) => message))]
    const message = `The plan cannot be carried out: ${messages.join(' ')}`
    throw new LikenessError({ kind: 'invalid-request', message, fields, hint: 'Nothing was sent.' })
  }
  const known = priced.flatMap(({ estimate }) => estimate ?? [])
  const warmUp = work.pictures.filter((picture) => picture.warmUp).length
  return {
    work,
    calls: {
      fineTune: work.trainings.length,
      generation: work.pictures.length - warmUp,
      warmUp,
      total: work.trainings.length + work.pictures.length,
    },
    minimum: known.reduce((sum, { minimum }) => sum + minimum, 0),
    maximum: known.reduce((sum, { maximum }) => sum + maximum, 0),
    unpriced: priced.length - known.length,
    items: priced.map(({ key, estimate }) => ({ key, estimate })),
    warnings: [
      ...distinctWarnings(priced),
      ...promptsNotice(plan),
      ...judgeNotice(plan.scorers, work.pictures.length - warmUp),
    ],
  }
}

/**
 * Refuses a plan that may cost more than its budget.
 *
 * @throws LikenessError `budget-exceeded`
 */
export function checkBudget({ budget }: ComparisonPlan, { maximum, unpriced }: PricedPlan): void {
  const refuse = (message: string, hint: string): never => {
    throw new LikenessError({ kind: 'budget-exceeded', message, fields: [{ field: 'budget', message }], hint })
  }
  if (maximum > nanoUSD(budget.limitUSD)) {
    const limit = formatUSD(nanoUSD(budget.limitUSD))
    refuse(`The plan may cost ${formatUSD(maximum)}; its budget is ${limit}.`, 'Ask for fewer pictures, or raise it.')
  }
  if (unpriced > 0 && budget.unpriced === 'refuse') {
    refuse(
      `No price is known for ${unpriced} of the paid requests, so the budget cannot be kept.`,
      "Set prices in the config, or say `unpriced: 'allow'` in the budget.",
    )
  }
}
