import { resolve } from 'node:path'
import { formatUSD, type GenerateResult, type JsonObject, type OnUnknown } from '@likeness/core'
import { type Command, Option } from 'commander'
import { formatDuration } from '../duration.js'
import { readPortfolio } from '../files/portfolio-file.js'
import { defined } from '../flags/defined.js'
import { inputPath } from '../flags/input-path.js'
import { dollars, duration, entry, list, number, vendorOption } from '../flags/parse.js'
import { outputFolder } from '../jobs/folders.js'
import { generateEverywhere, type SavedResult } from '../jobs/generate.js'
import { shortPath } from '../jobs/resume-command.js'
import { exitCodeOfAll, outcomeDocuments, reportFailures } from '../jobs/run-jobs.js'
import { selectProviders } from '../jobs/select-providers.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface GenerateFlags extends CommonFlags {
  readonly provider?: readonly string[]
  readonly n?: number
  readonly size?: string
  readonly aspectRatio?: string
  readonly seed?: number
  readonly format?: 'jpeg' | 'png' | 'webp'
  readonly strength?: number
  readonly negativePrompt?: string
  readonly steps?: number
  readonly guidance?: number
  readonly image?: string
  readonly mask?: string
  readonly imageStrength?: number
  readonly option?: Readonly<Record<string, JsonObject>>
  readonly webhookUrl?: string
  readonly tag?: Readonly<Record<string, string>>
  readonly idempotencyKey?: string
  readonly strict?: boolean
  readonly onUnknown?: OnUnknown
  readonly out?: string
  readonly timeout?: number
  readonly maxCost?: number
}

const ephemeralNote =
  'note: this command starts emulated vendors of its own, which know no models yet. To share some: likeness emulate'

/** Saved pictures for people: path, size, seed; then what they cost and took together. */
export function pictureRows(session: Session, { result, saved }: SavedResult): string[][] {
  const { cost, durationMs } = result
  const price = cost === undefined ? 'cost unknown' : formatUSD(cost.amount)
  return saved.map(({ path, image: { width, height, seed } }) => [
    shortPath(session, path),
    width === undefined || height === undefined ? '' : `${width}x${height}`,
    seed === undefined ? '' : `seed ${seed}`,
    saved.length > 1 ? `${price} for ${saved.length}` : price,
    formatDuration(durationMs),
  ])
}

/** The same for programs. */
export function picturesDocument({ result, saved }: SavedResult): object {
  const { cost, estimate, durationMs, warnings, attempts, failures }: GenerateResult = result
  const images = saved.map(({ path, image }) => ({ path, ...image.toJSON() }))
  return { images, failures, cost, estimate, durationMs, warnings, attempts }
}

async function work(session: Session, portfolioFile: string, prompt: string, flags: GenerateFlags): Promise<number> {
  const { cwd } = session.io
  const loaded = await session.providers()
  const portfolio = await readPortfolio(resolve(cwd, portfolioFile))
  const trainedAt = [...new Set(portfolio.models.map(({ provider }) => provider))]
  const fallback = loaded.defaults.length === 0 && trainedAt.length === 1 ? trainedAt : undefined
  const providers = await selectProviders(loaded, flags.provider ?? fallback)
  if (loaded.ephemeral) session.note(ephemeralNote)
  const outcomes = await generateEverywhere(session, {
    providers,
    portfolio,
    output: outputFolder(loaded, cwd, flags.out),
    input: defined({
      prompt,
      n: flags.n,
      size: flags.size,
      aspectRatio: flags.aspectRatio,
      seed: flags.seed,
      format: flags.format,
      strength: flags.strength,
      negativePrompt: flags.negativePrompt,
      steps: flags.steps,
      guidanceScale: flags.guidance,
      image: flags.image === undefined ? undefined : inputPath(session.io, flags.image),
      mask: flags.mask === undefined ? undefined : inputPath(session.io, flags.mask),
      imageStrength: flags.imageStrength,
      providerOptions: flags.option,
      webhookUrl: flags.webhookUrl,
      tags: flags.tag,
      idempotencyKey: flags.idempotencyKey,
      onUnsupported: flags.strict ? ('error' as const) : undefined,
    }),
    timeoutMs: flags.timeout,
    onUnknown: flags.onUnknown,
    ...defined({ maxCost: flags.maxCost }),
  })
  const done = outcomes.filter((outcome) => outcome.state === 'done')
  for (const { provider, value } of done) {
    session.warn(value.result.warnings)
    for (const { error } of value.result.failures)
      session.note(`warning: ${provider}: a picture is missing: ${error.message}`)
  }
  reportFailures(session, outcomes)
  session.print(
    { results: outcomeDocuments(outcomes, picturesDocument) },
    table(done.flatMap(({ value }) => pictureRows(session, value))),
  )
  return exitCodeOfAll(outcomes)
}

export function addGenerate(program: Command, run: Run): void {
  const command = program
    .command('generate')
    .summary('make pictures of a trained subject')
    .description(
      'Makes pictures of a trained subject at one or more providers side by side, and saves them. In the prompt, {subject} stands for the subject.',
    )
    .argument('<portfolio>', 'portfolio file that `likeness train` wrote')
    .argument('<prompt>', 'what to show, e.g. "an oil painting of {subject}"')
    .option('--provider <names>', 'where: names from the config, with commas; or all', list)
    .option('-n, --n <count>', 'how many pictures', number)
    .option('--size <WxH>', 'in pixels, e.g. 1024x768')
    .option('--aspect-ratio <W:H>', 'e.g. 16:9, instead of --size')
    .option('--seed <number>', 'same seed, same picture', number)
    .addOption(new Option('--format <type>', 'file type').choices(['jpeg', 'png', 'webp']))
    .option('--strength <factor>', 'of the fine-tune; 1 is as trained', number)
    .option('--negative-prompt <text>', 'what not to show')
    .option('--steps <count>', 'sampling steps', number)
    .option('--guidance <scale>', 'how closely to follow the prompt', number)
    .option('--image <file>', 'picture to start from')
    .option('--mask <file>', 'white where --image may change')
    .option('--image-strength <share>', 'how far to go from --image, 0 to 1', number)
    .option('--option <provider.name=value>', 'an option that one vendor alone has; repeatable', vendorOption)
    .option('--webhook-url <url>', 'where the vendor reports the end')
    .option('--tag <key=value>', 'label of your own; repeatable', entry)
    .option('--idempotency-key <key>', 'one logical request has one key (default: random)')
    .option('--strict', 'refuse what a provider does not support, instead of warning')
    .addOption(new Option('--on-unknown <policy>', 'when the answer to the submit is lost').choices(['fail', 'resend']))
    .option('--out <folder>', 'where to save (default: pictures)')
    .option('--timeout <duration>', 'stop waiting after, e.g. 90s, 10m', duration)
    .option('--max-cost <dollars>', 'refuse to spend more than this', dollars)
    .action((portfolio: string, prompt: string, flags: GenerateFlags) =>
      run(flags, (session) => work(session, portfolio, prompt, flags)),
    )
  withCommonFlags(command, true)
  withExamples(
    command,
    'generate alex.portfolio.json "an oil painting of {subject}" --provider fal -n 4 --size 1024x1024',
    'generate alex.portfolio.json "{subject} on the moon" --provider fal,astria --seed 7 --out ./moon --json',
  )
}
