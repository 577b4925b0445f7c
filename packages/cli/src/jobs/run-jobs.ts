import type { Provider } from '@likeness/core'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { serializeError } from '../print-error.js'
import type { JobProgress } from '../progress/progress.js'
import type { Session } from '../session.js'
import type { JobOutcome } from './run-job.js'

/** Runs the same kind of job at several providers side by side, showing progress. */
export async function runJobs<Value>(
  session: Session,
  title: string,
  providers: readonly Provider[],
  run: (provider: Provider, progress: JobProgress) => Promise<JobOutcome<Value>>,
): Promise<JobOutcome<Value>[]> {
  const outcomes: JobOutcome<Value>[] = []
  const view = await session.view()
  const tasks = providers.map((provider, index) => ({
    provider: provider.id,
    title,
    async run(progress: JobProgress) {
      const outcome = await run(provider, progress)
      outcomes[index] = outcome
      if (outcome.state === 'failed') throw outcome.error
    },
  }))
  await view.run(tasks)
  return outcomes
}

/** Tells a person what failed. */
export function reportFailures(session: Session, outcomes: readonly JobOutcome<unknown>[]): void {
  for (const outcome of outcomes) if (outcome.state === 'failed') session.report(outcome.error)
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
