import { resolve } from 'node:path'
import { type JobHandle, type JobStatus, LikenessError, type Provider } from '@likeness/core'
import type { Command } from 'commander'
import { exitCodes } from '../exit-code.js'
import { listJobFiles, readJobFile } from '../files/job-file.js'
import { jobsFolder } from '../jobs/folders.js'
import { shortPath } from '../jobs/resume-command.js'
import { providerOfId } from '../jobs/select-providers.js'
import { describeStatus } from '../progress/describe-status.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

/** Reads a job's status once. */
function readStatus(handle: JobHandle, provider: Provider, abortSignal: AbortSignal): Promise<JobStatus> {
  const kind = handle.kind === 'fine-tune' ? provider.fineTune : provider.generate
  if (kind !== undefined) return kind.status(handle, { abortSignal })
  throw new LikenessError({
    kind: 'unsupported',
    message: `${provider.id} has no ${handle.kind}s.`,
    provider: provider.id,
  })
}

async function one(session: Session, file: string): Promise<number> {
  const { handle } = await readJobFile(resolve(session.io.cwd, file))
  const provider = await providerOfId(await session.providers(), handle.provider)
  const status = await readStatus(handle, provider, session.abortSignal)
  const elapsed = session.io.clock.now() - Date.parse(handle.startedAt)
  const line = `${handle.provider}  ${handle.kind}  ${handle.id}  ${describeStatus(status, elapsed)}\n`
  session.print({ handle, status }, line)
  return exitCodes.ok
}

/** What is known of the jobs started here, without asking any vendor. */
async function all(session: Session): Promise<number> {
  const { cwd } = session.io
  const folder = jobsFolder(await session.providers(), cwd)
  const jobs = await listJobFiles(folder)
  if (jobs.length === 0) session.note(`no jobs in ${folder}`)
  const rows = jobs.map(({ path, job: { handle, outcome } }) => [
    handle.startedAt,
    handle.provider,
    handle.kind,
    outcome?.state ?? 'not seen to end',
    shortPath(session, path),
  ])
  session.print({ jobs: jobs.map(({ path, job }) => ({ file: path, ...job })) }, table(rows))
  return exitCodes.ok
}

export function addStatus(program: Command, run: Run): void {
  const command = program
    .command('status')
    .summary('where a job stands')
    .description('Asks the vendor once where a job stands. Without a file: lists the jobs that were started here.')
    .argument('[job]', 'job file, or a JSON file with a handle')
    .action((job: string | undefined, flags: CommonFlags) =>
      run(flags, (session) => (job === undefined ? all(session) : one(session, job))),
    )
  withCommonFlags(command)
  withExamples(command, 'status', 'status .likeness/jobs/fine-tune-fal-3f2a.json --json')
}
