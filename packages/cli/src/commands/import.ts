import { resolve } from 'node:path'
import { type ModelReference, type SubjectKind, subjectKinds } from '@likeness/core'
import { type Command, Option } from 'commander'
import { exitCodes } from '../exit-code.js'
import { portfolioFileName, readPortfolioOf, updatePortfolio } from '../files/portfolio-file.js'
import { defined } from '../flags/defined.js'
import { shortPath } from '../jobs/resume-command.js'
import { findEntry } from '../provider-entries.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface ImportFlags extends CommonFlags {
  readonly id?: string
  readonly url?: string
  readonly subject: string
  readonly kind?: SubjectKind
  readonly name?: string
  readonly base?: string
  readonly trigger?: string
  readonly expires?: string
  readonly portfolio?: string
}

function referenceOf({ id, url, subject, kind, name, base, trigger, expires }: ImportFlags): ModelReference {
  return defined({ id, url, base, trigger, expiresAt: expires, subject: defined({ className: subject, kind, name }) })
}

async function work(session: Session, provider: string, flags: ImportFlags): Promise<number> {
  const { addModel } = await import('@likeness/core')
  const { importModel } = await import('@likeness/router')
  const loaded = await session.providers({ spends: false })
  const reference = referenceOf(flags)
  const { subject } = reference
  const path = resolve(session.io.cwd, flags.portfolio ?? portfolioFileName(subject))
  const held = await readPortfolioOf(path, subject)
  const { abortSignal } = session
  const portfolio = await importModel({
    provider: await loaded.adapter(findEntry(loaded.entries, provider).name),
    reference,
    abortSignal,
    ...(held && { portfolio: held }),
  })
  const model = portfolio.models.at(-1)
  if (model === undefined) throw new Error('unreachable: what was taken over is the last model')
  await updatePortfolio(path, subject, (current) => addModel(current, model))
  const row = [model.provider, model.base, model.id, model.expiresAt === undefined ? '' : `until ${model.expiresAt}`]
  session.print({ portfolio: path, model }, `${table([row])}${shortPath(session, path)}\n`)
  return exitCodes.ok
}

export function addImport(program: Command, run: Run): void {
  const command = program
    .command('import')
    .summary('take over a model that was trained elsewhere')
    .description(
      "Adds a model that was trained without likeness to a portfolio: by the vendor's id of it (an Astria tune, a fal request, a Segmind finetune or slug), or by the address of its weights. Asks the vendor about it; pays for nothing.",
    )
    .argument('<provider>', 'where it was trained, or where its weights are to be loaded: a name from the config')
    .option('--id <id>', "the vendor's id of it")
    .option('--url <url>', 'where its weights lie')
    .requiredOption('--subject <class>', 'class name in English, singular: man, dog, sneaker')
    .addOption(new Option('--kind <kind>', 'what sort of thing it is').choices(subjectKinds))
    .option('--name <name>', 'your own name of the subject; names the portfolio file')
    .option('--base <model>', 'base model, where the vendor does not tell')
    .option('--trigger <word>', 'word that stands for the subject in prompts')
    .option('--expires <date>', 'when the vendor deletes it, where you know: 2026-12-20T10:00:00Z')
    .option('--portfolio <file>', 'portfolio file (default: <name>.portfolio.json)')
    .action((provider: string, flags: ImportFlags) => run(flags, (session) => work(session, provider, flags)))
  withCommonFlags(command)
  withExamples(
    command,
    'import astria --id 1533312 --subject man --name alex',
    'import fal --url https://example.com/alex.safetensors --base flux-1-dev --trigger ohwx --subject man --name alex',
  )
}
