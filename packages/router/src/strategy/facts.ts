import type { JobKind, SubjectKind } from '@likeness/core'
import type { When } from './types.js'

/** What conditions can ask about a request. */
export interface RequestFacts {
  readonly job: JobKind
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Of the models in the portfolio; in a training, the one asked for. */
  readonly bases: readonly string[]
  readonly subjectKind?: SubjectKind | undefined
  /** Width times height of the size asked for. */
  readonly pixels?: number | undefined
}

const oneOf = (wanted: string | readonly string[], value: string | undefined): boolean =>
  value !== undefined && (typeof wanted === 'string' ? wanted === value : wanted.includes(value))

/** Whether a request is as a condition asks. */
export function fits(when: When, facts: RequestFacts): boolean {
  const { job, tags = {}, base, subjectKind, minimumPixels, maximumPixels } = when
  const { tags: given = {}, pixels } = facts
  if (job !== undefined && job !== facts.job) return false
  if (Object.entries(tags).some(([name, wanted]) => !oneOf(wanted, given[name]))) return false
  if (base !== undefined && !facts.bases.some((one) => oneOf(base, one))) return false
  if (subjectKind !== undefined && !oneOf(subjectKind, facts.subjectKind)) return false
  if (minimumPixels !== undefined && !(pixels !== undefined && pixels >= minimumPixels)) return false
  if (maximumPixels !== undefined && !(pixels !== undefined && pixels <= maximumPixels)) return false
  return true
}
