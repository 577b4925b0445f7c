import { formatUSD } from '@likeness/core'
import type { MirrorOutcome } from '@likeness/router'
import { type Command, Option } from 'commander'
import { formatDuration } from '../duration.js'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { defined } from '../flags/defined.js'
import { duration } from '../flags/parse.js'
import { resumeCommand, shortPath } from '../jobs/resume-command.js'
import { selectProviders } from '../jobs/select-providers.js'
import { serializeError } from '../print-error.js'
import type { Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'
import { type TrainFlags, trainInput, withTrainFlags } from './train-flags.js'

interface MirrorFlags extends Omit<TrainFlags, 'mode'> {
  readonly mode: 'all' | 'first-ready'
  readonly again?: boolean
  readonly skipRefused?: boolean
}

function rowOf({ provider, state, model, cost, ms, reason }: MirrorOutcome): string[] {
  const price = state !== 'ready' ? '' : cost === undefined ? 'cost unknown' : formatUSD(cost.amount)
  const time = state !== 'ready' || ms === undefined ? '' : formatDuration(ms)
  return [provider, state, model?.base ?? '', model?.id ?? '', price, time, model === undefined ? (reason ?? '') : '']
}

async function work(session: Session, photos: readonly string[], flags: MirrorFlags): Promise<number> {
  const { mode, ...training } = flags
  const { mirrorEverywhere } = await import('../jobs/mirror.js')
  const loaded = await session.providers()
  const { portfolio, result, open } = await mirrorEverywhere(session, {
    providers: await selectProviders(loaded, flags.provider),
    input: trainInput(session.io, photos, training),
    mode,
    again: flags.again === true,
    skipRefused: flags.skipRefused === true,
    portfolio: flags.portfolio,
    timeoutMs: flags.timeout,
    onUnknown: flags.onUnknown,
    ...defined({ yes: flags.yes, maxCost: flags.maxCost }),
  })
  const { outcomes } = result
  const failed = outcomes.filter(({ state }) => state === 'failed' || state === 'refused')
  for (const { error } of failed) if (error !== undefined) session.report(error)
  if (open.length > 0) {
    session.note(
      `goes on at the vendor. To continue:${open.map((file) => `\n  ${resumeCommand(session, file)}`).join('')}`,
    )
  }
  const documents = outcomes.map(({ error, ...outcome }) => ({
    ...outcome,
    ...(error && { error: serializeError(error) }),
  }))
  session.print(
    { portfolio, outcomes: documents, open },
    `${table(outcomes.map(rowOf))}${shortPath(session, portfolio)}\n`,
  )
  const [first] = failed
  return first?.error === undefined ? exitCodes.ok : exitCodeOf(first.error)
}

export function addMirror(program: Command, run: Run): void {
  const command = withTrainFlags(program.command('mirror'))
    .summary('train one subject at several providers, so that each can stand in')
    .description(
      'Trains a subject at every provider named that has no model of it yet, under one budget. All is checked and priced first: one refusal and nothing is sent anywhere. Each model is added to the portfolio file as soon as it is ready.',
    )
    .addOption(
      new Option('--mode <mode>', 'when to end; with first-ready the others go on at their vendors')
        .choices(['all', 'first-ready'])
        .default('all'),
    )
    .option('--again', 'train also where the portfolio holds a model already')
    .option('--skip-refused', 'leave out providers that would refuse')
    .option('--portfolio <file>', 'portfolio file (default: <name>.portfolio.json)')
    .option('--timeout <duration>', 'stop waiting after, e.g. 90s, 30m, 2h', duration)
    .option('--yes', 'agree to the cost without being asked')
    .action((photos: string[], flags: MirrorFlags) => run(flags, (session) => work(session, photos, flags)))
  withCommonFlags(command, true)
  withExamples(
    command,
    'mirror ./photos --subject man --name alex --provider fal,astria --max-cost 6',
    'mirror ./photos --subject dog --provider fal,astria,segmind --mode first-ready',
  )
}
