import { percent } from '../evaluate/words.js'
import { type Html, html } from '../html.js'
import type { Interval } from '../statistics/interval.js'
import type { RankedVendor } from '../votes/rank-votes.js'
import { renderPage } from './page.js'
import type { VoteStanding } from './standing.js'

const percentRange = ({ low, high }: Interval) => `${percent(low)} to ${percent(high)}`

/** The interval on a line from 0 to 100 %, with a tick at the half. */
function renderBar(share: number, interval: Interval | undefined): Html {
  const at = (value: number) => (100 * Math.min(1, Math.max(0, value))).toFixed(1)
  const range =
    interval && html`<line class="range" x1="${at(interval.low)}" x2="${at(interval.high)}" y1="8" y2="8" />`
  return html`<svg class="share" viewBox="-4 0 108 16" preserveAspectRatio="xMinYMid" aria-hidden="true"><line class="axis" x1="0" x2="100" y1="8" y2="8" />
<line class="axis" x1="50" x2="50" y1="2" y2="14" />${range}<circle cx="${at(share)}" cy="8" r="3.5" /></svg>`
}

function renderRow({ vendor, share, shareInterval, preferred, ties, votes }: RankedVendor): Html {
  return html`<tr><th scope="row">${vendor}</th>
<td class="number"><strong>${percent(share)}</strong>${shareInterval && html` <span class="soft">${percentRange(shareInterval)}</span>`}${renderBar(share, shareInterval)}</td>
<td class="number">${preferred}</td><td class="number">${ties}</td><td class="number">${votes}</td></tr>`
}

function agreementText({ alpha, sharedPairs, voters }: VoteStanding['agreement']): string {
  if (voters < 2) return 'One person has voted: whether people agree cannot be told.'
  if (alpha === undefined)
    return `Whether people agree cannot be told: ${sharedPairs} pairs were judged by two or more.`
  return `Agreement beyond chance: ${alpha.toFixed(2)} (Krippendorff’s alpha, over ${sharedPairs} pairs that two or more judged; 1 is full, 0 what chance gives). It is low, rightly, where the pictures are equally good.`
}

/** Asks before the vendors are named: who knows them judges otherwise. */
export function renderRevealPage(emulated: boolean | undefined): string {
  const title = 'End your voting?'
  const main = html`<div class="narrow">
<h1>${title}</h1>
<p>The ranking names the vendors. Who has seen it judges with other eyes, so your voting ends with it. Others can go on.</p>
<form method="post" action="results"><button class="main">End and see the ranking</button></form>
<p><a href="./">Go on voting</a></p>
</div>`
  return renderPage({ title, emulated, main })
}

/** The ranking. Names the vendors. */
export function renderResultsPage(standing: VoteStanding, emulated: boolean | undefined): string {
  const { ranking, agreement, explanation, voters } = standing
  const title = ranking.state === 'ranked' ? 'What people preferred' : 'What people preferred so far'
  const [headline, ...rest] = explanation
  const table =
    ranking.ranking.length === 0
      ? undefined
      : html`<div class="scroll"><table>
<caption>How likely a picture of each is preferred to one of the others, with the interval at 95 % over prompts</caption>
<thead><tr><th scope="col">Vendor</th><th scope="col">Preferred to another</th><th scope="col">Won</th><th scope="col">Ties</th><th scope="col">Votes</th></tr></thead>
<tbody>${ranking.ranking.map(renderRow)}</tbody></table></div>`
  const main = html`<div class="wide">
<h1>${title}</h1>
<p class="headline">${headline}</p>
${rest.map((sentence) => html`<p>${sentence}</p>`)}
${table}
<p>${agreementText(agreement)}</p>
<h2>Voters</h2>
<ul>${voters.map(({ voter, votes }) => html`<li>${voter}: ${votes} ${votes === 1 ? 'vote' : 'votes'}</li>`)}</ul>
<form method="post" action="leave"><button>Let somebody else vote</button></form>
</div>`
  return renderPage({ title, emulated, main })
}
