import { formatUSD } from '@likeness/core'
import { counted } from '../evaluate/words.js'
import { type Html, html } from '../html.js'
import { type FailureGroup, groupFailures } from './failures.js'
import { type Page, scrolling, vendorName } from './page.js'
import { openerId } from './shot.js'

/** `failed`, `outcome unknown`, `never sent`. */
export function failureWords({ state, kind }: FailureGroup): string {
  switch (state) {
    case 'failed':
      return kind ?? 'failed'
    case 'unknown':
      return 'outcome unknown'
    case 'not-made':
      return 'never sent'
  }
}

/** `$0.07`, or that it is not known. */
export const failureCost = ({ cost }: FailureGroup) => (cost === undefined ? 'unknown' : formatUSD(cost))

function failureRow({ evaluation }: Page, group: FailureGroup): Html {
  const { vendors, what, message, hint, count } = group
  return html`<tr><th scope="row">${vendors.map((vendor) => html`<span class="line">${vendorName(evaluation, vendor)}</span>`)}</th><td>${counted(count, what)}</td><td>${failureWords(group)}</td>
<td>${message}${hint === undefined ? undefined : html`<span class="range">${hint}</span>`}</td><td>${failureCost(group)}</td></tr>`
}

function unusable({ evaluation }: Page): Html | undefined {
  const { pictures, vendors } = evaluation
  const rows = vendors.flatMap(({ name }) => {
    const own = pictures.flatMap((one, index) =>
      one.vendor === name && one.usable === false ? [{ index, ...one }] : [],
    )
    if (own.length === 0) return []
    const list = own.map(
      ({ index, prompt, seed, faults }) =>
        html`<li><a href="#${openerId(index)}">${prompt}, seed ${seed}</a>: ${faults.join('; ')}</li>`,
    )
    return html`<h4>${vendorName(evaluation, name)}</h4><ul class="sentences">${list}</ul>`
  })
  if (rows.length === 0) return undefined
  const count = pictures.filter(({ usable: good }) => good === false).length
  return html`<details><summary>${counted(count, 'picture')} came and ${count === 1 ? 'is' : 'are'} not usable</summary><h3>Not usable</h3>${rows}</details>`
}

/** What failed and why, how often, and what it cost all the same. */
export function failuresSection(page: Page): Html {
  const groups = groupFailures(page.evaluation)
  const head = html`<thead><tr><th scope="col">Vendor</th><th scope="col">How often</th><th scope="col">Kind</th><th scope="col">Reason</th><th scope="col">Charged</th></tr></thead>`
  const table =
    groups.length === 0
      ? html`<p>Every training and every picture came.</p>`
      : scrolling(
          'What failed',
          html`<table>${head}<tbody>${groups.map((group) => failureRow(page, group))}</tbody></table>`,
        )
  return html`<section id="failures" aria-labelledby="failures-title"><h2 id="failures-title">What failed, and why</h2>${table}${unusable(page)}</section>`
}
