import { resolve } from 'node:path'
import { formatUSD, type GenerateResult, type Portfolio } from '@likeness/core'
import type { Command } from 'commander'
import { formatDuration } from '../duration.js'
import { readPortfolio } from '../files/portfolio-file.js'
import { defined } from '../flags/defined.js'
import { duration } from '../flags/parse.js'
import { outputFolder } from '../jobs/folders.js'
import type { SavedResult } from '../jobs/generate.js'
import { noteTrail } from '../jobs/note-trail.js'
import { shortPath } from '../jobs/resume-command.js'
import { exitCodeOfAll, outcomeDocuments, reportFailures } from '../jobs/run-jobs.js'
import { selectProviders } from '../jobs/select-providers.js'
import type { Session } from '../session.js'
import { table } from '../table.js'
import { type GenerateFlags, generateInput, withGenerateFlags } from './generate-flags.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface GenerateCommandFlags extends GenerateFlags {
  readonly out?: string
  readonly timeout?: number
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
  const { cost, estimate, durationMs, warnings, attempts, trail, failures }: GenerateResult = result
  const images = saved.map(({ path, image }) => ({ path, ...image.toJSON() }))
  return { images, failures, cost, estimate, durationMs, warnings, attempts, trail }
}

/** Warns of what vendors will have deleted a week from now. */
async function warnOfExpiry(session: Session, portfolio: Portfolio): Promise<void> {
  const { expiring } = await import('@likeness/router')
  for (const { provider, message, expired } of expiring(portfolio, { now: session.io.clock.now() })) {
    // What is gone already is no warning: it is why a provider would not be asked.
    if (!expired) session.warn([{ type: 'notice', provider, parameter: 'portfolio', message }])
  }
}

async function work(
  session: Session,
  portfolioFile: string,
  prompt: string,
  flags: GenerateCommandFlags,
): Promise<number> {
  const { cwd } = session.io
  const loaded = await session.providers()
  const portfolio = await readPortfolio(resolve(cwd, portfolioFile))
  const trainedAt = [...new Set(portfolio.models.map(({ provider }) => provider))]
  const fallback = loaded.defaults.length === 0 && trainedAt.length === 1 ? trainedAt : undefined
  const providers = await selectProviders(loaded, flags.provider ?? fallback)
  if (loaded.ephemeral) session.note(ephemeralNote)
  await warnOfExpiry(session, portfolio)
  const { generateEverywhere } = await import('../jobs/generate.js')
  const outcomes = await generateEverywhere(session, {
    providers,
    portfolio,
    output: outputFolder(loaded, cwd, flags.out),
    input: generateInput(session.io, prompt, flags),
    timeoutMs: flags.timeout,
    onUnknown: flags.onUnknown,
    ...defined({ maxCost: flags.maxCost }),
  })
  const done = outcomes.filter((outcome) => outcome.state === 'done')
  for (const { provider, value } of done) {
    session.warn(value.result.warnings)
    for (const { error } of value.result.failures)
      session.note(`warning: ${provider}: a picture is missing: ${error.message}`)
    noteTrail(session, provider, value.result.trail)
  }
  reportFailures(session, outcomes)
  session.print(
    { results: outcomeDocuments(outcomes, picturesDocument) },
    table(done.flatMap(({ value }) => pictureRows(session, value))),
  )
  return exitCodeOfAll(outcomes)
}

export function addGenerate(program: Command, run: Run): void {
  const command = withGenerateFlags(program.command('generate'))
    .summary('make pictures of a trained subject')
    .description(
      'Makes pictures of a trained subject at one or more providers side by side, and saves them. In the prompt, {subject} stands for the subject.',
    )
    .option('--out <folder>', 'where to save (default: pictures)')
    .option('--timeout <duration>', 'stop waiting after, e.g. 90s, 10m', duration)
    .action((portfolio: string, prompt: string, flags: GenerateCommandFlags) =>
      run(flags, (session) => work(session, portfolio, prompt, flags)),
    )
  withCommonFlags(command, true)
  withExamples(
    command,
    'generate alex.portfolio.json "an oil painting of {subject}" --provider fal -n 4 --size 1024x1024',
    'generate alex.portfolio.json "{subject} on the moon" --provider fal,astria --seed 7 --out ./moon --json',
  )
}
