import { LikenessError, type Portfolio, type Subject } from '@likeness/core'

/** How a subject is called in messages and ledgers: by the app's name of it, else by its class name. */
export function labelOf(subject: Subject): string {
  return subject.name ?? subject.className
}

/**
 * Whether two subjects are one. Names decide where the app gives them: two men are not the same because both are men, but
 * neither can more be told of subjects without a name.
 */
export function isSameSubject(one: Subject, other: Subject): boolean {
  const kinds = one.kind === undefined || other.kind === undefined || one.kind === other.kind
  return one.className === other.className && one.name === other.name && kinds
}

function described({ className, name }: Subject): string {
  return name === undefined ? className : `${className} ${JSON.stringify(name)}`
}

/**
 * Refuses to mix two subjects.
 *
 * @param field - where the other subject was given, e.g. `subject`
 * @throws LikenessError `invalid-request`
 */
export function checkSameSubject(portfolio: Portfolio, subject: Subject, field: string): void {
  if (isSameSubject(portfolio.subject, subject)) return
  const message = `is ${described(subject)}, the portfolio is of ${described(portfolio.subject)}`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `${field} ${message}.`,
    fields: [{ field, message }],
    hint: 'A portfolio holds the models of one subject; make another one with createPortfolio.',
  })
}
