import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { appendWhole } from '../run/append-whole.js'
import { damagedLine, faultsInWords } from '../run/damaged-line.js'
import {
  type MeasurementLine,
  type Measurements,
  measurementLineSchema,
  type PictureLine,
  type ScorerLine,
} from './measurement.js'

/** Where the measurements of a run are kept. */
export function measurementsPath(folder: string): string {
  return join(folder, 'measurements.jsonl')
}

const hint = 'Restore the file, or delete it: everything in it can be measured again from the pictures.'

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A process was stopped while it wrote, and the next one began a new line. What it said is measured again.
    return undefined
  }
}

function parseLines(content: string, path: string): MeasurementLine[] {
  return content.split('\n').flatMap((text, index) => {
    const value = text === '' ? undefined : parse(text)
    if (value === undefined) return []
    const { success, data, error } = measurementLineSchema.safeParse(value)
    if (success) return [data]
    throw damagedLine({ path, line: index + 1, why: faultsInWords(error), hint })
  })
}

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** All lines so far, in their order; none where nothing was measured. */
export async function readLines(folder: string): Promise<readonly MeasurementLine[]> {
  const path = measurementsPath(folder)
  return parseLines(await contentOf(path), path)
}

export const scorerKey = ({ scorer, subject }: { readonly scorer: string; readonly subject: string }) =>
  JSON.stringify([subject, scorer])

/** Of each scorer and picture the line that holds. */
export function holding(lines: readonly MeasurementLine[]): Measurements {
  const scorers = new Map<string, ScorerLine>()
  for (const line of lines) if (line.type === 'scorer') scorers.set(scorerKey(line), line)
  const pictures = new Map<string, PictureLine>()
  for (const line of lines) {
    // What a scorer said before it changed, or of a subject that it can no longer score, is not mixed with the rest.
    if (line.type === 'picture' && scorers.get(scorerKey(line))?.fingerprint === line.fingerprint) {
      pictures.set(JSON.stringify([line.subject, line.scorer, line.key]), line)
    }
  }
  return { scorers: [...scorers.values()], pictures: [...pictures.values()] }
}

/**
 * What was measured of a run: `measurements.jsonl` in its folder. Readings count by the scorer's present fingerprint alone,
 * and of a picture's lines the last one holds. A line that a process could not finish is left out.
 *
 * @throws LikenessError `invalid-request` naming a line that is JSON and no measurement
 */
export async function readMeasurements(folder: string): Promise<Measurements> {
  return holding(await readLines(folder))
}

/** Adds lines after all others. */
export interface MeasurementsWriter {
  append(lines: readonly MeasurementLine[]): Promise<void>
  close(): Promise<void>
}

/** Opens the file to be added to, creating it where there is none. Not synced line by line: all of it can be had again. */
export async function openMeasurements(folder: string): Promise<MeasurementsWriter> {
  const path = measurementsPath(folder)
  const content = await contentOf(path)
  const file = await open(path, 'a', 0o600)
  let torn = content !== '' && !content.endsWith('\n')
  let queue: Promise<void> = Promise.resolve()
  return {
    append(lines) {
      queue = queue.then(async () => {
        const bytes = Buffer.from(`${torn ? '\n' : ''}${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}`)
        torn = false
        await appendWhole(file, path, bytes)
      })
      return queue
    },
    async close() {
      // The caller was told of a write that failed.
      await queue.catch(() => {})
      await file.close()
    },
  }
}
