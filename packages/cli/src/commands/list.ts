import { type FineTuneListItem, LikenessError, type Page, type Provider } from '@likeness/core'
import type { Command } from 'commander'
import { exitCodes } from '../exit-code.js'
import { defined } from '../flags/defined.js'
import { list, number } from '../flags/parse.js'
import { commandName } from '../jobs/resume-command.js'
import { exitCodeOfAll } from '../jobs/run-jobs.js'
import { selectAdapters } from '../jobs/select-providers.js'
import { serializeError } from '../print-error.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface ListFlags extends CommonFlags {
  readonly provider?: readonly string[]
  readonly limit?: number
  readonly cursor?: string
}

async function read(session: Session, provider: Provider, flags: ListFlags): Promise<Page<FineTuneListItem>> {
  if (provider.fineTune === undefined || provider.capabilities.fineTune?.list !== true) {
    const message = `${provider.id} has no list of trainings.`
    throw new LikenessError({ kind: 'unsupported', message, provider: provider.id })
  }
  const { abortSignal } = session
  return provider.fineTune.list({ abortSignal, ...defined({ limit: flags.limit, cursor: flags.cursor }) })
}

async function work(session: Session, flags: ListFlags): Promise<number> {
  const providers = await selectAdapters(await session.providers(), flags.provider)
  if (flags.cursor !== undefined && providers.length > 1) {
    const message = 'belongs to one provider; name it with --provider'
    throw new LikenessError({
      kind: 'invalid-request',
      message: `cursor: it ${message}.`,
      fields: [{ field: 'cursor', message }],
    })
  }
  const outcomes = await Promise.all(
    providers.map((provider) =>
      read(session, provider, flags).then(
        (value) => ({ state: 'done' as const, provider: provider.id, value }),
        (error: unknown) => ({ state: 'failed' as const, provider: provider.id, error }),
      ),
    ),
  )
  const rows = outcomes.flatMap((outcome) =>
    outcome.state === 'failed'
      ? []
      : outcome.value.items.map(({ id, name, state, createdAt }) => [
          outcome.provider,
          id,
          state,
          createdAt ?? '',
          name ?? '',
        ]),
  )
  for (const outcome of outcomes) {
    if (outcome.state === 'failed') session.report(outcome.error)
    else if (outcome.value.next !== undefined) {
      session.note(`more: ${commandName(session)} list --provider ${outcome.provider} --cursor ${outcome.value.next}`)
    }
  }
  const lists = outcomes.map((outcome) =>
    outcome.state === 'done'
      ? { provider: outcome.provider, ...outcome.value }
      : { provider: outcome.provider, error: serializeError(outcome.error) },
  )
  session.print({ lists }, table(rows))
  return outcomes.some(({ state }) => state === 'done') && providers.length > 1 ? exitCodes.ok : exitCodeOfAll(outcomes)
}

export function addList(program: Command, run: Run): void {
  const command = program
    .command('list')
    .summary('trainings at the vendor')
    .description('Lists the trainings that the vendor has, newest first where it sorts them so.')
    .option('--provider <names>', 'where: names from the config, with commas; or all', list)
    .option('--limit <count>', 'how many', number)
    .option('--cursor <cursor>', 'where to go on, from the page before')
    .action((flags: ListFlags) => run(flags, (session) => work(session, flags)))
  withCommonFlags(command)
  withExamples(command, 'list --provider astria --limit 20')
}
