import { resolve } from 'node:path'
import { type BaselineReport, checkBaseline, compareRuns, type RecordedError, type RunSummary } from '@likeness/compare'
import { exitCodeOfKind, exitCodes } from '../../exit-code.js'
import type { Session } from '../../session.js'
import { shortPath } from '../resume-command.js'
import { agree } from './agree.js'
import { carryOut, priceRun } from './carry-out.js'
import { conclude, evaluateAsItIs } from './conclude.js'
import { checkConfigFile, configOf, type EmittedConfig, writeConfig } from './emitted-config.js'
import { answerText, essentials, notScored } from './result.js'
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
  /** @default that of `compareRuns` */
  readonly threshold?: number
}

/** Pays for what is left, once a person has agreed to it. */
async function bringToAnEnd(
  session: Session,
  place: RunPlace,
  { yes = false, score }: CompareRequest,
): Promise<RunSummary> {
  const over = place.begun?.summary.complete ? place.begun.summary : undefined
  const priced = over === undefined ? await priceRun(session, place, { dryRun: false }) : undefined
  await agree(session, place, priced?.vendors, { yes, scores: score })
  if (priced !== undefined) return carryOut(session, place, priced)
  if (over === undefined) throw new Error('unreachable: a run that is not over has been priced')
  return over
}

function obstacleOf({ state }: RunSummary['items'][number]): RecordedError | undefined {
  switch (state.state) {
    case 'open':
    case 'intended':
    case 'accepted':
      return state.error
    case 'succeeded':
    case 'failed':
    case 'unknown':
      return undefined
  }
}

/** Why work was left, each reason once. */
function obstacles({ items }: RunSummary): readonly RecordedError[] {
  const errors = items.flatMap((item) => obstacleOf(item) ?? [])
  return [...new Map(errors.map((error) => [error.message, error])).values()]
}

function tellWhatIsLeft(session: Session, summary: RunSummary): void {
  for (const { message, hint } of obstacles(summary)) {
    session.note(`not done: ${message}${hint === undefined ? '' : `\nhint: ${hint}`}`)
  }
  session.note('Not all of it could be done now; the same run can go on with the rest.')
}

function exitCode(
  summary: RunSummary,
  baseline: BaselineReport | undefined,
  config: EmittedConfig | undefined,
): number {
  const [obstacle] = obstacles(summary)
  if (!summary.complete) return obstacle === undefined ? exitCodes.unavailable : exitCodeOfKind(obstacle.kind)
  // A check that compares nothing must not pass.
  const isWorse = baseline !== undefined && (baseline.regressions.length > 0 || baseline.changes.length === 0)
  return isWorse || config?.error !== undefined ? exitCodes.failed : exitCodes.ok
}

/** Carries a comparison out as far as it goes, and tells what came of it. */
export async function compare(session: Session, place: RunPlace, request: CompareRequest): Promise<number> {
  const { score, report: out, emitConfig: file, against, threshold } = request
  const { folder } = place
  if (file !== undefined) await checkConfigFile(session, file)
  // Before anything is paid for: a baseline that cannot be read, or compared with, would make it vain.
  const before = against === undefined ? undefined : await evaluateAsItIs(resolve(session.io.cwd, against))
  if (before !== undefined) checkBaseline(before, (place.begun ?? (await session.providers())).emulated)
  const summary = await bringToAnEnd(session, place, request)
  const { evaluation, report } = await conclude(session, folder, { out, scores: score })
  for (const reason of notScored(evaluation)) session.note(`note: ${reason}`)
  const config = file === undefined ? undefined : configOf(evaluation)
  const baseline = before && compareRuns(before, evaluation, { threshold })
  const text = answerText(evaluation, shortPath(session, report.html), baseline)
  const document = {
    folder,
    ...essentials(evaluation),
    report,
    ...(config?.text !== undefined && { config: config.text }),
    ...(baseline && { baseline }),
  }
  if (file === '-' && !session.structured) session.note(text.trimEnd())
  else session.print(document, text)
  if (file !== undefined && config?.text !== undefined) await writeConfig(session, file, config.text)
  if (config?.error !== undefined) session.report(config.error)
  if (!summary.complete) tellWhatIsLeft(session, summary)
  return exitCode(summary, baseline, config)
}
