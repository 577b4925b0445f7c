import { LikenessError, type Provider } from '@likeness/core'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { serializeError } from '../print-error.js'
import type { JobProgress } from '../progress/progress.js'
import type { Session } from '../session.js'
import { resumeCommand } from './resume-command.js'
import type { JobOutcome } from './run-job.js'

/** A job to run at one provider. */
export interface Work<Value> {
  readonly provider: Provider
  /** What is done: `training`. */
  readonly title: string
  run(progress: JobProgress): Promise<JobOutcome<Value>>
}

/** Runs jobs side by side, showing progress. The outcomes are in the order of the jobs. */
export async function runJobs<Value>(
  session: Session,
  works: readonly Work<Value>[],
): Promise<readonly JobOutcome<Value>[]> {
  const outcomes: JobOutcome<Value>[] = []
  const view = await session.view()
  const tasks = works.map(({ provider, title, run }, index) => ({
    provider: provider.id,
    title,
    async run(progress: JobProgress) {
      const outcome = await run(progress)
      outcomes[index] = outcome
      if (outcome.state === 'failed') throw outcome.error
    },
  }))
  await view.run(tasks)
  return outcomes
}

/** Tells a person what failed, and how to go on with what was only interrupted. */
export function reportFailures(session: Session, outcomes: readonly JobOutcome<unknown>[]): void {
  for (const outcome of outcomes) {
    if (outcome.state !== 'failed') continue
    const { error, open, provider } = outcome
    if (open.length > 0 && LikenessError.is(error) && error.kind === 'aborted' && error.code === undefined) {
      const commands = open.map((file) => `\n  ${resumeCommand(session, file)}`).join('')
      session.note(`interrupted: ${provider}: the job goes on at the vendor. To continue:${commands}`)
    } else session.report(error)
  }
}

/** 0 when all are done, else the code of the first that failed. */
export function exitCodeOfAll(
  outcomes: readonly ({ readonly state: 'done' } | { readonly state: 'failed'; readonly error: unknown })[],
): number {
  const failed = outcomes.find((outcome) => outcome.state === 'failed')
  return failed === undefined ? exitCodes.ok : exitCodeOf(failed.error)
}

/** Outcomes for programs. */
export function outcomeDocuments<Value>(
  outcomes: readonly JobOutcome<Value>[],
  document: (value: Value) => object,
): object[] {
  return outcomes.map((outcome) => {
    const { provider } = outcome
    if (outcome.state === 'done') return { provider, state: 'done', job: outcome.file, ...document(outcome.value) }
    const { open, error } = outcome
    return {
      provider,
      state: 'failed',
      job: open[0],
      ...(open.length > 1 && { jobs: open }),
      error: serializeError(error),
    }
  })
}
