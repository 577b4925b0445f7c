import { formatUSD, type NanoUSD, nanoUSD } from '@likeness/core'
import { exactSum } from './exact-sum.js'
import { currentScope, type Scope, scopeOf } from './scopes.js'
import type { Budget, BudgetUse, LedgerEntry, LedgerSubject } from './types.js'

/** What one entry, or many, take from a budget. */
export type Share = Pick<BudgetUse, 'spent' | 'held' | 'unpriced'>

const nothing: Share = { spent: 0, held: 0, unpriced: 0 }

/** What an entry takes from the budgets that it concerns. */
export function shareOf({ state, reserved, cost }: LedgerEntry): Share {
  switch (state) {
    case 'refunded':
      return nothing
    case 'settled':
      return { ...nothing, spent: cost?.amount ?? 0 }
    case 'reserved':
    case 'accepted':
    case 'unknown':
      return reserved === undefined ? { ...nothing, unpriced: 1 } : { ...nothing, held: reserved }
  }
}

/** Why a budget refuses a request, and what can be done about it. */
export interface Refusal {
  readonly message: string
  readonly hint: string
}

const periods: Readonly<Record<Budget['per'], string>> = {
  run: 'start another run',
  hour: 'wait for the next hour (UTC)',
  day: 'wait for the next day (UTC)',
  month: 'wait for the next month (UTC)',
  ever: 'settle or refund what is held',
}

function refusal(budget: Budget, { text }: Scope, share: Share, maximum: NanoUSD | undefined): Refusal | undefined {
  const name = `Budget \`${budget.name}\` (${text})`
  if (maximum === undefined && budget.unpriced !== 'allow') {
    return {
      message: `${name}: the price of this request is unknown, so that nothing can be set aside for it.`,
      hint: 'Give the price in the provider’s settings, or set `unpriced: allow` on the budget to let it through.',
    }
  }
  const limit = nanoUSD(budget.limitUSD)
  const taken = exactSum([share.spent, share.held])
  const fits = maximum === undefined ? taken < limit : maximum === 0 || exactSum([taken, maximum]) <= limit
  if (fits) return undefined
  const asked = maximum === undefined ? 'a request of unknown price' : formatUSD(maximum)
  const state = `${formatUSD(limit)} (${formatUSD(share.spent)} spent, ${formatUSD(share.held)} held)`
  return {
    message: `${name}: ${asked} is asked for, ${formatUSD(Math.max(0, limit - taken))} is left of ${state}.`,
    hint: `Raise the budget’s \`limitUSD\`, or ${periods[budget.per]}.`,
  }
}

/** The running totals of all budgets. Adds and takes away; asks nobody. */
export class BudgetBook {
  readonly #budgets: readonly Budget[]
  readonly #pages = new Map<string, { readonly budget: Budget; readonly scope: Scope; readonly share: Share }>()

  constructor(budgets: readonly Budget[]) {
    this.#budgets = budgets
  }

  /** Counts an entry in place of what it was before. */
  replace(before: LedgerEntry | undefined, after: LedgerEntry): void {
    const old = before === undefined ? nothing : shareOf(before)
    const now = shareOf(after)
    const pages = this.#budgets.flatMap((budget) => {
      const scope = scopeOf(budget, after, after.at)
      if (scope === undefined) return []
      const { spent, held, unpriced } = this.#shareIn(scope)
      const share = {
        spent: exactSum([spent, now.spent, -old.spent]),
        held: exactSum([held, now.held, -old.held]),
        unpriced: unpriced + now.unpriced - old.unpriced,
      }
      return [{ budget, scope, share }]
    })
    // A sum that is refused as too large must not leave the entry counted in some budgets and not in others.
    for (const page of pages) this.#pages.set(page.scope.key, page)
  }

  /** Why a request that asks for `maximum` may not be sent; the first budget that refuses it says so. */
  refusal(request: LedgerSubject, maximum: NanoUSD | undefined, at: string): Refusal | undefined {
    for (const budget of this.#budgets) {
      const scope = scopeOf(budget, request, at)
      const found = scope && refusal(budget, scope, this.#shareIn(scope), maximum)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** In the order of the budgets, then of their scopes. */
  uses(at: string): BudgetUse[] {
    return this.#budgets.flatMap((budget) => {
      const pages = [...this.#pages.values()].filter((page) => page.budget === budget)
      const current = currentScope(budget, at)
      const unused = current !== undefined && !this.#pages.has(current.key) ? [{ scope: current, share: nothing }] : []
      return [...pages, ...unused]
        .sort((one, other) => (one.scope.text < other.scope.text ? -1 : 1))
        .map(({ scope, share }) => ({
          budget: budget.name,
          scope: scope.text,
          limit: nanoUSD(budget.limitUSD),
          ...share,
        }))
    })
  }

  #shareIn({ key }: Scope): Share {
    return this.#pages.get(key)?.share ?? nothing
  }
}
