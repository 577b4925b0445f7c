import { formatUSD } from '@likeness/core'
import type { Evaluation, Flag } from '../evaluate/evaluation.js'
import { counted } from '../evaluate/words.js'
import { type Html, html } from '../html.js'
import { listed } from '../statistics/listed.js'
import { formatSpan, type Page, vendorName } from './page.js'

/** What a flag says, in a word or two. */
export function flagTitle({ kind }: Flag): string {
  switch (kind) {
    case 'not-the-subject':
      return 'Not the subject'
    case 'leaked-photos':
      return 'Copies training photos'
    case 'repeats-itself':
      return 'Repeats itself'
    case 'size-ignored':
      return 'Ignores the size'
    case 'fake-resolution':
      return 'Scaled-up pictures'
    case 'unreliable':
      return 'Unreliable'
  }
}

/** `rex and mug: north, south and west compared`. */
export function titleOf({ subjects, vendors }: Evaluation): string {
  return `${listed(subjects.map(({ key }) => key))}: ${listed(vendors.map(({ name }) => name))} compared`
}

/** What was sent, what came of it and what it cost. */
export function scopeOf({ prompts, seeds, sizes, repeats, subjects, pictures, run }: Evaluation): string {
  const parts = [
    subjects.length === 1 ? [] : counted(subjects.length, 'subject'),
    counted(prompts.length, 'prompt'),
    counted(seeds.length, 'seed'),
    sizes.length === 0 ? [] : counted(sizes.length, 'size'),
    repeats === 1 ? [] : `${repeats} times`,
  ].flat()
  const made = pictures.filter(({ image }) => image !== undefined).length
  const most = run.committed > run.spent ? ` for certain, ${formatUSD(run.committed)} at most` : ''
  return `${listed(parts)} for each vendor: ${made} of ${counted(pictures.length, 'picture')} came. Spent: ${formatUSD(run.spent)}${most}.`
}

/** The answer without what the flags say already: they have a place of their own. */
export function sentencesOf({ answer, vendors }: Evaluation): readonly [headline: string, ...rest: string[]] {
  const flagged = new Set(vendors.flatMap(({ name, flags }) => flags.map(({ message }) => `${name}: ${message}`)))
  const [headline = 'There is nothing to say yet.', ...rest] = answer.filter((sentence) => !flagged.has(sentence))
  return [headline, ...rest]
}

/** What the page says on top while it is read, where the vendors were emulated or nobody knows. */
export function emulatedBanner({ run }: Evaluation): Html | undefined {
  switch (run.emulated) {
    case true:
      return html`<p class="banner" role="note"><strong>Emulated vendors.</strong> No real vendor made these pictures, times or bills.</p>`
    case false:
      return undefined
    case undefined:
      return html`<p class="banner" role="note"><strong>Real or emulated?</strong> This run did not record whether its vendors were emulated.</p>`
  }
}

function flagList({ evaluation }: Page): Html | undefined {
  const raised = evaluation.vendors.flatMap(({ name, flags }) =>
    [...Map.groupBy(flags, flagTitle)].map(([title, alike]) => ({ name, title, alike })),
  )
  if (raised.length === 0) return undefined
  return html`<h3 class="unseen">Flags</h3><ul class="flags">${raised.map(
    ({ name, title, alike }) =>
      html`<li class="flag"><strong>${title}</strong> ${vendorName(evaluation, name)}${alike.map(({ message }) => html`<p>${message}</p>`)}</li>`,
  )}</ul>`
}

function incomplete({ run, pictures, trainings }: Evaluation): Html | undefined {
  if (run.complete) return undefined
  const open = [...pictures, ...trainings].filter(({ state }) => state === 'not-made').length
  return html`<p class="notice"><strong>The run is not complete.</strong> ${counted(open, 'job')} had no outcome yet: the figures below will change.</p>`
}

/** Name of the comparison, and the answer in plain words. */
export function verdictSection(page: Page): Html {
  const { evaluation } = page
  const { run } = evaluation
  const [headline, ...rest] = sentencesOf(evaluation)
  return html`<header><p class="kicker">Vendor comparison</p><h1>${titleOf(evaluation)}</h1>
<p class="lead">${scopeOf(evaluation)}</p>
<p class="soft">Run ${run.id}, ${formatSpan(run.startedAt, run.endedAt)} UTC</p></header>
<section id="verdict" class="verdict" aria-labelledby="verdict-title"><h2 id="verdict-title" class="unseen">Verdict</h2>
<p class="headline">${headline}</p>
${flagList(page)}${rest.length > 0 ? html`<ul class="sentences">${rest.map((sentence) => html`<li>${sentence}</li>`)}</ul>` : undefined}
${incomplete(evaluation)}</section>`
}
