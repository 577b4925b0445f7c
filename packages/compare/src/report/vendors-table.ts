import type { ReportedMeasure, VendorEvaluation } from '../evaluate/evaluation.js'
import { type Html, html } from '../html.js'
import { directionWords } from '../plots/marks.js'
import { listed } from '../statistics/listed.js'
import { groupMeasures, type MeasureGroup, splitMeasures } from './measure-groups.js'
import { type Page, scrolling, vendorName } from './page.js'
import { formatQuantity, formatRange } from './quantities.js'
import { flagTitle } from './verdict-section.js'
import { costOf, durationOf, trail } from './work.js'

function figureCell(measure: ReportedMeasure, { figures }: VendorEvaluation): Html {
  const figure = figures[measure.name]
  if (figure === undefined) return html`<td class="absent">not measured</td>`
  if (figure.state === 'not-measured') return html`<td class="absent">${figure.message}</td>`
  const { value, interval } = figure
  const range = interval === undefined ? undefined : html`<span class="range">${formatRange(measure, interval)}</span>`
  return html`<td><span class="value">${formatQuantity(measure, value)}</span>${range}</td>`
}

/** The way to the better end as an arrow, and in words for those who cannot see it. */
function arrow(measure: ReportedMeasure): Html {
  const shown = { higher: '↑', lower: '↓', 'as-photos': '=' }[measure.direction]
  return html`<span class="arrow" aria-hidden="true">${shown}</span><span class="unseen">, ${directionWords(measure)}</span>`
}

function photosOf(measure: ReportedMeasure): Html | undefined {
  const ranges = Object.values(measure.photos ?? {})
  if (ranges.length === 0) return undefined
  const low = Math.min(...ranges.map(({ minimum }) => minimum))
  const high = Math.max(...ranges.map(({ maximum }) => maximum))
  return html`<span class="range">photos ${formatRange(measure, { low, high })}</span>`
}

function measureRow(page: Page, measure: ReportedMeasure): Html {
  return html`<tr><th scope="row"><a href="#measure-${measure.name}">${measure.title}</a> ${arrow(measure)}${photosOf(measure)}</th>${page.evaluation.vendors.map((vendor) => figureCell(measure, vendor))}</tr>`
}

function groupBody(page: Page, { title, measures }: MeasureGroup): Html {
  const { vendors } = page.evaluation
  return html`<tbody><tr class="group"><th scope="rowgroup" colspan="${vendors.length + 1}"><span>${title}</span></th></tr>${measures.map((measure) => measureRow(page, measure))}</tbody>`
}

function vendorHead(page: Page, { name, provider, flags }: VendorEvaluation): Html {
  const told = [...new Set(flags.map(flagTitle))].map((title) => html`<span class="tag">${title}</span>`)
  return html`<th scope="col">${vendorName(page.evaluation, name)}${provider === name ? undefined : html`<span class="range">at ${provider}</span>`}${told}</th>`
}

function table(page: Page, groups: readonly MeasureGroup[]): Html {
  const { vendors } = page.evaluation
  return html`<table class="figures" style="--vendors: ${vendors.length}"><thead><tr><th scope="col">Measure</th>${vendors.map((vendor) => vendorHead(page, vendor))}</tr></thead>${groups.map((group) => groupBody(page, group))}</table>`
}

function settings({ evaluation }: Page): Html {
  const rows = evaluation.vendors.map(({ name, provider, settings: { fineTune, generate } }) => {
    const told = (of: object) => (Object.keys(of).length === 0 ? "the vendor's own" : JSON.stringify(of))
    return html`<tr><th scope="row">${vendorName(evaluation, name)}</th><td>${provider}</td><td><code>${told(fineTune)}</code></td><td><code>${told(generate)}</code></td></tr>`
  })
  const head = html`<thead><tr><th scope="col">Vendor</th><th scope="col">Provider</th><th scope="col">Training</th><th scope="col">Pictures</th></tr></thead>`
  return html`<details><summary>Settings of each vendor</summary>${scrolling('Settings of each vendor', html`<table>${head}<tbody>${rows}</tbody></table>`)}</details>`
}

function trainings({ evaluation }: Page): Html | undefined {
  const { trainings: all } = evaluation
  if (all.length === 0) return undefined
  const rows = all.map(
    (one) =>
      html`<tr><th scope="row">${one.vendors.map((name) => html`<span class="line">${vendorName(evaluation, name)}</span>`)}</th><td>${one.subject}</td><td>${one.state}</td><td>${costOf(one)}</td><td>${durationOf(one)}</td><td><code>${one.model}</code></td><td>${trail(one)}</td></tr>`,
  )
  const head = html`<thead><tr>${['Vendor', 'Subject', 'Outcome', 'Cost', 'Time', 'Model', 'Trail'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>`
  return html`<details><summary>Each training</summary>${scrolling('Each training', html`<table>${head}<tbody>${rows}</tbody></table>`)}</details>`
}

/** Every figure of every vendor. What is long and seldom needed is folded. */
export function vendorsSection(page: Page): Html {
  const { key, rest } = splitMeasures(groupMeasures(page.evaluation))
  return html`<section id="vendors" aria-labelledby="vendors-title"><h2 id="vendors-title">Vendors</h2>
<p class="lead">Below each figure: where it probably lies (95 %). ↑ higher is better, ↓ lower is better, = as the photos. A measure's name leads to what it means and what it does not.</p>
${scrolling('Figures of each vendor', table(page, key))}
${rest.length === 0 ? undefined : html`<details><summary>All other measures: ${listed(rest.map(({ title }) => title.toLowerCase()))}</summary>${scrolling('All other measures', table(page, rest))}</details>`}
${trainings(page)}${settings(page)}</section>`
}
