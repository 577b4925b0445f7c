import { LikenessError } from '@likeness/core'
import type { RunSummary } from '../run/run.js'
import { defaultScorers } from './default-scorers.js'
import type { Measurements, PictureLine, ScorerLine } from './measurement.js'
import {
  holding,
  type MeasurementsWriter,
  openMeasurements,
  readLines,
  readMeasurements,
  scorerKey,
} from './measurements-file.js'
import { type RunPicture, type RunSubject, runSubjects, type ScoredRun } from './run-pictures.js'
import { isFailed, type OpenScorer, scorePicture } from './score-picture.js'
import type { ReadyScorer, Scorer, UnavailableScorer } from './scorer.js'

/** How far scoring has come. */
export interface ScoringProgress {
  /** Pictures that are scored, those of earlier calls included. */
  readonly done: number
  /** Pictures of the run that came, those of the warm-up left out. */
  readonly total: number
}

/** How to score a run. */
export interface ScoreRunOptions {
  /** From `openRunFolder`. */
  readonly run: ScoredRun
  /** From `runComparison` or `readRun`: which pictures there are. */
  readonly summary: RunSummary
  /** @default {@link defaultScorers} of the plan */
  readonly scorers?: readonly Scorer[] | undefined
  /** Called after each picture, and once before the first. */
  readonly onProgress?: ((progress: ScoringProgress) => void) | undefined
  /** Stops between two pictures; what was scored is kept. */
  readonly abortSignal?: AbortSignal | undefined
}

function duplicate(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  const message = `must hold each ${what} once (given twice for one subject: ${twice})`
  throw new LikenessError({
    kind: 'invalid-request',
    message: `scorers ${message}.`,
    fields: [{ field: 'scorers', message }],
  })
}

function suitable(scorers: readonly Scorer[], subject: RunSubject): readonly Scorer[] {
  const suited = scorers.filter((scorer) => scorer.suits(subject.subject))
  duplicate(
    'scorer',
    suited.map(({ id }) => id),
  )
  duplicate(
    'measure',
    suited.flatMap(({ measures }) => measures.map(({ name }) => name)),
  )
  return suited
}

async function openOne(scorer: Scorer, { pictures: _, ...subject }: RunSubject) {
  try {
    return await scorer.open(subject)
  } catch (error) {
    // A broken runtime or photo says why in the report, which stands without this scorer.
    return { state: 'unavailable', reason: error instanceof Error ? error.message : String(error) } as const
  }
}

function scorerLine(scorer: Scorer, subject: string, opened: ReadyScorer | UnavailableScorer): ScorerLine {
  const line = { type: 'scorer', scorer: scorer.id, subject } as const
  if (opened.state === 'unavailable') return { ...line, reason: opened.reason, models: [], references: {}, notes: [] }
  const { fingerprint, models, references, notes } = opened
  const known = Object.entries(references).flatMap(([name, range]) => (range === undefined ? [] : [[name, range]]))
  return {
    ...line,
    fingerprint,
    models: models.map(({ id, sha256 }) => ({ id, ...(sha256 !== undefined && { sha256 }) })),
    references: Object.fromEntries(known),
    notes: [...notes],
  }
}

interface Desk {
  readonly writer: MeasurementsWriter
  readonly scorerLines: ReadonlyMap<string, ScorerLine>
  readonly pictureLines: ReadonlyMap<string, PictureLine>
  readonly abortSignal: AbortSignal | undefined
  readonly onDone: () => void
}

const pictureKey = (line: Pick<PictureLine, 'scorer' | 'subject' | 'key' | 'fingerprint' | 'sha256'>) =>
  JSON.stringify([line.subject, line.scorer, line.key, line.fingerprint, line.sha256])

/** What a scorer said of a picture under its present fingerprint. */
function earlierLine(
  { pictureLines }: Desk,
  scorer: Scorer,
  fingerprint: string,
  subject: string,
  { key, sha256 }: RunPicture,
): PictureLine | undefined {
  return pictureLines.get(pictureKey({ scorer: scorer.id, subject, key, fingerprint, sha256 }))
}

