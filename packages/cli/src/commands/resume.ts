import { formatUSD } from '@likeness/core'
import type { Command } from 'commander'
import { formatDuration } from '../duration.js'
import { duration } from '../flags/parse.js'
import type { Resumed } from '../jobs/resume.js'
import { shortPath } from '../jobs/resume-command.js'
import { exitCodeOfAll, outcomeDocuments, reportFailures } from '../jobs/run-jobs.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { pictureRows, picturesDocument } from './generate.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface ResumeFlags extends CommonFlags {
  readonly portfolio?: string
  readonly out?: string
  readonly timeout?: number
}

function text(session: Session, resumed: Resumed): string {
  if (resumed.kind === 'generation') return table(pictureRows(session, resumed))
  const { model, cost, durationMs } = resumed.result
  const price = cost === undefined ? 'cost unknown' : formatUSD(cost.amount)
  return `${table([[model.provider, model.base, model.id, price, formatDuration(durationMs)]])}${shortPath(session, resumed.portfolio)}\n`
}

function document(resumed: Resumed): object {
  if (resumed.kind === 'generation') return { kind: resumed.kind, ...picturesDocument(resumed) }
  const { model, cost, estimate, durationMs, warnings } = resumed.result
  return { kind: resumed.kind, portfolio: resumed.portfolio, model, cost, estimate, durationMs, warnings }
}

async function work(session: Session, job: string, flags: ResumeFlags): Promise<number> {
  const { resumeJob } = await import('../jobs/resume.js')
  const outcome = await resumeJob(session, job, {
    portfolio: flags.portfolio,
    output: flags.out,
    timeoutMs: flags.timeout,
  })
  reportFailures(session, [outcome])
  const [result] = outcomeDocuments([outcome], document)
  session.print({ ...result }, outcome.state === 'done' ? text(session, outcome.value) : '')
  return exitCodeOfAll([outcome])
}

export function addResume(program: Command, run: Run): void {
  const command = program
    .command('resume')
    .summary('go on with a job that was started before')
    .description(
      'Goes on with a job that this or another process started: waits for its end, then adds the model to the portfolio or saves the pictures. Pays for nothing.',
    )
    .argument('<job>', 'job file, or a JSON file with a handle')
    .option('--portfolio <file>', "portfolio file (default: the job's)")
    .option('--out <folder>', "where to save pictures (default: the job's)")
    .option('--timeout <duration>', "stop waiting after, counted from the job's start", duration)
    .action((job: string, flags: ResumeFlags) => run(flags, (session) => work(session, job, flags)))
  withCommonFlags(command, true)
  withExamples(command, 'resume .likeness/jobs/fine-tune-fal-3f2a.json')
}
