import { subjectKind } from '@likeness/core'
import type { ComparisonPlan } from '../plan/schema.js'
import { listed } from '../statistics/listed.js'
import { fewestPrompts } from '../statistics/verdict.js'
import type { Evaluation, ReportedMeasure } from './evaluation.js'
import { leftOut } from './scores.js'
import { likenessName } from './usable.js'
import type { VendorWork } from './vendors.js'
import { counted } from './words.js'

/** What limits follow from. */
export interface Limited {
  readonly plan: ComparisonPlan
  readonly works: readonly VendorWork[]
  readonly measures: readonly ReportedMeasure[]
  readonly emulated: boolean | undefined
  readonly complete: boolean
  readonly subjects: Evaluation['subjects']
}

/** So many prompts found a difference of 0.05 in half of simulated runs; see the README. */
const manyPrompts = 20

function ofVendors({ emulated, complete }: Limited): readonly string[] {
  return [
    ...(emulated === true ? ['The vendors were emulated: nothing here says anything of the real ones.'] : []),
    ...(emulated === undefined ? ['Whether the vendors were emulated was not recorded.'] : []),
    ...(complete ? [] : ['The run is not complete: figures change as the rest comes in.']),
  ]
}

function ofPlan({ plan }: Limited): readonly string[] {
  const prompts = plan.prompts.length
  const subjects = Object.keys(plan.subjects)
  const fewPrompts =
    prompts < fewestPrompts
      ? `${counted(prompts, 'prompt')}: too few to name anybody better; it takes ${fewestPrompts} for each subject, or more subjects.`
      : `${prompts} prompts find large differences only; ${manyPrompts} or more find smaller ones.`
  return [
    ...(prompts < manyPrompts ? [fewPrompts] : []),
    ...(plan.seeds.length === 1 ? ['One seed: what a vendor varies by itself was not seen.'] : []),
    subjects.length === 1
      ? `One subject (${subjects[0]}): another one may come out differently.`
      : `${subjects.length} subjects (${listed(subjects)}): others may come out differently.`,
    'Other prompts, settings and days may come out differently. Times hold for the queue of that day.',
    ...(Object.values(plan.vendors).some(({ warmUp }) => warmUp > 0)
      ? ['Pictures of the warm-up are paid for, and left out of every measure.']
      : []),
  ]
}

function seedsIgnored({ works }: Limited): readonly string[] {
  const names = works.flatMap(({ name, pictures }) => {
    const told = pictures.some(({ picture: { image, seed } }) => image?.seed !== undefined && image.seed !== seed)
    return told ? [name] : []
  })
  return names.length === 0
    ? []
    : [
        `${listed(names)} made pictures with other seeds than were asked for: pairs of the same seed are pairs of the same prompt only.`,
      ]
}

/** Below so many photos their own likeness to each other is a rough figure. */
const manyPhotos = 8

function ofPhotos({ subjects }: Limited): readonly string[] {
  return subjects.flatMap(({ key, photos, heldOut }) => {
    const { length } = heldOut.length > 0 ? heldOut : photos
    return length > 0 && length < manyPhotos
      ? [
          `Likeness of ${key} stands on ${counted(length, 'photo')}: what its photos reach among themselves is a rough figure.`,
        ]
      : []
  })
}

function ofLeftOut({ works, measures }: Limited): readonly string[] {
  const likeness = measures.find(({ name, scorer }) => name === likenessName && scorer !== undefined)
  if (likeness === undefined) return []
  return works.flatMap((work) => {
    const { length } = leftOut(work, likeness)
    return length === 0
      ? []
      : [
          `${counted(length, 'picture')} of ${work.name} ${length === 1 ? 'has' : 'have'} no likeness, since they failed or show nothing to score: its mean stands on the others.`,
        ]
  })
}

function ofLookAlikes({ subjects }: Limited): readonly string[] {
  const animals = subjects.filter(({ subject }) => subjectKind(subject) === 'pet').map(({ key }) => key)
  return animals.length === 0
    ? []
    : [
        `Another animal of the same class is told from ${listed(animals)} only in part: the two cats that likeness was tried on reach 0.58 and 0.80 of each other.`,
      ]
}

/** What a reader must not conclude. */
export function limitsOf(limited: Limited): readonly string[] {
  const scored = limited.measures.some(({ name, scorer }) => name === likenessName && scorer !== undefined)
  return [
    ...ofVendors(limited),
    ...ofPlan(limited),
    ...seedsIgnored(limited),
    ...ofPhotos(limited),
    ...ofLeftOut(limited),
    ...(scored ? ofLookAlikes(limited) : []),
    ...(scored ? ['Likeness is what a model sees: look at the pictures, and let people vote.'] : []),
    'Every measure is judged by itself: of many measures one may name a better vendor by chance.',
  ]
}
