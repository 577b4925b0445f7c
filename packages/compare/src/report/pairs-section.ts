import type { JudgedMeasure, ReportedMeasure } from '../evaluate/evaluation.js'
import { counted } from '../evaluate/words.js'
import { type Html, html } from '../html.js'
import type { Comparison } from '../statistics/verdict.js'
import { measureNamed, type Page, scrolling, vendorName } from './page.js'
import { formatDifference } from './quantities.js'

function sizeWords(standardized: number | undefined): string {
  if (standardized === undefined) return 'always the same'
  const size = Math.abs(standardized)
  const word = size < 0.2 ? 'next to none' : size < 0.5 ? 'small' : size < 0.8 ? 'medium' : 'large'
  return `${word} (${standardized.toFixed(2)})`
}

function row({ evaluation }: Page, measure: ReportedMeasure, one: Comparison): Html {
  const pair = html`<th scope="row">${vendorName(evaluation, one.first)} <span class="soft">minus</span> ${vendorName(evaluation, one.second)}</th>`
  switch (one.state) {
    case 'too-few-prompts':
      return html`<tr>${pair}<td colspan="4" class="absent">${one.prompts} of the ${one.needed} prompts that it takes</td></tr>`
    case 'compared': {
      const { mean, interval, effect, better, pairs, prompts, unpaired } = one
      const left = unpaired === 0 ? undefined : html`<span class="range">${unpaired} without a counterpart</span>`
      return html`<tr>${pair}<td><span class="value">${formatDifference(measure, mean)}</span><span class="range">${formatDifference(measure, interval.low)} to ${formatDifference(measure, interval.high)}</span></td>
<td>${better === undefined ? 'not told apart' : html`${better} is better`}</td><td>${sizeWords(effect.standardized)}</td><td>${pairs} at ${counted(prompts, 'prompt')}${left}</td></tr>`
    }
  }
}

function judged(page: Page, { measure: name, verdict, explanation }: JudgedMeasure): Html | undefined {
  const measure = measureNamed(page.evaluation, name)
  if (measure === undefined) return undefined
  // The table says the same of each pair, with its verdict.
  const inTable = verdict.comparisons.map(({ first, second }) => `${first} minus ${second}:`)
  const told = explanation.filter((sentence) => !inTable.some((start) => sentence.startsWith(start)))
  const head = html`<thead><tr><th scope="col">Pair</th><th scope="col">Difference, 95 %</th><th scope="col">Verdict</th><th scope="col">Effect (d<sub>z</sub>)</th><th scope="col">Pairs of pictures</th></tr></thead>`
  const rows = verdict.comparisons.map((one) => row(page, measure, one))
  return html`<h3>${measure.title}</h3><ul class="sentences">${told.map((sentence) => html`<li>${sentence}</li>`)}</ul>
${scrolling(`${measure.title}, in pairs`, html`<table class="pairs">${head}<tbody>${rows}</tbody></table>`)}`
}

/** Who is better by what, from pictures of the same prompt and seed. */
export function pairsSection(page: Page): Html | undefined {
  const { judged: all } = page.evaluation
  if (all.length === 0) return undefined
  const [first, ...others] = all
  return html`<section id="pairs" aria-labelledby="pairs-title"><h2 id="pairs-title">Who is better by what</h2>
<p class="lead">On pictures of the same subject, prompt and seed. Nobody is called better unless all the pairs together allow it at 99 %.</p>
${first && judged(page, first)}
${others.length > 0 ? html`<details><summary>By the other measures</summary>${others.map((one) => judged(page, one))}</details>` : undefined}</section>`
}
