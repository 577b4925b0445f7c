import { formatUSD } from '@likeness/core'
import type { EvaluatedPicture, EvaluatedTraining } from '../evaluate/evaluation.js'
import { formatDuration, formatSource } from '../format.js'
import { type Html, html } from '../html.js'

type Work = EvaluatedPicture | EvaluatedTraining

/** From the request to the last byte; unknown where a part of it was not seen. */
export function durationOf({ times: { submitMs, jobMs, downloadMs = 0 } }: Work): string {
  return submitMs === undefined || jobMs === undefined ? 'unknown' : formatDuration(submitMs + jobMs + downloadMs)
}

/** What was charged and who says so; an unknown cost is not nothing. */
export function costOf({ cost }: Work): string {
  return cost === undefined ? 'unknown' : `${formatUSD(cost.amount)}, ${formatSource(cost)}`
}

/** The way that a piece of work took. */
export function trail({ trail: steps }: Work): Html {
  return html`<ol class="trail">${steps.map(({ at, text }) => html`<li><time datetime="${at}">${at.slice(11, 19)}</time> ${text}</li>`)}</ol>`
}
