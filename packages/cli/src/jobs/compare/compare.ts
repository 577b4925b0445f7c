import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Evaluation, RunSummary, WrittenReport } from '@likeness/compare'
import { exitCodes } from '../../exit-code.js'
import type { Session } from '../../session.js'
import { shortPath } from '../resume-command.js'
import { carryOut, priceRun } from './carry-out.js'
import { conclude, evaluateAsItIs } from './conclude.js'
import { figuresTable } from './figures.js'
import { pieces } from './pieces.js'
import type { RunPlace } from './run-place.js'

/** How to go about a comparison. */
export interface CompareRequest {
  readonly yes?: boolean
  /** Whether pictures are scored. */
  readonly score: boolean
  /** Folder of the report. @default that of the run */
  readonly report?: string
  /** File for the config that the evidence supports; `-` for stdout. */
  readonly emitConfig?: string
  /** Folder of an earlier run. */
  readonly against?: string
  readonly threshold?: number
}

/** Ends what is left to pay for. */
async function bringToAnEnd(session: Session, place: RunPlace, yes: boolean): Promise<RunSummary> {
  const { begun } = place
  if (begun?.summary.complete) return begun.summary
  return carryOut(session, place, await priceRun(session, place, { dryRun: false }), { yes })
}

/** What programs read of an evaluation; all of it is in report.json. */
function essentials({ run, vendors, answer, recommendation, scorers }: Evaluation): object {
  return {
    run,
    answer,
    recommendation,
    vendors: vendors.map(({ name, provider, figures, missing, flags }) => ({
      name,
      provider,
      figures,
      missing,
      flags,
    })),
    notScored: scorers.flatMap(({ id, subject, reason }) => (reason === undefined ? [] : [{ id, subject, reason }])),
  }
}

function flagLines({ vendors }: Evaluation): string[] {
  return vendors.flatMap(({ name, flags }) => flags.map(({ message }) => `${name}: ${message}`))
}

function reasons({ scorers }: Evaluation): string[] {
  return [...new Set(scorers.flatMap(({ reason }) => reason ?? []))]
}

function answerText(session: Session, evaluation: Evaluation, report: WrittenReport): string {
  const emulated = evaluation.run.emulated ? ['The vendors were emulated: this says nothing of the real ones.'] : []
  const text = [...emulated, ...evaluation.answer, ...flagLines(evaluation)].map((line) => `${line}\n`).join('')
  return `${text}\n${figuresTable(evaluation)}Report: ${shortPath(session, report.html)}\n`
}

/** Carries a comparison out as far as it goes, and tells what came of it. */
export async function compare(session: Session, place: RunPlace, request: CompareRequest): Promise<number> {
  const { score, report: out, emitConfig, against, threshold } = request
  const { folder } = place
  const summary = await bringToAnEnd(session, place, request.yes === true)
  const { evaluation, report } = await conclude(session, folder, { out, scores: score })
  for (const reason of reasons(evaluation)) session.note(`note: ${reason}`)
  const { compareRuns, emitConfig: configOf } = await pieces()
  const config = emitConfig === undefined ? undefined : configOf(evaluation)
  if (config !== undefined && emitConfig !== undefined && emitConfig !== '-') {
    await writeFile(resolve(session.io.cwd, emitConfig), config)
  }
  const baseline =
    against === undefined
      ? undefined
      : compareRuns(await evaluateAsItIs(resolve(session.io.cwd, against)), evaluation, {
          ...(threshold !== undefined && { threshold }),
        })
  const document = {
    folder,
    ...essentials(evaluation),
    report,
    ...(config && { config }),
    ...(baseline && { baseline }),
  }
  const told = baseline === undefined ? '' : `\n${baseline.explanation.map((line) => `${line}\n`).join('')}`
  session.print(document, `${answerText(session, evaluation, report)}${told}`)
  if (!summary.complete) {
    session.note('Not all of it could be done now; the same command goes on with the rest.')
    return exitCodes.unavailable
  }
  return baseline !== undefined && baseline.regressions.length > 0 ? exitCodes.failed : exitCodes.ok
}
