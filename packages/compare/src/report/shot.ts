import type { EvaluatedPicture, Evaluation } from '../evaluate/evaluation.js'
import { type Html, html } from '../html.js'
import type { Reading } from '../measure.js'
import { groupMeasures } from './measure-groups.js'
import { measureNamed, type Page, promptText, vendorName } from './page.js'
import { formatQuantity } from './quantities.js'
import { costOf, durationOf, trail } from './work.js'

/** Id of a picture of the run by its position; it is enlarged by `:target`, so that no script is needed. */
const shotId = (index: number) => `picture-${index + 1}`

/** Id of what opens it: where closing leads back to. */
export const openerId = (index: number) => `open-${index + 1}`

function readingRow(evaluation: Evaluation, subject: string, [name, reading]: readonly [string, Reading]): Html {
  const measure = measureNamed(evaluation, name)
  const photos = measure?.photos?.[subject]
  if (reading.state === 'not-measured') {
    return html`<tr><th scope="row">${measure?.title ?? name}</th><td colspan="2">${reading.message}</td></tr>`
  }
  const value = measure === undefined ? String(reading.value) : formatQuantity(measure, reading.value)
  const range =
    photos === undefined || measure === undefined
      ? ''
      : `${formatQuantity(measure, photos.minimum)} to ${formatQuantity(measure, photos.maximum)}`
  return html`<tr><th scope="row">${measure?.title ?? name}</th><td>${value}</td><td>${range}</td></tr>`
}

/** Likeness first, as everywhere in the report: scorers end in any order. */
function readingsInOrder(evaluation: Evaluation, picture: EvaluatedPicture): readonly (readonly [string, Reading])[] {
  const names = groupMeasures(evaluation).flatMap(({ measures }) => measures.map(({ name }) => name))
  const place = (name: string) => (names.includes(name) ? names.indexOf(name) : names.length)
  return Object.entries(picture.readings).toSorted(([one], [other]) => place(one) - place(other))
}

function readings({ evaluation }: Page, picture: EvaluatedPicture): Html | undefined {
  const all = readingsInOrder(evaluation, picture)
  if (all.length === 0) return undefined
  return html`<table><thead><tr><th scope="col">Measure</th><th scope="col">Picture</th><th scope="col">Photos</th></tr></thead><tbody>${all.map((one) => readingRow(evaluation, picture.subject, one))}</tbody></table>`
}

/** A link to the picture as it came. Only into the folders of a run: the path is read from a file. */
function original({ originals }: Page, { image }: EvaluatedPicture): Html | undefined {
  if (!originals || image === undefined || !/^images\/[\w-]+\.[a-z]+$/.test(image.file)) return undefined
  return html`<a href="${image.file}">as it came: ${image.width} x ${image.height}, ${Math.ceil(image.bytes / 1024)} kB</a>`
}

function facts(page: Page, picture: EvaluatedPicture): Html {
  const { image, seed, size, repeat } = picture
  const pixels = image === undefined ? undefined : `${image.width} x ${image.height}`
  const asked =
    size === undefined || size.replace('x', ' x ') === pixels ? '' : `, asked for ${size.replace('x', ' x ')}`
  const file = original(page, picture)
  return html`<dl><dt>Seed</dt><dd>${seed}${image?.seed === undefined || image.seed === seed ? '' : `, used ${image.seed}`}</dd>
${page.evaluation.repeats > 1 ? html`<dt>Repeat</dt><dd>${repeat} of ${page.evaluation.repeats}</dd>` : undefined}<dt>Cost</dt><dd>${costOf(picture)}</dd><dt>Time</dt><dd>${durationOf(picture)}</dd>
${pixels === undefined ? undefined : html`<dt>Size</dt><dd>${pixels}${asked}</dd>`}${file && html`<dt>File</dt><dd>${file}</dd>`}</dl>`
}

function stateWords(state: EvaluatedPicture['state']): string {
  switch (state) {
    case 'succeeded':
      return 'no picture in the answer'
    case 'failed':
      return 'failed'
    case 'unknown':
      return 'outcome unknown'
    case 'not-made':
      return 'never sent'
  }
}

function image({ thumbnails }: Page, picture: EvaluatedPicture, alt: string): Html {
  if (picture.image === undefined) {
    return html`<span class="missing"><strong>${stateWords(picture.state)}</strong>${picture.error?.message}</span>`
  }
  const thumbnail = thumbnails.get(picture.image.file)
  switch (thumbnail?.state) {
    case 'embedded':
      return html`<img src="${thumbnail.src}" alt="${alt}" width="${thumbnail.width}" height="${thumbnail.height}">`
    case 'missing':
      return html`<span class="missing">${thumbnail.message}</span>`
    case undefined:
      return html`<span class="missing">The picture was not embedded.</span>`
  }
}

/** Likeness under the small picture, and a mark where it is not usable. */
function badge({ evaluation }: Page, { readings: all, usable, image: made }: EvaluatedPicture): Html | undefined {
  if (made === undefined) return undefined
  const likeness = all.likeness
  const measure = measureNamed(evaluation, 'likeness')
  const value =
    likeness?.state === 'measured' && measure !== undefined ? formatQuantity(measure, likeness.value) : undefined
  const fault = usable === false ? html`<span class="fault">not usable</span>` : undefined
  if (value === undefined && fault === undefined) return undefined
  return html`<span class="badge">${value}${fault}</span>`
}

/** Width to height as it came, else as it was asked for. */
function shapeOf({ image: made, size }: EvaluatedPicture): string {
  if (made !== undefined) return `${made.width} / ${made.height}`
  const [, width, height] = /^(\d+)x(\d+)$/.exec(size ?? '') ?? []
  return width === undefined || height === undefined ? '1' : `${width} / ${height}`
}

/** One picture: small in the sheet, and enlarged with all that is known of it once its link is followed. */
export function shot(
  page: Page,
  index: number,
  neighbours: { readonly before?: number; readonly after?: number },
): Html {
  const { evaluation } = page
  const picture = evaluation.pictures[index]
  if (picture === undefined) throw new RangeError(`the run has no picture ${index}`)
  const { vendor, seed, error, faults } = picture
  const prompt = promptText(evaluation, picture)
  const alt = `${vendor}, seed ${seed}: ${prompt}`
  const step = (to: number | undefined, text: string) =>
    to === undefined ? undefined : html`<a href="#${shotId(to)}">${text}</a>`
  return html`<div class="cell" style="--shape: ${shapeOf(picture)}"><figure class="shot" id="${shotId(index)}" tabindex="-1"><p class="controls">${step(neighbours.before, 'previous')}${step(neighbours.after, 'next')}<a href="#${openerId(index)}">close</a></p><a class="open" id="${openerId(index)}" href="#${shotId(index)}" aria-label="Enlarge: ${alt}">${image(page, picture, alt)}${badge(page, picture)}</a>
<figcaption><p class="who">${vendorName(evaluation, vendor)}</p><p>${prompt}</p>
${faults.length > 0 ? html`<ul class="faults">${faults.map((fault) => html`<li>${fault}</li>`)}</ul>` : undefined}
${error && html`<p class="faults">${error.message}${error.hint && html` ${error.hint}`}</p>`}
${facts(page, picture)}${readings(page, picture)}${picture.trail.length > 0 ? html`<h5>Trail</h5>${trail(picture)}` : undefined}</figcaption></figure></div>`
}
