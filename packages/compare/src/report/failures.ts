import type { EvaluatedPicture, EvaluatedTraining, Evaluation } from '../evaluate/evaluation.js'

/** Work without a result, of one vendor and for one reason. */
export interface FailureGroup {
  /** Entries of the plan: several where they share a training. */
  readonly vendors: readonly string[]
  readonly what: 'training' | 'picture'
  readonly state: 'failed' | 'unknown' | 'not-made'
  readonly kind: string | undefined
  readonly message: string
  readonly hint: string | undefined
  readonly count: number
  /** Nano-USD that are known to be charged for it; `undefined` where one of them is not known. */
  readonly cost: number | undefined
}

interface Failed {
  readonly vendors: readonly string[]
  readonly what: FailureGroup['what']
  readonly work: EvaluatedPicture | EvaluatedTraining
}

function messageOf({ state, error }: Failed['work']): string {
  if (error !== undefined) return error.message
  return state === 'not-made'
    ? 'Never sent.'
    : state === 'unknown'
      ? 'Nobody can tell what became of it.'
      : 'No reason was given.'
}

/** What was charged: nothing for what was never sent, or what the vendor certainly did not bill. */
function chargedFor({ state, cost, error }: Failed['work']): number | undefined {
  if (cost !== undefined) return cost.amount
  return state === 'not-made' || error?.billed === 'no' ? 0 : undefined
}

/** The reason without what differs from job to job: the same trouble stands once, however many jobs it met. */
const reasonOf = (work: Failed['work']) =>
  messageOf(work).replaceAll(/\b(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d{5,})\b/gi, '…')

function groupOf(all: readonly Failed[]): readonly FailureGroup[] {
  const [first] = all
  if (first === undefined || first.work.state === 'succeeded') return []
  const { vendors, what, work } = first
  const cost = all.reduce<number | undefined>((sum, one) => {
    const charged = chargedFor(one.work)
    return sum === undefined || charged === undefined ? undefined : sum + charged
  }, 0)
  const { kind, hint } = work.error ?? {}
  const message = all.length === 1 ? messageOf(work) : reasonOf(work)
  return [{ vendors, what, state: first.work.state, kind, message, hint, count: all.length, cost }]
}

/** What failed and why, the most frequent first within trainings and pictures. */
export function groupFailures({ trainings, pictures }: Evaluation): readonly FailureGroup[] {
  const failed: readonly Failed[] = [
    ...trainings.map((work) => ({ work, what: 'training', vendors: work.vendors }) as const),
    ...pictures.map((work) => ({ work, what: 'picture', vendors: [work.vendor] }) as const),
  ].filter(({ work }) => work.state !== 'succeeded')
  const groups = Map.groupBy(failed, ({ work, what, vendors }) =>
    JSON.stringify([what, vendors, work.state, work.error?.kind, reasonOf(work)]),
  )
  const grouped = [...groups.values()].flatMap(groupOf)
  return grouped.toSorted((one, other) =>
    one.what === other.what ? other.count - one.count : one.what === 'training' ? -1 : 1,
  )
}
