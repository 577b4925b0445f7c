import { formatUSD, type JsonObject, type OnUnknown, type SubjectKind, subjectKinds } from '@likeness/core'
import { type Command, Option } from 'commander'
import { formatDuration } from '../duration.js'
import { defined } from '../flags/defined.js'
import { inputPath } from '../flags/input-path.js'
import { dollars, duration, entry, list, number, vendorOption } from '../flags/parse.js'
import { shortPath } from '../jobs/resume-command.js'
import { exitCodeOfAll, outcomeDocuments, reportFailures } from '../jobs/run-jobs.js'
import { selectProviders } from '../jobs/select-providers.js'
import { train } from '../jobs/train.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface TrainFlags extends CommonFlags {
  readonly subject: string
  readonly kind?: SubjectKind
  readonly name?: string
  readonly provider?: readonly string[]
  readonly base?: string
  readonly trigger?: string
  readonly steps?: number
  readonly learningRate?: number
  readonly rank?: number
  readonly mode?: 'live' | 'mock'
  readonly option?: Readonly<Record<string, JsonObject>>
  readonly webhookUrl?: string
  readonly tag?: Readonly<Record<string, string>>
  readonly idempotencyKey?: string
  readonly strict?: boolean
  readonly onUnknown?: OnUnknown
  readonly portfolio?: string
  readonly timeout?: number
  readonly yes?: boolean
  readonly maxCost?: number
}

const ephemeralNote =
  'note: the emulated vendors end with this command, and their models too. To keep them for a while: likeness emulate'

async function work(session: Session, photos: readonly string[], flags: TrainFlags): Promise<number> {
  const loaded = await session.providers()
  const providers = await selectProviders(loaded, flags.provider)
  const { portfolio, outcomes } = await train(session, {
    providers,
    input: defined({
      subject: defined({ className: flags.subject, kind: flags.kind, name: flags.name }),
      images: photos.map((photo) => inputPath(session.io, photo)),
      base: flags.base,
      trigger: flags.trigger,
      steps: flags.steps,
      learningRate: flags.learningRate,
      rank: flags.rank,
      mode: flags.mode,
      providerOptions: flags.option,
      webhookUrl: flags.webhookUrl,
      tags: flags.tag,
      idempotencyKey: flags.idempotencyKey,
      onUnsupported: flags.strict ? ('error' as const) : undefined,
    }),
    portfolio: flags.portfolio,
    timeoutMs: flags.timeout,
    onUnknown: flags.onUnknown,
    ...defined({ yes: flags.yes, maxCost: flags.maxCost }),
  })
  const done = outcomes.filter((outcome) => outcome.state === 'done')
  for (const { value } of done) session.warn(value.warnings)
  reportFailures(session, outcomes)
  if (loaded.ephemeral) session.note(ephemeralNote)
  const rows = done.map(({ provider, value: { model, cost, durationMs } }) => [
    provider,
    model.base,
    model.id,
    cost === undefined ? 'cost unknown' : formatUSD(cost.amount),
    formatDuration(durationMs),
  ])
  const results = outcomeDocuments(outcomes, ({ model, cost, estimate, durationMs, warnings, attempts }) => ({
    model,
    cost,
    estimate,
    durationMs,
    warnings,
    attempts,
  }))
  session.print({ portfolio, results }, done.length === 0 ? '' : `${table(rows)}${shortPath(session, portfolio)}\n`)
  return exitCodeOfAll(outcomes)
}

export function addTrain(program: Command, run: Run): void {
  const command = program
    .command('train')
    .summary('train a subject at one or more providers')
    .description(
      'Trains a subject from photos at one or more providers side by side. All is checked and priced first. Each model is added to the portfolio file as soon as it is ready; each accepted job has a file in .likeness/jobs that `likeness resume` continues.',
    )
    .argument('<photos...>', 'files, folders, globs or URLs')
    .requiredOption('--subject <class>', 'class name in English, singular: man, dog, sneaker')
    .addOption(new Option('--kind <kind>', 'what sort of thing it is').choices(subjectKinds))
    .option('--name <name>', 'your own name of the subject; names the portfolio file')
    .option('--provider <names>', 'where: names from the config, with commas; or all', list)
    .option('--base <model>', 'base model, e.g. flux-1-dev')
    .option('--trigger <word>', 'word that stands for the subject in prompts')
    .option('--steps <count>', 'training steps', number)
    .option('--learning-rate <rate>', 'learning rate', number)
    .option('--rank <rank>', 'rank of the LoRA', number)
    .addOption(
      new Option('--mode <mode>', 'mock: the free rehearsal, where the vendor has one').choices(['live', 'mock']),
    )
    .option('--option <provider.name=value>', 'an option that one vendor alone has; repeatable', vendorOption)
    .option('--webhook-url <url>', 'where the vendor reports the end')
    .option('--tag <key=value>', 'label of your own; repeatable', entry)
    .option('--idempotency-key <key>', 'one logical request has one key (default: random)')
    .option('--strict', 'refuse what a provider does not support, instead of warning')
    .addOption(new Option('--on-unknown <policy>', 'when the answer to the submit is lost').choices(['fail', 'resend']))
    .option('--portfolio <file>', 'portfolio file (default: <name>.portfolio.json)')
    .option('--timeout <duration>', 'stop waiting after, e.g. 90s, 30m, 2h', duration)
    .option('--max-cost <dollars>', 'refuse to spend more than this', dollars)
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
