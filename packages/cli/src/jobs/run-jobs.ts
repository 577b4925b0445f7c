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
    const { error, file, provider } = outcome
    const goesOn = file !== undefined && LikenessError.is(error) && error.kind === 'aborted' && error.code === undefined
    if (goesOn) {
      session.note(
        `interrupted: ${provider}: the job goes on at the vendor. To continue:\n  ${resumeCommand(session, file)}`,
      )
    } else session.report(error)
  }
}

/** 0 when all are done, else the code of the first that failed. */
export function exitCodeOfAll(outcomes: readonly JobOutcome<unknown>[]): number {
  const failed = outcomes.find((outcome) => outcome.state === 'failed')
  return failed === undefined ? exitCodes.ok : exitCodeOf(failed.error)
}

/** Outcomes for programs. */
export function outcomeDocuments<Value>(
  outcomes: readonly JobOutcome<Value>[],
  document: (value: Value) => object,
): object[] {
  return outcomes.map((outcome) => {
    const { provider, file } = outcome
    return outcome.state === 'done'
      ? { provider, state: 'done', job: file, ...document(outcome.value) }
      : { provider, state: 'failed', job: file, error: serializeError(outcome.error) }
  })
}
