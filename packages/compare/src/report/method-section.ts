import type { Evaluation, ReportedMeasure } from '../evaluate/evaluation.js'
import { type Html, html } from '../html.js'
import { directionWords } from '../plots/marks.js'
import { groupMeasures } from './measure-groups.js'
import { type Page, scrolling } from './page.js'
import { formatQuantity, shownUnit } from './quantities.js'

function photoRanges({ subjects }: Evaluation, measure: ReportedMeasure): Html | undefined {
  const ranges = subjects.flatMap((subject) => {
    const range = measure.photos?.[subject.key]
    if (range === undefined) return []
    const [low, middle, high] = [range.minimum, range.median, range.maximum].map((value) =>
      formatQuantity(measure, value),
    )
    return `${subject.key}: ${low} to ${high}, median ${middle} (${range.photos} photos)`
  })
  return ranges.length === 0 ? undefined : html`<p class="soft">The photos' own: ${ranges.join('; ')}.</p>`
}

function measure(evaluation: Evaluation, one: ReportedMeasure): Html {
  const by = one.scorer === undefined ? '' : `, by ${one.scorer}`
  return html`<div id="measure-${one.name}" tabindex="-1"><dt>${one.title} <span class="soft">${shownUnit(one)}, ${directionWords(one)}${by}</span></dt>
<dd>${one.meaning} <em>${one.notMeaning}</em>${photoRanges(evaluation, one)}</dd></div>`
}

function scorerRow({ id, subject, reason, models, notes }: Evaluation['scorers'][number]): Html {
  const weights = models.map(
    ({ id: model, sha256 }) =>
      html`<span class="line">${model}${sha256 === undefined ? undefined : html` <code class="hash">${sha256}</code>`}</span>`,
  )
  return html`<tr><th scope="row">${id}</th><td>${subject}</td><td>${reason === undefined ? 'worked' : html`<strong class="absent">${reason}</strong>`}</td><td>${weights.length === 0 ? 'none' : weights}</td><td>${notes.map((note) => html`<span class="line">${note}</span>`)}</td></tr>`
}

/** How everything was measured: what each number means and does not mean, by what and with which weights. */
export function methodSection({ evaluation }: Page): Html {
  const head = html`<thead><tr><th scope="col">Scorer</th><th scope="col">Subject</th><th scope="col">State</th><th scope="col">Weights (SHA-256)</th><th scope="col">Notes</th></tr></thead>`
  const scorers = evaluation.scorers.map((one) => scorerRow(one))
  const groups = groupMeasures(evaluation).map(
    ({ title, measures }) =>
      html`<h3>${title}</h3><dl class="measures">${measures.map((one) => measure(evaluation, one))}</dl>`,
  )
  return html`<section id="method" aria-labelledby="method-title"><h2 id="method-title">How it was measured</h2>
<p class="lead">What each number tells, and <em>what it must not be read as</em>.</p>${groups}
<h3>Scorers</h3>${scorers.length === 0 ? html`<p>No scorer took part.</p>` : scrolling('Scorers', html`<table>${head}<tbody>${scorers}</tbody></table>`)}</section>`
}

/** What the reader must not conclude. */
export function limitsSection({ evaluation }: Page): Html | undefined {
  if (evaluation.limits.length === 0) return undefined
  return html`<section id="limits" aria-labelledby="limits-title"><h2 id="limits-title">Limits</h2><ul class="sentences">${evaluation.limits.map((one) => html`<li>${one}</li>`)}</ul></section>`
}
