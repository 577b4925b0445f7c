import { resolve } from 'node:path'
import {
  defaultScorers,
  type Evaluation,
  evaluateRun,
  type Measurements,
  measuresOf,
  openRunFolder,
  type RunFolder,
  readMeasurements,
  readRun,
  readVotes,
  scoreRun,
  type WrittenReport,
  writeReport,
} from '@likeness/compare'
import type { Session } from '../../session.js'
import { createScoringUpdate, scoringBar } from './bars.js'
import { withRun } from './run-place.js'

async function score(session: Session, run: RunFolder): Promise<Measurements> {
  const { io, abortSignal } = session
  const view = await session.view()
  const summary = await readRun(run)
  const updateOf = createScoringUpdate(io.clock)
  const scorers = defaultScorers(run.plan)
  return view.follow([scoringBar], (update) =>
    scoreRun({ run, summary, scorers, abortSignal, onProgress: (progress) => update(updateOf(progress)) }),
  )
}

/**
 * What the records of a run come to, votes included.
 *
 * @param measured - of its pictures
 */
async function evaluate(run: RunFolder, measured: Measurements): Promise<Evaluation> {
  return evaluateRun({
    run,
    summary: await readRun(run),
    measurements: measured,
    votes: await readVotes(run.folder),
    measures: measuresOf(defaultScorers(run.plan)),
  })
}

/** A run as it was left: nothing is scored anew. */
export function evaluateAsItIs(folder: string): Promise<Evaluation> {
  return withRun(openRunFolder(folder), async (run) => evaluate(run, await readMeasurements(run.folder)))
}

/**
 * Scores the pictures of a run, evaluates all that is known of it, and writes its report.
 *
 * @param options - `out`: folder of the report; `scores`: whether pictures that are not scored yet are to be
 */
export function conclude(
  session: Session,
  folder: string,
  { out, scores }: { readonly out: string | undefined; readonly scores: boolean },
): Promise<{ readonly evaluation: Evaluation; readonly report: WrittenReport }> {
  return withRun(openRunFolder(folder), async (run) => {
    const measured = scores ? await score(session, run) : await readMeasurements(run.folder)
    const evaluation = await evaluate(run, measured)
    const report = await writeReport({
      folder,
      evaluation,
      out: out === undefined ? folder : resolve(session.io.cwd, out),
    })
    return { evaluation, report }
  })
}
