import { formatUSD, nanoUSD } from '@likeness/core'
import { exitCodes } from '../../exit-code.js'
import type { Session } from '../../session.js'
import { judgeOf, judgeText } from './agree.js'
import { priceRun } from './carry-out.js'
import { callsOf, pricedTable } from './priced-vendors.js'
import type { RunPlace } from './run-place.js'

/** Tells what a run would pay for. Sends nothing, leaves nothing. */
export async function dryRun(session: Session, place: RunPlace): Promise<number> {
  const { plan, begun } = place
  const { vendors, warnings } = begun?.summary.complete
    ? { vendors: [], warnings: [] }
    : await priceRun(session, place, { dryRun: true })
  const judge = judgeOf(plan)
  const limit = nanoUSD(plan.budget.limitUSD)
  const sum = (of: (vendor: (typeof vendors)[number]) => number) => vendors.reduce((all, one) => all + of(one), 0)
  const document = {
    dryRun: true,
    ...(begun && { goesOn: place.folder, spent: begun.summary.spent, committed: begun.summary.committed }),
    calls: {
      fineTune: sum(({ calls }) => calls.fineTune),
      generation: sum(({ calls }) => calls.generation),
      warmUp: sum(({ calls }) => calls.warmUp),
      total: callsOf(vendors),
    },
    minimum: sum(({ minimum }) => minimum),
    maximum: sum(({ maximum }) => maximum),
    unpriced: sum(({ unpriced }) => unpriced),
    budget: { limit, unpriced: plan.budget.unpriced },
    vendors,
    ...(judge && { judge }),
    warnings,
  }
  const spent = begun === undefined ? '' : `spent so far: ${formatUSD(begun.summary.spent)}\n`
  const table = vendors.length === 0 ? 'The run is complete: nothing is left to pay for.\n' : pricedTable(vendors)
  session.print(
    document,
    `${table}${judge === undefined ? '' : `${judgeText(judge)}\n`}${spent}budget: ${formatUSD(limit)}\nNothing was sent.\n`,
  )
  return exitCodes.ok
}
