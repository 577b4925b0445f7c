import { tagOf } from './tag-of.js'
import type { Budget, LedgerSubject } from './types.js'

/** What a request is counted under in one budget. */
export interface Scope {
  /** Tells scopes apart, whatever is in names and values. */
  readonly key: string
  /** For people: `2026-11`, `customer=acme`. */
  readonly text: string
}

/** What decides on the scope of a request. */
export type Scoped = Pick<LedgerSubject, 'run' | 'tags'>

function periodOf({ per }: Budget, run: string | undefined, at: string): string | undefined {
  switch (per) {
    case 'run':
      return run ?? 'no run'
    case 'hour':
      return at.slice(0, 'YYYY-MM-DDTHH'.length)
    case 'day':
      return at.slice(0, 'YYYY-MM-DD'.length)
    case 'month':
      return at.slice(0, 'YYYY-MM'.length)
    case 'ever':
      return undefined
  }
}

/** Names of the tags whose values a budget counts by themselves, in the order of the alphabet. */
function countedTags({ tags = {} }: Budget): string[] {
  return Object.keys(tags)
    .filter((name) => tags[name] === '*')
    .sort()
}

function concerns({ tags = {} }: Budget, request: Scoped): boolean {
  return Object.entries(tags).every(([name, value]) => {
    const given = tagOf(request.tags, name)
    return given !== undefined && (value === '*' || value === given)
  })
}

/**
 * Under what a budget counts a request; `undefined` where the budget does not concern it.
 *
 * @param at ISO 8601 in UTC: when it was reserved
 */
export function scopeOf(budget: Budget, request: Scoped, at: string): Scope | undefined {
  if (!concerns(budget, request)) return undefined
  const period = periodOf(budget, request.run, at)
  const values = countedTags(budget).map((name) => [name, tagOf(request.tags, name) ?? ''] as const)
  const texts = [...(period === undefined ? [] : [period]), ...values.map(([name, value]) => `${name}=${value}`)]
  const key = JSON.stringify([budget.name, budget.per === 'run' ? [request.run ?? null] : period, values])
  return { key, text: texts.length === 0 ? 'ever' : texts.join(', ') }
}

/** The scope that a budget is in now, whoever asks; `undefined` where that depends on the request. */
export function currentScope(budget: Budget, at: string): Scope | undefined {
  if (budget.per === 'run' || countedTags(budget).length > 0) return undefined
  return scopeOf(budget, { tags: budget.tags }, at)
}
