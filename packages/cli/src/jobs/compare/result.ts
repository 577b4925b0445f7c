import type { BaselineReport, Evaluation } from '@likeness/compare'
import { figuresTable } from './figures.js'

/** What programs read of an evaluation; all of it is in report.json. */
export function essentials({
  run,
  vendors,
  answer,
  recommendation,
  withoutRecommendation,
  scorers,
}: Evaluation): object {
  return {
    run,
    answer,
    ...(recommendation && { recommendation }),
    ...(withoutRecommendation !== undefined && { withoutRecommendation }),
    vendors: vendors.map(({ name, provider, figures, missing, flags }) => ({
      name,
      provider,
      figures,
      missing,
      flags,
    })),
    notScored: scorers.flatMap(({ id, subject, reason }) => (reason === undefined ? [] : [{ id, subject, reason }])),
  }
}

/** Why scorers could not work, each reason once; what the answer says itself is left to it. */
export function notScored({ scorers, answer }: Evaluation): string[] {
  return [...new Set(scorers.flatMap(({ reason }) => reason ?? []))].filter((reason) => !answer.includes(reason))
}

const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join('')

/**
 * The answer in words, the figures that a person looks at first, and where the rest is.
 *
 * @param page - of the report
 */
export function answerText(evaluation: Evaluation, page: string, baseline: BaselineReport | undefined): string {
  const flags = evaluation.vendors.flatMap(({ name, flags: own }) => own.map(({ message }) => `${name}: ${message}`))
  const changes =
    baseline === undefined ? '' : `\nAgainst the run ${baseline.baseline}:\n${lines(baseline.explanation)}`
  // The gravest flags stand in the answer as well.
  const told = [...new Set([...evaluation.answer, ...flags])]
  return `${lines(told)}\n${figuresTable(evaluation)}${changes}\nReport: ${page}\n`
}
