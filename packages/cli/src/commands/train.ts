import { type FineTuneResult, formatUSD } from '@likeness/core'
import type { Command } from 'commander'
import { formatDuration } from '../duration.js'
import { defined } from '../flags/defined.js'
import { duration } from '../flags/parse.js'
import { noteTrail } from '../jobs/note-trail.js'
import { shortPath } from '../jobs/resume-command.js'
import { exitCodeOfAll, outcomeDocuments, reportFailures } from '../jobs/run-jobs.js'
import { selectProviders } from '../jobs/select-providers.js'
import type { Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'
import { mockOption, type TrainFlags, trainInput, withTrainFlags } from './train-flags.js'

const ephemeralNote =
  'note: the emulated vendors end with this command, and their models too. To keep them for a while: likeness emulate'

/** A finished training for programs. */
function trainingDocument({ model, cost, estimate, durationMs, warnings, attempts, trail }: FineTuneResult): object {
  return { model, cost, estimate, durationMs, warnings, attempts, trail }
}

async function work(session: Session, photos: readonly string[], flags: TrainFlags): Promise<number> {
  const loaded = await session.providers()
  const providers = await selectProviders(loaded, flags.provider)
  const { train } = await import('../jobs/train.js')
  const { portfolio, outcomes } = await train(session, {
    providers,
    input: trainInput(session.io, photos, flags),
    portfolio: flags.portfolio,
    timeoutMs: flags.timeout,
    onUnknown: flags.onUnknown,
    ...defined({ yes: flags.yes, maxCost: flags.maxCost }),
  })
  const done = outcomes.filter((outcome) => outcome.state === 'done')
  for (const { provider, value } of done) {
    session.warn(value.warnings)
    noteTrail(session, provider, value.trail)
  }
  reportFailures(session, outcomes)
  if (loaded.ephemeral) session.note(ephemeralNote)
  const rows = done.map(({ value: { model, cost, durationMs } }) => [
    model.provider,
    model.base,
    model.id,
    cost === undefined ? 'cost unknown' : formatUSD(cost.amount),
    formatDuration(durationMs),
  ])
  const results = outcomeDocuments(outcomes, trainingDocument)
  session.print({ portfolio, results }, done.length === 0 ? '' : `${table(rows)}${shortPath(session, portfolio)}\n`)
  return exitCodeOfAll(outcomes)
}

export function addTrain(program: Command, run: Run): void {
  const command = withTrainFlags(program.command('train'))
    .addOption(mockOption())
    .summary('train a subject at one or more providers')
    .description(
      'Trains a subject from photos at one or more providers side by side. All is checked and priced first. Each model is added to the portfolio file as soon as it is ready; each accepted job has a file in .likeness/jobs that `likeness resume` continues.',
    )
    .option('--portfolio <file>', 'portfolio file (default: <name>.portfolio.json)')
    .option('--timeout <duration>', 'stop waiting after, e.g. 90s, 30m, 2h', duration)
    .option('--yes', 'agree to the cost without being asked')
    .action((photos: string[], flags: TrainFlags) => run(flags, (session) => work(session, photos, flags)))
  withCommonFlags(command, true)
  withExamples(
    command,
    'train ./photos --subject man --name alex --provider fal,astria',
    'train ./photos --subject dog --provider fal --option fal.trainer=fal-ai/flux-lora-portrait-trainer --max-cost 5',
    'train ./photos --subject man --provider astria --mode mock',
  )
}
