import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Evaluation } from '../evaluate/evaluation.js'
import { writeWhole } from '../run/files.js'
import { renderMarkdown } from './markdown.js'
import { renderEvaluation } from './render-evaluation.js'
import { filesOf, makeThumbnails } from './thumbnails.js'

/** What to write, and where. */
export interface WriteReportOptions {
  /** Of the run: pictures and photos are read from it. */
  readonly folder: string
  readonly evaluation: Evaluation
  /** Folder to write to; made where it is missing. @default the folder of the run */
  readonly out?: string | undefined
}

/** Paths of what was written. */
export interface WrittenReport {
  /** One page that holds its pictures and loads nothing. */
  readonly html: string
  /** The evaluation as it was given. */
  readonly json: string
  /** The same facts, short, for a comment on a change. */
  readonly markdown: string
}

/**
 * Writes `report.html`, `report.json` and `report.md`, each whole or not at all; earlier ones are replaced. A picture that
 * is missing or broken is shown as such.
 *
 * @throws LikenessError `invalid-request` where a figure cannot be drawn; the errors of the file system
 */
export async function writeReport({ folder, evaluation, out = folder }: WriteReportOptions): Promise<WrittenReport> {
  const originals = resolve(out) === resolve(folder)
  const thumbnails = await makeThumbnails(folder, filesOf(evaluation))
  const page = await renderEvaluation(evaluation, { thumbnails, originals })
  await mkdir(out, { recursive: true })
  const written = {
    html: join(out, 'report.html'),
    json: join(out, 'report.json'),
    markdown: join(out, 'report.md'),
  }
  await writeWhole(written.html, page)
  await writeWhole(written.json, `${JSON.stringify(evaluation, undefined, 2)}\n`)
  await writeWhole(written.markdown, renderMarkdown(evaluation))
  return written
}
