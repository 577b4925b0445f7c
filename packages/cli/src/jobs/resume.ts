import { resolve } from 'node:path'
import { type FineTuneResult, type GenerateResult, resume } from '@likeness/core'
import { readJobFile } from '../files/job-file.js'
import { addToPortfolio, portfolioFileName } from '../files/portfolio-file.js'
import { saveImages } from '../files/save-images.js'
import type { JobProgress } from '../progress/progress.js'
import type { Session } from '../session.js'
import { outputFolder } from './folders.js'
import { describePictures, type SavedResult } from './generate.js'
import { type JobHooks, type JobOutcome, runJob } from './run-job.js'
import { runJobs } from './run-jobs.js'
import { providerOfId } from './select-providers.js'
import { describeTraining } from './train.js'

/** Where the result goes, if not where the job file says. */
export interface ResumeDestination {
  readonly portfolio?: string | undefined
  readonly output?: string | undefined
  /** In milliseconds from the job's start. */
  readonly timeoutMs?: number | undefined
}

/** A resumed job's result, put where it belongs. */
export type Resumed =
  | { readonly kind: 'fine-tune'; readonly result: FineTuneResult; readonly portfolio: string }
  | ({ readonly kind: 'generation' } & SavedResult)

/**
 * Goes on with a job from its file, in any process and on any day. Sends no paid request.
 *
 * @throws LikenessError when the file or its provider is not there; the job's own end is the outcome
 */
export async function resumeJob(
  session: Session,
  jobFile: string,
  destination: ResumeDestination,
): Promise<JobOutcome<Resumed>> {
  const { cwd } = session.io
  const { abortSignal } = session
  const path = resolve(cwd, jobFile)
  const job = await readJobFile(path)
  const { handle } = job
  const loaded = await session.providers()
  const provider = await providerOfId(loaded, handle.provider)
  const wanted = destination.portfolio === undefined ? job.portfolio : resolve(cwd, destination.portfolio)
  const output =
    destination.output === undefined && job.output !== undefined
      ? job.output
      : outputFolder(loaded, cwd, destination.output)
  const work = {
    provider,
    title: handle.kind,
    run(progress: JobProgress) {
      progress.resuming(handle)
      const { timeoutMs } = destination
      const run = ({ onStatus }: JobHooks) => resume(handle, provider, { abortSignal, onStatus, timeoutMs })
      const where = handle.kind === 'fine-tune' ? { portfolio: wanted } : { output }
      return runJob<FineTuneResult | GenerateResult, Resumed>(
        session,
        { provider, progress, handle, file: () => path, destination: where, run },
        async (result) => {
          if (result.kind === 'fine-tune') {
            const portfolio = wanted ?? resolve(cwd, portfolioFileName(result.model.subject))
            await addToPortfolio(portfolio, { ...result.model, ...(result.cost && { cost: result.cost }) })
            progress.done(describeTraining(result))
            return { kind: 'fine-tune', result, portfolio }
          }
          const saved = await saveImages(result, output, abortSignal)
          progress.done(describePictures(result))
          return { kind: 'generation', result, saved }
        },
      )
    },
  }
  const [outcome] = await runJobs(session, [work])
  if (outcome === undefined) throw new Error('unreachable: one job has one outcome')
  return outcome
}
