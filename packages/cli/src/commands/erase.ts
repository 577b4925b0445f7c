import { access } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { LikenessError, type Portfolio } from '@likeness/core'
import type { Receipt } from '@likeness/router'
import type { Command } from 'commander'
import { exitCodes } from '../exit-code.js'
import { readPortfolio, updatePortfolio } from '../files/portfolio-file.js'
import { writeJsonFile } from '../files/write-file.js'
import { weightsFolder } from '../jobs/folders.js'
import { shortPath } from '../jobs/resume-command.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface EraseFlags extends CommonFlags {
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly weights?: string
}

const label = ({ subject }: Portfolio) => subject.name ?? subject.className

async function agree(session: Session, portfolio: Portfolio, { yes }: EraseFlags): Promise<void> {
  if (yes) return
  const { confirm } = session.io
  const message = `This deletes for good what vendors keep of ${label(portfolio)}: models, photos, pictures`
  if (confirm !== undefined && !session.structured && (await confirm(`${message}. Go on?`))) return
  throw new LikenessError({
    kind: 'invalid-request',
    message: `${message}; agree to it with --yes. Nothing was sent.`,
    hint: '--dry-run tells what would be deleted.',
  })
}

/** Kept beside the portfolio, one for each time: it answers who asks later. */
function receiptPath(portfolio: string, { at }: Receipt): string {
  const stem = basename(portfolio).replace(/(\.portfolio)?\.json$/, '')
  return join(dirname(portfolio), `${stem}.erased-${at.replaceAll(':', '').replace(/\.\d+/, '')}.json`)
}

function receiptText({ lines, remaining, complete, dryRun }: Receipt): string {
  const rows = lines.map((line) => [
    line.provider,
    line.kept ? `${line.item} (kept)` : line.item,
    line.outcome,
    'count' in line && line.count !== undefined ? String(line.count) : '',
    line.id ?? '',
  ])
  const left = remaining.map((text) => `  ${text}\n`).join('')
  const verdict = dryRun ? 'Nothing was deleted.' : complete ? 'Complete.' : 'Not complete:'
  return `${table(rows)}${verdict}\n${dryRun ? '' : left}`
}

async function keptWeights(session: Session, { weights }: EraseFlags): Promise<string | undefined> {
  if (weights !== undefined) return resolve(session.io.cwd, weights)
  const usual = weightsFolder(await session.providers(), session.io.cwd)
  return access(usual).then(
    () => usual,
    () => undefined,
  )
}

async function work(session: Session, portfolioFile: string, flags: EraseFlags): Promise<number> {
  const { erase } = await import('@likeness/router')
  const path = resolve(session.io.cwd, portfolioFile)
  const portfolio = await readPortfolio(path)
  const loaded = await session.providers({ spends: false })
  const providers = await Promise.all(loaded.entries.map(({ name }) => loaded.adapter(name)))
  const dryRun = flags.dryRun === true
  if (!dryRun) await agree(session, portfolio, flags)
  const receipt = await erase({
    portfolio,
    providers,
    dryRun,
    ledger: await loaded.ledger(),
    folder: await keptWeights(session, flags),
    clock: session.io.clock,
    abortSignal: session.abortSignal,
  })
  if (dryRun) {
    session.print({ receipt }, receiptText(receipt))
    return exitCodes.ok
  }
  const file = receiptPath(path, receipt)
  writeJsonFile(file, receipt)
  const isLeft = (id: string) => receipt.portfolio.models.some((model) => model.id === id)
  const gone = new Set(portfolio.models.map(({ id }) => id).filter((id) => !isLeft(id)))
  await updatePortfolio(path, portfolio.subject, (current) => ({
    ...current,
    models: current.models.filter(({ id }) => !gone.has(id)),
  }))
  session.note('note: pictures, photos and job files on this machine are left as they are.')
  session.print({ file, receipt }, `${receiptText(receipt)}${shortPath(session, file)}\n`)
  return receipt.complete ? exitCodes.ok : exitCodes.failed
}

export function addErase(program: Command, run: Run): void {
  const command = program
    .command('erase')
    .summary('delete all that vendors keep of a subject')
    .description(
      "Deletes a subject's models, training photos, weights and pictures at every vendor that can, and saves a receipt beside the portfolio that says what was deleted and what a person must still do. Exit code 4 when something is left.",
    )
    .argument('<portfolio>', 'portfolio file')
    .option('--dry-run', 'tell what would be deleted, and send nothing')
    .option('--weights <folder>', 'where kept weights are deleted too (default: weights beside the job files)')
    .option('--yes', 'agree without being asked')
    .action((portfolio: string, flags: EraseFlags) => run(flags, (session) => work(session, portfolio, flags)))
  withCommonFlags(command)
  withExamples(command, 'erase alex.portfolio.json --dry-run', 'erase alex.portfolio.json --yes')
}
