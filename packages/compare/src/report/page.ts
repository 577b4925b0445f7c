import type { Evaluation, ReportedMeasure } from '../evaluate/evaluation.js'
import { type Html, html, trusted } from '../html.js'
import { symbolPath } from '../plots/symbol-paths.js'
import { seriesColour } from '../plots/theme.js'
import type { Thumbnails } from './thumbnails.js'

/** What every section of the page is made from. */
export interface Page {
  readonly evaluation: Evaluation
  readonly thumbnails: Thumbnails
  /** Whether the page lies in the folder of the run, so that it can link to the pictures as they came. */
  readonly originals: boolean
}

/** The vendor's colour and symbol as in the plots, with its name. */
export function vendorName({ vendors }: Evaluation, name: string): Html {
  const index = vendors.findIndex((vendor) => vendor.name === name)
  if (index < 0) return html`${name}`
  return html`<span class="vendor plot-mark"><svg viewBox="-8 -8 16 16" width="12" height="12" aria-hidden="true"><path d="${symbolPath(index)}" style="fill:${trusted(seriesColour(index))}"/></svg>${name}</span>`
}

/** A table that scrolls by itself, so that the page never does sideways; reached by keyboard. */
export function scrolling(label: string, table: Html): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`
}

/** A prompt as a person reads it, with the subject named in it. */
export function promptText({ prompts }: Evaluation, of: { readonly prompt: string; readonly subject: string }): string {
  const text = prompts.find(({ id }) => id === of.prompt)?.prompt ?? of.prompt
  return text.replaceAll('{subject}', () => of.subject)
}

/** The measure of that name, if this run has it. */
export function measureNamed({ measures }: Evaluation, name: string): ReportedMeasure | undefined {
  return measures.find((measure) => measure.name === name)
}

/** `2026-11-20 10:00 to 10:24`: the day once where it is the same. */
export function formatSpan(from: string, to: string): string {
  const end = formatTime(to)
  return `${formatTime(from)} to ${from.slice(0, 10) === to.slice(0, 10) ? end.slice(11) : end}`
}

/** Day and time of ISO 8601 to the minute, in UTC. */
function formatTime(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)}`
}
