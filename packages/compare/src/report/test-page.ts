import { parseHTML } from 'linkedom'
import type { Evaluation } from '../evaluate/evaluation.js'
import { renderEvaluation } from './render-evaluation.js'
import { sampleEvaluation } from './test-evaluation-sample.js'
import { filesOf, type Thumbnail, type Thumbnails } from './thumbnails.js'

const dot = { state: 'embedded', src: 'data:image/webp;base64,AAAA', width: 512, height: 512 } as const

/** A small copy of every picture of an evaluation, but for those named. */
export function dots(evaluation: Evaluation, changed: Readonly<Record<string, Thumbnail>> = {}): Thumbnails {
  return new Map(filesOf(evaluation).map((file) => [file, changed[file] ?? dot]))
}

/** The report of the sample with changes, as text and as a document. */
export async function samplePage(changes: Partial<Evaluation> = {}) {
  const evaluation = sampleEvaluation(changes)
  const text = await renderEvaluation(evaluation, { thumbnails: dots(evaluation), originals: true })
  return { evaluation, text, document: parseHTML(text).document }
}

/** Text of an element as it is read: without tags, one space between words. */
export function readText(element: { readonly textContent: string | null } | null): string {
  return (element?.textContent ?? '').replaceAll(/\s+/g, ' ').trim()
}
