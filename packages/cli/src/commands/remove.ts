import { resolve } from 'node:path'
import { LikenessError } from '@likeness/core'
import type { Command } from 'commander'
import { exitCodes } from '../exit-code.js'
import { readPortfolio, updatePortfolio } from '../files/portfolio-file.js'
import { findEntry } from '../provider-entries.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface RemoveFlags extends CommonFlags {
  readonly provider: string
  readonly model?: string
  readonly yes?: boolean
}

async function agree(session: Session, count: number, provider: string, yes: boolean | undefined): Promise<void> {
  if (yes) return
  const { confirm } = session.io
  const message = `This deletes ${count} ${count === 1 ? 'model' : 'models'} at ${provider} for good`
  if (confirm !== undefined && !session.structured && (await confirm(`${message}. Go on?`))) return
  throw new LikenessError({ kind: 'invalid-request', message: `${message}; agree to it with --yes. Nothing was sent.` })
}

async function work(session: Session, portfolioFile: string, flags: RemoveFlags): Promise<number> {
  const path = resolve(session.io.cwd, portfolioFile)
  const portfolio = await readPortfolio(path)
  const loaded = await session.providers()
  const { id, name } = findEntry(loaded.entries, flags.provider)
  const provider = await loaded.adapter(name)
  const { fineTune } = provider
  if (fineTune === undefined || provider.capabilities.fineTune?.remove !== true) {
    const message = `${id} cannot delete models by its API.`
    throw new LikenessError({ kind: 'unsupported', message, provider: id })
  }
  const models = portfolio.models.filter(
    (model) => model.provider === id && (flags.model === undefined || model.id === flags.model),
  )
  if (models.length === 0) {
    const message = `${path} holds no such model of ${id}.`
    throw new LikenessError({ kind: 'invalid-request', message, fields: [{ field: 'model', message }] })
  }
  await agree(session, models.length, id, flags.yes)
  for (const model of models) {
    await fineTune.remove(model, { abortSignal: session.abortSignal })
    await updatePortfolio(path, portfolio.subject, (current) => ({
      ...current,
      models: current.models.filter((other) => other.provider !== model.provider || other.id !== model.id),
    }))
  }
  const rows = models.map((model) => [model.provider, model.id, 'deleted'])
  session.print(
    { portfolio: path, removed: models.map((model) => ({ provider: model.provider, id: model.id })) },
    table(rows),
  )
  return exitCodes.ok
}

export function addRemove(program: Command, run: Run): void {
  const command = program
    .command('remove')
    .summary('delete trained models at the vendor')
    .description("Deletes a subject's models at one provider for good, and takes them out of the portfolio file.")
    .argument('<portfolio>', 'portfolio file')
    .requiredOption('--provider <name>', 'where')
    .option('--model <id>', 'this model alone (default: all at that provider)')
    .option('--yes', 'agree without being asked')
    .action((portfolio: string, flags: RemoveFlags) => run(flags, (session) => work(session, portfolio, flags)))
  withCommonFlags(command)
  withExamples(command, 'remove alex.portfolio.json --provider astria --yes')
}
