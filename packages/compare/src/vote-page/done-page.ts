import { html } from '../html.js'
import { type Progress, renderVoter } from './ballot-page.js'
import { renderPage } from './page.js'

interface DonePage {
  readonly voter: string
  readonly progress: Progress
  readonly canUndo: boolean
  readonly notice?: string | undefined
  readonly emulated: boolean | undefined
}

/** Nothing is left to judge. */
export function renderDonePage({ voter, progress, canUndo, notice, emulated }: DonePage): string {
  const { pairs, skipped, votes } = progress
  const title = pairs === 0 ? 'There is nothing to compare' : 'Thank you: you have seen them all'
  const text =
    pairs === 0
      ? 'No two vendors of this run have made a picture of the same prompt and seed.'
      : `You judged ${progress.own} of ${pairs} pairs. There are ${votes} votes in all.`
  const main = html`<div class="bar">${renderVoter(voter)}</div>
<div class="narrow">
${notice === undefined ? undefined : html`<p class="notice">${notice}</p>`}
<h1 id="question" tabindex="-1">${title}</h1>
<p>${text}</p>
${
  skipped > 0
    ? html`<form method="post" action="again"><button class="main">Show the ${skipped} that you skipped</button></form>`
    : undefined
}
<form id="undo" method="post" action="undo" data-swap><button id="choose-undo" aria-keyshortcuts="u Backspace"${canUndo ? undefined : html` disabled`}>Undo <kbd>U</kbd></button></form>
<p><a href="results">End and see the ranking</a></p>
</div>`
  return renderPage({ title, emulated, main })
}
