import { formatUSD, type TrailEntry } from '@likeness/core'
import { formatDuration } from './format.js'
import { type Html, html } from './html.js'
import { picture } from './picture.js'
import type { ReportFallback, ReportRouted } from './report-data.js'

function step({ target, outcome, kind, ms, cost, next }: TrailEntry): Html {
  const why = next ?? kind
  const told = why === undefined ? undefined : html`<div class="soft">${why}</div>`
  return html`<li class="step ${outcome === 'succeeded' ? 'good' : 'bad'}"><strong>${target}</strong> ${outcome}
<span class="number">${formatDuration(ms)}</span> <span class="number">${cost === undefined ? 'cost unknown' : formatUSD(cost.amount)}</span>${told}</li>`
}

function routed(prompts: readonly string[], one: ReportRouted): Html {
  return html`<div class="routed"><h3>${prompts[one.prompt]}</h3>${picture('fallback', one)}
<ol class="trail" aria-label="Trail">${one.trail.map(step)}</ol></div>`
}

/** What a router made of prompts while a vendor was broken, with the way that each request took. */
export function fallbackSection(fallback: ReportFallback | undefined): Html | undefined {
  if (fallback === undefined) return undefined
  const { router, broken, prompts, pictures } = fallback
  return html`<h2 id="fallback">When a vendor breaks</h2>
<p class="lead">${prompts.length} prompts to the router ${router}, which asks ${broken} first. After the first of them
${broken} broke down. The pictures still show the subject: a request goes only to a vendor that holds it.</p>
<div class="pictures" style="--columns: ${pictures.length}">${pictures.map((one) => routed(prompts, one))}</div>`
}
