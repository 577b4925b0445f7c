import { counted, percent } from '../evaluate/words.js'
import { type Html, html } from '../html.js'
import type { RankedVendor } from '../votes/rank-votes.js'
import { type Page, scrolling, vendorName } from './page.js'

function row({ evaluation }: Page, { vendor, votes, preferred, ties, share, shareInterval }: RankedVendor): Html {
  const range =
    shareInterval === undefined
      ? undefined
      : html`<span class="range">${percent(shareInterval.low)} to ${percent(shareInterval.high)}</span>`
  return html`<tr><th scope="row">${vendorName(evaluation, vendor)}</th><td><span class="value">${percent(share)}</span>${range}</td><td>${preferred} of ${votes}</td><td>${ties}</td></tr>`
}

/** How far the voters agreed, in words. */
export function agreementWords(alpha: number | undefined): string {
  if (alpha === undefined)
    return 'How far people agree cannot be told: no two judged the same pictures, or all said the same.'
  const word = alpha >= 0.8 ? 'reliable' : alpha >= 0.667 ? 'tentative' : 'low'
  return `Agreement between people: ${word} (Krippendorff's alpha ${alpha.toFixed(2)}; low, rightly, where pictures are equally good).`
}

/** What people preferred, where they were asked. */
export function votesSection(page: Page): Html | undefined {
  const { votes } = page.evaluation
  if (votes === undefined) return undefined
  const { ranking, agreement, explanation } = votes
  const head = html`<thead><tr><th scope="col">Vendor</th><th scope="col">Preferred to another, 95 %</th><th scope="col">Chosen</th><th scope="col">Ties</th></tr></thead>`
  return html`<section id="votes" aria-labelledby="votes-title"><h2 id="votes-title">What people prefer</h2>
<p class="lead">${counted(ranking.votes, 'vote')} of ${counted(ranking.voters, 'person', 'people')} on ${counted(ranking.prompts, 'prompt')}, with the vendor hidden.</p>
<ul class="sentences">${explanation.map((sentence) => html`<li>${sentence}</li>`)}<li>${agreementWords(agreement.alpha)}</li></ul>
${ranking.ranking.length === 0 ? undefined : scrolling('What people prefer', html`<table>${head}<tbody>${ranking.ranking.map((one) => row(page, one))}</tbody></table>`)}</section>`
}