/** Whether a scorer has nothing left to say, so that it need not be opened: weights take a second, photos many. */
async function isDone(desk: Desk, scorer: Scorer, { pictures, ...subject }: RunSubject): Promise<boolean> {
  if (pictures.length === 0) return true
  const said = desk.scorerLines.get(scorerKey({ scorer: scorer.id, subject: subject.key }))?.fingerprint
  if (said === undefined) return false
  // A photo that cannot be read is for `open` to tell of.
  const fingerprint = await scorer.fingerprint?.(subject).catch(() => undefined)
  if (fingerprint !== said) return false
  return pictures.every((picture) => {
    const line = earlierLine(desk, scorer, fingerprint, subject.key, picture)
    return line !== undefined && !isFailed(line)
  })
}

async function scoreOne(desk: Desk, open: readonly OpenScorer[], subject: string, picture: RunPicture): Promise<void> {
  const { key, sha256 } = picture
  const earlier = ({ scorer, ready }: OpenScorer) => earlierLine(desk, scorer, ready.fingerprint, subject, picture)
  const lacking = open.filter((each) => {
    const line = earlier(each)
    return line === undefined || isFailed(line)
  })
  if (lacking.length > 0) {
    const scored = picture.open()
    const lines: PictureLine[] = []
    for (const each of lacking) {
      const line = await scorePicture(each, scored, { key, sha256, subject })
      if (JSON.stringify(line) !== JSON.stringify(earlier(each))) lines.push(line)
    }
    if (lines.length > 0) await desk.writer.append(lines)
  }
  desk.onDone()
}

/** Pictures under way at a time: one is decoded, one shown to the networks and one measured, each on other threads. */
const AT_ONCE = 3

async function scoreAll(desk: Desk, open: readonly OpenScorer[], { key, pictures }: RunSubject): Promise<void> {
  const waiting = pictures.values()
  async function lane(): Promise<void> {
    for (const picture of waiting) {
      if (desk.abortSignal?.aborted) throw new LikenessError({ kind: 'aborted', message: 'The scoring was stopped.' })
      await scoreOne(desk, open, key, picture)
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane))
  const failed = lanes.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

async function scoreSubject(desk: Desk, scorers: readonly Scorer[], subject: RunSubject): Promise<void> {
  const open: OpenScorer[] = []
  try {
    for (const scorer of scorers) {
      if (await isDone(desk, scorer, subject)) continue
      const opened = await openOne(scorer, subject)
      if (opened.state === 'ready') open.push({ scorer, ready: opened })
      const line = scorerLine(scorer, subject.key, opened)
      if (JSON.stringify(line) !== JSON.stringify(desk.scorerLines.get(scorerKey(line))))
        await desk.writer.append([line])
    }
    await scoreAll(desk, open, subject)
  } finally {
    for (const { ready } of open) await ready.close()
  }
}

/**
 * Takes all numbers of the pictures of a run that came, those of the warm-up left out, and appends them to
 * `measurements.jsonl` in its folder. What is there of the same scorer, fingerprint and picture is not taken again, and a
 * scorer of which all is there not opened, so that it works without its weights then, and
 * scoring may be stopped at any moment and called again; only failed readings are tried anew. A scorer that cannot work is
 * recorded with its reason, and a picture that cannot be scored with its reading `failed`.
 *
 * @throws LikenessError `invalid-request` where two scorers of a subject have one name or give one measure, or the file
 * holds a line that is no measurement; `aborted`
 */
export async function scoreRun(options: ScoreRunOptions): Promise<Measurements> {
  const { run, summary, scorers = defaultScorers(run.plan), onProgress, abortSignal } = options
  const subjects = runSubjects(run, summary).map((subject) => ({ subject, suited: suitable(scorers, subject) }))
  const lines = await readLines(run.folder)
  const writer = await openMeasurements(run.folder)
  const total = subjects.reduce((sum, { subject }) => sum + subject.pictures.length, 0)
  let done = 0
  const desk: Desk = {
    writer,
    scorerLines: new Map(holding(lines).scorers.map((line) => [scorerKey(line), line])),
    pictureLines: new Map(lines.flatMap((line) => (line.type === 'picture' ? [[pictureKey(line), line]] : []))),
    abortSignal,
    onDone: () => {
      done += 1
      onProgress?.({ done, total })
    },
  }
  try {
    onProgress?.({ done, total })
    for (const { subject, suited } of subjects) await scoreSubject(desk, suited, subject)
  } finally {
    await writer.close()
  }
  return readMeasurements(run.folder)
}
