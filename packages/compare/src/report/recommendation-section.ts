import { LikenessError } from '@likeness/core'
import { emitConfig } from '../evaluate/emit-config.js'
import type { Evaluation } from '../evaluate/evaluation.js'
import { type Html, html } from '../html.js'
import { type Page, vendorName } from './page.js'

/** The router that asks in this order, or why there can be none. */
function config(evaluation: Evaluation): Html {
  try {
    const text = emitConfig(evaluation)
    return html`<h3>As a config</h3><pre class="scroll" tabindex="0" role="region" aria-label="Config"><code>${text}</code></pre>
<p class="soft">Written to a file by <code>likeness compare --run &lt;folder of this run&gt; --emit-config router.yaml</code></p>`
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    return html`<p>${error.message}</p>`
  }
}

/** Where an evaluation gives no reason. */
export const nothingRecommended = 'Nothing can be recommended from this run.'

/** What the evidence supports, and how to get it as a config. */
export function recommendationSection({ evaluation }: Page): Html {
  const { recommendation, withoutRecommendation } = evaluation
  const body =
    recommendation === undefined
      ? html`<p>${withoutRecommendation ?? nothingRecommended}</p>`
      : html`<ol class="order">${recommendation.order.map((name, index) => html`<li>${vendorName(evaluation, name)} <span class="soft">${index === 0 ? 'is asked first' : 'stands in'}</span></li>`)}</ol>
<ul class="sentences">${recommendation.reasons.map((reason) => html`<li>${reason}</li>`)}${recommendation.excluded.map(({ vendor, reason }) => html`<li>${vendorName(evaluation, vendor)} is left out: ${reason}</li>`)}</ul>
${config(evaluation)}`
  return html`<section id="recommendation" aria-labelledby="recommendation-title"><h2 id="recommendation-title">Recommendation</h2>${body}</section>`
}
