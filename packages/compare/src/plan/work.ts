import { createHash } from 'node:crypto'
import { createPortfolio, type Portfolio, type Subject } from '@likeness/core'
import { stableText } from '@likeness/core/runtime'
import type { ComparisonPlan } from './schema.js'

/** One training: of one subject at one provider, with settings that several entries may share. */
export interface PlannedTraining {
  readonly kind: 'fine-tune'
  /** Tells it from all other work of the plan, and is the same each time the plan is read. */
  readonly key: string
  /** Name of the provider in the plan. */
  readonly provider: string
  /** Name of the subject in the plan. */
  readonly subject: string
  /** The entries that use its model. */
  readonly vendors: readonly string[]
  readonly settings: FineTuneSettings
}

/** One picture, by one paid request. */
export interface PlannedPicture {
  readonly kind: 'generation'
  readonly key: string
  readonly provider: string
  readonly vendor: string
  readonly subject: string
  /** Key of the training whose model it shows; absent where the subject came with a portfolio. */
  readonly training?: string | undefined
  /** `id` of the prompt. */
  readonly prompt: string
  readonly seed: number
  /** Absent where the vendor chooses. */
  readonly size?: string | undefined
  /** From 1. */
  readonly repeat: number
  /** Made to wake the vendor up; no measure reads it. */
  readonly warmUp: boolean
}

/** All that a plan pays for. Each entry is one paid request. */
export interface PlannedWork {
  readonly trainings: readonly PlannedTraining[]
  /** In fair order: every vendor makes a picture before any of them makes the next one. */
  readonly pictures: readonly PlannedPicture[]
}

type VendorEntry = ComparisonPlan['vendors'][string]
type FineTuneSettings = NonNullable<VendorEntry['fineTune']>
type GenerateSettings = NonNullable<VendorEntry['generate']>

/** Settings of the trainings of an entry: those of its preset, and its own. */
export function fineTuneSettings(plan: ComparisonPlan, { preset, fineTune }: VendorEntry): FineTuneSettings {
  return { ...(preset === undefined ? {} : plan.presets[preset]?.fineTune), ...fineTune }
}

/** Settings of the pictures of an entry: those of its preset, and its own. */
export function generateSettings(plan: ComparisonPlan, { preset, generate }: VendorEntry): GenerateSettings {
  return { ...(preset === undefined ? {} : plan.presets[preset]?.generate), ...generate }
}

/** Who a subject of the plan is. Its portfolio must have been read. */
export function subjectOf({ subjects }: ComparisonPlan, key: string): Subject {
  const entry = subjects[key]
  if (entry === undefined) throw new RangeError(`the plan has no subject ${key}`)
  const { className, kind, name, portfolio } = entry
  if (typeof portfolio === 'object') return portfolio.subject
  if (className === undefined) throw new RangeError(`the portfolio of ${key} was not read`)
  return { className, name: name ?? key, ...(kind && { kind }) }
}

/** The portfolio that a subject came with. */
export function givenPortfolio({ subjects }: ComparisonPlan, key: string): Portfolio | undefined {
  const portfolio = subjects[key]?.portfolio
  return typeof portfolio === 'object' ? createPortfolio(portfolio.subject, portfolio.models) : undefined
}

function trainingKey(subject: string, provider: string, settings: FineTuneSettings): string {
  const digest = createHash('sha256').update(stableText(settings)).digest('hex').slice(0, 12)
  return `fine-tune/${subject}/${provider}/${digest}`
}

function planTrainings(plan: ComparisonPlan): Map<string, PlannedTraining> {
  const trainings = new Map<string, PlannedTraining>()
  for (const [subject, entry] of Object.entries(plan.subjects)) {
    if (entry.portfolio !== undefined) continue
    for (const [vendor, chosen] of Object.entries(plan.vendors)) {
      const settings = fineTuneSettings(plan, chosen)
      const { provider } = chosen
      const key = trainingKey(subject, provider, settings)
      const vendors = [...(trainings.get(key)?.vendors ?? []), vendor]
      trainings.set(key, { kind: 'fine-tune', key, provider, subject, vendors, settings })
    }
  }
  return trainings
}

/** The same items, beginning with another one each time, so that none is always first. */
function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const at = items.length === 0 ? 0 : by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

type Scene = Pick<PlannedPicture, 'subject' | 'prompt' | 'seed' | 'size' | 'repeat'>

function scenes({ subjects, prompts, seeds, sizes, repeats }: ComparisonPlan): Scene[] {
  return Object.keys(subjects).flatMap((subject) =>
    Array.from({ length: repeats }, (_, index) => index + 1).flatMap((repeat) =>
      seeds.flatMap((seed) =>
        (sizes ?? [undefined]).flatMap((size) =>
          prompts.map(({ id }) => ({ subject, prompt: id, seed, size, repeat })),
        ),
      ),
    ),
  )
}

/** Everything that a plan pays for, in the order in which it is done. Pure: the same plan gives the same keys. */
export function planWork(plan: ComparisonPlan): PlannedWork {
  const trainings = planTrainings(plan)
  const vendors = Object.entries(plan.vendors)
  const picture = ([vendor, entry]: (typeof vendors)[number], scene: Scene, warmUp: boolean): PlannedPicture => {
    const { subject, prompt, seed, size = 'default', repeat } = scene
    const path = [vendor, subject, prompt, size, seed, repeat].join('/')
    const training = trainingKey(subject, entry.provider, fineTuneSettings(plan, entry))
    return {
      kind: 'generation',
      key: `${warmUp ? 'warm-up' : 'generation'}/${path}`,
      provider: entry.provider,
      vendor,
      ...scene,
      training: trainings.has(training) ? training : undefined,
      warmUp,
    }
  }
  const all = scenes(plan)
  const warmUps = vendors.flatMap((vendor) =>
    Array.from({ length: vendor[1].warmUp }, (_, index) => ({ vendor, scene: all[0], repeat: index + 1 })).flatMap(
      ({ scene, repeat }) => (scene === undefined ? [] : [picture(vendor, { ...scene, repeat }, true)]),
    ),
  )
  const measured = all.flatMap((scene, round) => rotated(vendors, round).map((vendor) => picture(vendor, scene, false)))
  return { trainings: [...trainings.values()], pictures: [...warmUps, ...measured] }
}
