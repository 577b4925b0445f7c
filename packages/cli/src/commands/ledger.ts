import { LikenessError } from '@likeness/core'
import type { Ledger, LedgerEntry, LedgerState, TotalsBy } from '@likeness/router'
import { Argument, type Command, Option } from 'commander'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { defined } from '../flags/defined.js'
import { entry, list } from '../flags/parse.js'
import { budgetsTable, driftTable, entriesTable, totalLine, totalsTable } from '../jobs/ledger-tables.js'
import type { LoadedProviders } from '../load-providers.js'
import type { CommonFlags, Session } from '../session.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

const views = ['list', 'export', 'drift', 'budgets', 'settle'] as const
const states = ['reserved', 'accepted', 'settled', 'refunded', 'unknown'] as const

type View = (typeof views)[number]

interface LedgerFlags extends CommonFlags {
  readonly provider?: readonly string[]
  readonly state?: LedgerState
  readonly tag?: Readonly<Record<string, string>>
  readonly run?: string
  readonly since?: string
  readonly until?: string
  readonly by?: TotalsBy
  readonly format?: 'table' | 'csv' | 'jsonl'
}

function unsuited(field: string, message: string): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    message: `${field}: ${message}.`,
    fields: [{ field, message }],
  })
}

const filters = ['provider', 'state', 'tag', 'run', 'since', 'until'] as const

/** Flags that a view would ignore are refused. */
function checkFlags(view: View, flags: LedgerFlags): void {
  const { format, by } = flags
  const whole = view === 'budgets' || view === 'settle'
  const idle = whole ? filters.find((name) => flags[name] !== undefined) : undefined
  if (idle !== undefined) {
    const why = view === 'budgets' ? 'budgets count all requests that they are for' : 'all open jobs are asked for'
    throw unsuited(idle, `${why}, and take no filter`)
  }
  const tabular = whole || view === 'drift' || by !== undefined
  if (by !== undefined && view !== 'list') throw unsuited('by', `sums are a matter of \`ledger list\`, not of ${view}`)
  if (tabular && format !== undefined && format !== 'table') {
    throw unsuited(
      'format',
      `${by === undefined ? `${view} is` : 'sums are'} a table, or JSON with --json (given: ${format})`,
    )
  }
}

/** Names of the config stand for their ids; others are ids of providers that the config may no longer have. */
function idsOf({ entries }: LoadedProviders, names: readonly string[] | undefined): string[] | undefined {
  return names?.map((name) => entries.find((candidate) => candidate.name === name)?.id ?? name)
}

async function printEntries(session: Session, view: 'list' | 'export', entries: LedgerEntry[], flags: LedgerFlags) {
  const { ledgerTotals, toCSV, toJSONLines } = await import('@likeness/router')
  const format = flags.format ?? (view === 'export' ? 'jsonl' : 'table')
  if (format === 'csv') return session.print({ entries }, await toCSV(entries))
  if (format === 'jsonl') return session.print({ entries }, toJSONLines(entries))
  session.print({ entries }, entriesTable(entries))
  session.note(totalLine(ledgerTotals(entries, 'provider')))
}

/** Asks the vendors for jobs whose end nobody has seen. */
async function settle(session: Session, loaded: LoadedProviders, ledger: Ledger): Promise<number> {
  const { settleOpen } = await import('@likeness/router')
  const open = new Set(ledger.entries().flatMap(({ state, provider }) => (state === 'accepted' ? [provider] : [])))
  const owners = loaded.entries.filter(({ id }) => open.has(id))
  const providers = await Promise.all(owners.map(({ name }) => loaded.adapter(name)))
  const report = await settleOpen({ ledger, providers, abortSignal: session.abortSignal })
  const { settled, refunded, unknown, underWay, unreachable } = report
  const unread = unreachable.map(({ entry }) => entry)
  session.print(report, entriesTable([...settled, ...refunded, ...unknown, ...underWay, ...unread]))
  for (const { error } of unreachable) session.report(error)
  const counts = [
    `${settled.length} settled`,
    `${refunded.length} refunded`,
    `${unknown.length} unknown`,
    `${underWay.length} still at work`,
    `${unreachable.length} could not be asked for`,
  ]
  session.note(counts.join(', '))
  const [first] = unreachable
  return first === undefined ? exitCodes.ok : exitCodeOf(first.error)
}

async function work(session: Session, view: View, flags: LedgerFlags): Promise<number> {
  checkFlags(view, flags)
  const { driftReport, filterEntries, ledgerTotals } = await import('@likeness/router')
  const loaded = await session.providers({ spends: view === 'settle' })
  const ledger = await loaded.ledger()
  session.note(loaded.ledgerPath ?? 'note: an emulator that ends with its command leaves no ledger')
  const { state, tag, run, since, until, by } = flags
  const filter = defined({ provider: idsOf(loaded, flags.provider), state, tags: tag, run, since, until })
  const all = ledger.entries()
  const entries = filterEntries(all, filter)
  if (all.length > 0 && entries.length === 0) session.note(`none of its ${all.length} requests is what was asked for`)
  switch (view) {
    case 'drift': {
      const drift = driftReport(entries)
      session.print({ drift }, driftTable(drift))
      return exitCodes.ok
    }
    case 'budgets': {
      const budgets = ledger.budgets()
      if (budgets.length === 0) session.note('no budget has been used; `budgets` in the config sets them')
      session.print({ budgets }, budgetsTable(budgets))
      return exitCodes.ok
    }
    case 'settle':
      return settle(session, loaded, ledger)
    case 'list':
    case 'export': {
      if (by === undefined) await printEntries(session, view, entries, flags)
      else {
        const totals = ledgerTotals(entries, by)
        session.print({ by, totals }, totalsTable(by, totals))
      }
      return exitCodes.ok
    }
  }
}

export function addLedger(program: Command, run: Run): void {
  const command = program
    .command('ledger')
    .summary('what was spent, is held, or is unknown')
    .description(
      'Reads the ledger: every paid request with what was estimated and what it cost (list, export), estimates against costs (drift), or how the budgets of the config stand (budgets); that sends nothing. `settle` asks the vendors for jobs whose end was not seen, and settles what they cost.',
    )
    .addArgument(new Argument('[view]', 'what to show').choices(views).default('list'))
    .option('--provider <names>', 'only these providers, with commas', list)
    .addOption(new Option('--state <state>', 'only requests in this state').choices(states))
    .option('--tag <key=value>', 'only requests with this label; * is any value; repeatable', entry)
    .option('--run <name>', 'only requests of this run; each command is one')
    .option('--since <time>', 'from then on: 2026-11, 2026-11-20, 2026-11-20T10:00Z')
    .option('--until <time>', 'before then')
    .option('--by <what>', 'sums by provider, run, day, month or tag:<name>')
    .addOption(new Option('--format <type>', 'default: table, for export jsonl').choices(['table', 'csv', 'jsonl']))
    .action((view: View, flags: LedgerFlags) => run(flags, (session) => work(session, view, flags)))
  withCommonFlags(command)
  withExamples(
    command,
    'ledger --state unknown',
    'ledger --by tag:customer --since 2026-11',
    'ledger export --format csv > ledger.csv',
    'ledger drift',
    'ledger budgets --json',
    'ledger settle',
  )
}
