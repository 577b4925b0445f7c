import { parseHTML } from 'linkedom'
import type { Evaluation } from '../evaluate/evaluation.js'
import { renderEvaluation } from './render-evaluation.js'
import { sampleEvaluation } from './test-evaluation-sample.js'
import { filesOf, type Thumbnail, type Thumbnails } from './thumbnails.js'

/** What the tests read of an element: there are no types of a browser here. */
export interface PageElement {
  readonly id: string
  readonly tagName: string
  readonly outerHTML: string
  readonly textContent: string | null
  readonly children: Iterable<PageElement>
  readonly attributes: Iterable<{ readonly name: string }>
  getAttribute(name: string): string | null
  closest(selector: string): PageElement | null
  querySelector(selector: string): PageElement | null
  querySelectorAll(selector: string): Iterable<PageElement> & { readonly length: number }
}

/** What the tests read of a page. */
interface PageDocument extends PageElement {
  readonly title: string
  readonly documentElement: PageElement
  getElementById(id: string): PageElement | null
}

const dot = { state: 'embedded', src: 'data:image/webp;base64,AAAA', width: 512, height: 512 } as const

/** A small copy of every picture of an evaluation, but for those named. */
export function dots(evaluation: Evaluation, changed: Readonly<Record<string, Thumbnail>> = {}): Thumbnails {
  return new Map(filesOf(evaluation).map((file) => [file, changed[file] ?? dot]))
}

/** A page as a browser would read it. */
export const readPage = (text: string): PageDocument => parseHTML(text).document

/** The report of the sample with changes, as text and as a document. */
export async function samplePage(changes: Partial<Evaluation> = {}) {
  const evaluation = sampleEvaluation(changes)
  const text = await renderEvaluation(evaluation, { thumbnails: dots(evaluation), originals: true })
  return { evaluation, text, document: readPage(text) }
}

/** Text of an element as it is read: without tags, one space between words. */
export function readText(element: PageElement | null): string {
  return (element?.textContent ?? '').replaceAll(/\s+/g, ' ').trim()
}
