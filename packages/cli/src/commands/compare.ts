import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LikenessError } from '@likeness/core'
import type { Command } from 'commander'
import { share } from '../flags/parse.js'
import { commandName, quoted, shortPath } from '../jobs/resume-command.js'
import type { CommonFlags, Session } from '../session.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface CompareFlags extends CommonFlags {
  readonly run?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly emitConfig?: string
  readonly against?: string
  readonly threshold?: number
  readonly report?: string
  readonly score: boolean
}

/** What a person types to go on with a run. */
function goOn(session: Session, folder: string): string {
  const config = session.configFlag === undefined ? '' : ` --config ${quoted(session.configFlag)}`
  return `${commandName(session)} compare --run ${quoted(shortPath(session, folder))}${config}`
}

/** An error of a run says how to go on with it. */
function withWayOn(session: Session, folder: string, error: unknown): unknown {
  if (!existsSync(join(folder, 'plan.json'))) return error
  const hint = `To continue: ${goOn(session, folder)}`
  if (session.interruptedBy() !== undefined) {
    const message = 'Interrupted. What vendors have accepted goes on there, and is not paid for again.'
    return new LikenessError({ kind: 'aborted', message, hint, cause: error })
  }
  return LikenessError.is(error) && error.hint === undefined ? error.with({ hint }) : error
}

async function work(session: Session, plan: string | undefined, flags: CompareFlags): Promise<number> {
  if (flags.threshold !== undefined && flags.against === undefined) {
    const message = 'needs --against, which says what to compare with'
    throw new LikenessError({
      kind: 'invalid-request',
      message: `--threshold ${message}.`,
      fields: [{ field: '--threshold', message }],
    })
  }
  const { findRun } = await import('../jobs/compare/run-place.js')
  const place = await findRun(session, plan, flags.run)
  if (flags.dryRun) {
    const { dryRun } = await import('../jobs/compare/dry-run.js')
    return dryRun(session, place)
  }
  const { compare } = await import('../jobs/compare/compare.js')
  try {
    return await compare(session, place, flags)
  } catch (error) {
    throw withWayOn(session, place.folder, error)
  }
}

export function addCompare(program: Command, run: Run): void {
  const command = program
    .command('compare')
    .summary('compare vendors by a plan: likeness, cost, time, with a report')
    .description(
      'Trains the subjects of a plan at its vendors, makes the same pictures at each, scores them, and writes a report that says which is better and how sure that is. All is checked and priced first. A run is a folder: killed at any moment it goes on, and nothing is paid for twice.',
    )
    .argument('[plan]', 'plan file (default: compare.yaml, .yml, .ts, .js or .json in the working folder)')
    .option('--run <folder>', 'folder of the run; one that holds a run goes on (default: runs/<plan>-<time>)')
    .option('--dry-run', 'print paid requests, cost and warnings; send nothing, leave nothing')
    .option('--yes', 'agree to the cost without being asked')
    .option('--report <folder>', 'folder for report.html, report.json and report.md (default: that of the run)')
    .option('--emit-config <file>', 'write the router that the evidence supports; - for stdout')
    .option('--against <run>', 'folder of an earlier run; exit code 4 where a vendor got worse')
    .option('--threshold <share>', 'with --against: how much worse does not matter, e.g. 0.1', share)
    .option('--no-score', 'score nothing; what was scored before counts')
    .action((plan: string | undefined, flags: CompareFlags) => run(flags, (session) => work(session, plan, flags)))
  withCommonFlags(command, true)
  withExamples(
    command,
    'compare --dry-run',
    'compare compare.yaml --yes --run runs/first',
    'compare --run runs/first',
    'compare --run runs/second --against runs/first --threshold 0.1',
  )
}
