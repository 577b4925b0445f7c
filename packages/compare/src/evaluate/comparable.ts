import type { Evaluation } from './evaluation.js'
import { likenessName } from './usable.js'

/** What of two runs can be compared, and what cannot. */
export interface Comparable {
  /** Names of subjects, and of prompts, that are the same in both. */
  readonly subjects: ReadonlySet<string>
  readonly prompts: ReadonlySet<string>
  /** Subjects whose likeness was scored in the same way. */
  readonly scored: ReadonlySet<string>
  /** Vendors of both. */
  readonly vendors: readonly string[]
  /** Sentences: what is left out of the comparison, and why. */
  readonly incomparable: readonly string[]
}

type Subjects = Evaluation['subjects']

const sameList = (one: readonly string[], other: readonly string[]) =>
  JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted())

/** Photos are named by the hash of their content. */
function sameSubject(key: string, baseline: Subjects, current: Subjects): string | undefined {
  const [before, now] = [baseline, current].map((subjects) => subjects.find((subject) => subject.key === key))
  if (before === undefined || now === undefined) return `subject ${key}: is in one of the runs only.`
  if (before.subject.className !== now.subject.className) return `subject ${key}: has another class name.`
  if (!sameList(before.photos, now.photos)) return `subject ${key}: was trained on other photos.`
  return undefined
}

/** What the likeness of a subject depends on besides the pictures; `undefined` where it was not scored. */
function scoredBy({ scorers }: Evaluation, subject: string): string | undefined {
  const scorer = scorers.find((one) => one.subject === subject && one.measures?.includes(likenessName))
  return scorer && JSON.stringify([scorer.id, scorer.fingerprint])
}

function sameScorer(subject: string, baseline: Evaluation, current: Evaluation): string | undefined {
  const [before, now] = [scoredBy(baseline, subject), scoredBy(current, subject)]
  if (before === undefined || now === undefined) return `likeness of ${subject}: was not scored in both runs.`
  if (before !== now) return `likeness of ${subject}: was scored with another scorer, model or photos.`
  return undefined
}

function samePrompt(id: string, { prompts: before }: Evaluation, { prompts: now }: Evaluation): string | undefined {
  const [one, other] = [before, now].map((prompts) => prompts.find((prompt) => prompt.id === id)?.prompt)
  if (one === undefined || other === undefined) return `prompt ${id}: is in one of the runs only.`
  return one === other ? undefined : `prompt ${id}: has another text.`
}

function settingsChanged(name: string, baseline: Evaluation, current: Evaluation): readonly string[] {
  const [before, now] = [baseline, current].map(({ vendors }) => vendors.find((vendor) => vendor.name === name))
  if (before?.provider !== now?.provider)
    return [`${name}: is another provider now (${before?.provider}, then ${now?.provider}).`]
  const same = JSON.stringify(before?.settings) === JSON.stringify(now?.settings)
  return same ? [] : [`${name}: has other settings now; what changed may be their doing.`]
}

/** Sorts names by whether something speaks against comparing them. */
function sorted(names: readonly string[], against: (name: string) => string | undefined) {
  const reasons = names.map((name) => ({ name, reason: against(name) }))
  return {
    same: new Set(reasons.flatMap(({ name, reason }) => (reason === undefined ? [name] : []))),
    reasons: reasons.flatMap(({ reason }) => reason ?? []),
  }
}

const union = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])]

/** Works out what two runs have in common. */
export function comparableOf(baseline: Evaluation, current: Evaluation): Comparable {
  const keys = ({ subjects }: Evaluation) => subjects.map(({ key }) => key)
  const ids = ({ prompts }: Evaluation) => prompts.map(({ id }) => id)
  const names = ({ vendors }: Evaluation) => vendors.map(({ name }) => name)
  const subjects = sorted(union(keys(baseline), keys(current)), (key) =>
    sameSubject(key, baseline.subjects, current.subjects),
  )
  const prompts = sorted(union(ids(baseline), ids(current)), (id) => samePrompt(id, baseline, current))
  const scored = sorted([...subjects.same], (key) => sameScorer(key, baseline, current))
  const vendors = names(current).filter((name) => names(baseline).includes(name))
  const lonely = union(names(baseline), names(current)).filter((name) => !vendors.includes(name))
  return {
    subjects: subjects.same,
    prompts: prompts.same,
    scored: scored.same,
    vendors,
    incomparable: [
      ...lonely.map((name) => `${name}: is in one of the runs only.`),
      ...vendors.flatMap((name) => settingsChanged(name, baseline, current)),
      ...subjects.reasons,
      ...prompts.reasons,
      ...scored.reasons,
    ],
  }
}
