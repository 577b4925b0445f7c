import { html } from '../html.js'
import { renderPage } from './page.js'

interface NamePage {
  readonly emulated: boolean | undefined
  readonly pairs: number
  /** A name that was refused. */
  readonly refused?: string | undefined
}

/** Asks who is voting. */
export function renderNamePage({ emulated, pairs, refused }: NamePage): string {
  const wrong = refused !== undefined
  const main = html`<div class="narrow">
<h1>Which picture is the better likeness?</h1>
<p>You will see two pictures at a time. Above them are photos of who or what it should be. You are not told who made
which picture, and there is no wrong answer. Stop whenever you like.</p>
<form method="post" action="voter" class="name">
<label for="name">Your name</label>
<input id="name" name="name" required maxlength="40" autocomplete="nickname" autofocus value="${refused ?? ''}"
  aria-describedby="name-note"${wrong ? html` aria-invalid="true"` : undefined}>
<p id="name-note" class="${wrong ? 'trouble' : 'soft'}">${
    wrong
      ? 'Please take 1 to 40 letters, digits, spaces or any of . - _ and the apostrophe, beginning with a letter or digit.'
      : 'It is kept with your votes in the folder of the run, to tell whether people agree. A nickname will do.'
  }</p>
<button class="main">Begin</button>
</form>
<p class="soft">${pairs} ${pairs === 1 ? 'pair' : 'pairs'} of pictures.</p>
</div>`
  return renderPage({ title: 'Your name', emulated, main })
}
