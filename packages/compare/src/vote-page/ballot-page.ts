import type { Subject } from '@likeness/core'
import { type Html, html } from '../html.js'
import { advisedVotes, fewestVotes } from '../votes/rank-votes.js'
import { renderPage } from './page.js'
import type { Ballot } from './seat.js'

/** How far the voting has come. */
export interface Progress {
  readonly pairs: number
  /** Judged by this voter. */
  readonly own: number
  /** Votes by everybody. */
  readonly votes: number
  /** Skipped by this voter. */
  readonly skipped: number
}

interface BallotPage {
  readonly voter: string
  readonly ballot: Ballot
  readonly subject: Subject
  /** Ids of its photos. */
  readonly photos: readonly string[]
  /** With `{subject}` in it. */
  readonly prompt: string
  readonly progress: Progress
  readonly canUndo: boolean
  readonly notice?: string | undefined
  readonly emulated: boolean | undefined
}

/** Who votes here, and a way to say that it is somebody else. */
export function renderVoter(voter: string): Html {
  return html`<form method="post" action="leave" class="voter">
<span>Voting as <strong>${voter}</strong></span>
<button class="plain">Somebody else</button>
</form>`
}

function renderProgress({ pairs, own, votes }: Progress): Html {
  const goal = votes < fewestVotes ? fewestVotes : advisedVotes
  const goalText = votes < fewestVotes ? `${fewestVotes} make a ranking` : `${advisedVotes} are advised`
  return html`<div class="progress">
<label for="progress">${votes} ${votes === 1 ? 'vote' : 'votes'} by everybody; ${goalText}</label>
<progress id="progress" max="${goal}" value="${Math.min(votes, goal)}"></progress>
<span class="soft">you: ${own} of ${pairs} pairs</span>
</div>`
}

const nameOf = ({ name, className }: Subject) => name ?? `the ${className}`

function renderPhotos(subject: Subject, photos: readonly string[]): Html {
  const { className } = subject
  const name = nameOf(subject)
  if (photos.length === 0) return html`<p class="soft">There is no photo of ${name} (${className}) to compare with.</p>`
  const items = photos.map((id, index) => html`<li><img src="pictures/${id}" alt="Photo ${index + 1} of ${name}"></li>`)
  return html`<section class="photos" aria-label="Photos of ${name}">
<h2>This is ${name}<span class="soft"> · ${className}</span></h2>
<ul>${items}</ul>
</section>`
}

const question = (subject: Subject) =>
  subject.kind === 'style'
    ? `Which picture has the style of ${nameOf(subject)} better?`
    : `Which picture shows ${nameOf(subject)} better?`

function renderChoice(id: string, number: 1 | 2): Html {
  const side = number === 1 ? 'left' : 'right'
  const keys = number === 1 ? '1 ArrowLeft' : '2 ArrowRight'
  return html`<button id="choose-${side}" name="choice" value="${side}" class="picture" aria-keyshortcuts="${keys}">
<img src="pictures/${id}" alt="Picture ${number}">
<span class="label">Picture ${number} is better <kbd>${number}</kbd></span>
</button>`
}

/** Two pictures, and what can be said of them. */
export function renderBallotPage(page: BallotPage): string {
  const { voter, ballot, subject, photos, prompt, progress, canUndo, notice, emulated } = page
  const [left, right] = ballot.pictures
  const asked = prompt.replaceAll('{subject}', () => nameOf(subject))
  const main = html`<div class="bar">${renderVoter(voter)}${
    notice === undefined ? undefined : html`<p class="notice">${notice}</p>`
  }${renderProgress(progress)}</div>
${renderPhotos(subject, photos)}
<h1 id="question" tabindex="-1">${question(subject)}</h1>
<p class="asked">Asked for: <q>${asked}</q></p>
<form method="post" action="vote" data-swap>
<input type="hidden" name="ballot" value="${ballot.id}">
<div class="pair">
${renderChoice(left, 1)}
${renderChoice(right, 2)}
</div>
<div class="others">
<button id="choose-tie" name="choice" value="tie" aria-keyshortcuts="0 ArrowDown">No difference <kbd>0</kbd></button>
<button id="choose-skip" name="choice" value="skip" aria-keyshortcuts="s">Skip <kbd>S</kbd></button>
<button id="choose-undo" form="undo" aria-keyshortcuts="u Backspace"${canUndo ? undefined : html` disabled`}>Undo <kbd>U</kbd></button>
</div>
</form>
<form id="undo" method="post" action="undo" data-swap></form>
<p class="soft end"><span class="keys">Arrow keys work as well: ←, → and ↓ for no difference. </span><a href="results">End and see the ranking</a></p>`
  const announce = `${notice === undefined ? '' : `${notice} `}${progress.own} judged. ${question(subject)} Asked for: ${asked}`
  return renderPage({ title: question(subject), announce, emulated, main })
}
