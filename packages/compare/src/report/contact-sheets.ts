import type { Evaluation } from '../evaluate/evaluation.js'
import { counted } from '../evaluate/words.js'
import { type Html, html } from '../html.js'
import { type Page, promptText, vendorName } from './page.js'
import { shot } from './shot.js'
import { flagTitle } from './verdict-section.js'

type SheetSubject = Evaluation['subjects'][number]

function photo({ thumbnails }: Page, file: string, alt: string, id: string): Html {
  const thumbnail = thumbnails.get(file)
  return thumbnail?.state === 'embedded'
    ? html`<li><figure class="shot" id="${id}" tabindex="-1"><p class="controls"><a href="#${id}-open">close</a></p><a class="open" id="${id}-open" href="#${id}" aria-label="Enlarge: ${alt}"><img src="${thumbnail.src}" alt="${alt}" width="${thumbnail.width}" height="${thumbnail.height}"></a><figcaption><p>${alt}</p></figcaption></figure></li>`
    : html`<li><span class="missing">${thumbnail?.message ?? 'The photo was not embedded.'}</span></li>`
}

function photos(
  page: Page,
  subject: SheetSubject,
  files: readonly string[],
  part: 'photo' | 'kept-back',
  title: string,
  alt: string,
): Html | undefined {
  if (files.length === 0) return undefined
  const place = page.evaluation.subjects.indexOf(subject) + 1
  const list = files.map((file, index) =>
    photo(page, file, `${alt} ${index + 1} of ${subject.key}`, `${part}-${place}-${index + 1}`),
  )
  return html`<h4>${title}</h4><ul class="photos">${list}</ul>`
}

interface Placed {
  readonly index: number
  readonly vendor: string
}

function vendorPictures(page: Page, name: string, all: readonly Placed[]): Html {
  const own = all.filter(({ vendor }) => vendor === name)
  const shots = own.map(({ index }) => {
    const at = all.findIndex((one) => one.index === index)
    const [before, after] = [all[at - 1]?.index, all[at + 1]?.index]
    return shot(page, index, { ...(before !== undefined && { before }), ...(after !== undefined && { after }) })
  })
  const flags = page.evaluation.vendors.find((vendor) => vendor.name === name)?.flags ?? []
  const tags = [...new Set(flags.map(flagTitle))].map((title) => html`<span class="tag">${title}</span>`)
  const columns = own.length === 3 || own.length > 4 ? 3 : Math.min(own.length, 2)
  return html`<div class="by-vendor"><p class="who">${vendorName(page.evaluation, name)}${tags}</p><div class="shots" style="--columns: ${columns}">${shots}</div></div>`
}

function sheet(page: Page, subject: string, { id }: Evaluation['prompts'][number]): Html {
  const { pictures, vendors } = page.evaluation
  const all = vendors.flatMap(({ name }) =>
    pictures.flatMap((one, index) =>
      one.subject === subject && one.prompt === id && one.vendor === name ? [{ index, vendor: name }] : [],
    ),
  )
  return html`<div class="sheet"><h4>${promptText(page.evaluation, { prompt: id, subject })}</h4><div class="vendors">${vendors.map(({ name }) => vendorPictures(page, name, all))}</div></div>`
}

function subjectSheets(page: Page, subject: SheetSubject): Html {
  const { className, name } = subject.subject
  const told = name === undefined || name === subject.key ? className : `${name}, ${className}`
  return html`<h3>${subject.key} <span class="soft">${told}</span></h3>
${photos(page, subject, subject.photos, 'photo', `${counted(subject.photos.length, 'training photo')}`, 'Training photo')}
${photos(page, subject, subject.heldOut, 'kept-back', `${counted(subject.heldOut.length, 'photo')} kept back, never sent to a vendor`, 'Photo kept back')}
${page.evaluation.prompts.map((prompt) => sheet(page, subject.key, prompt))}`
}

/** What the eye needs: the photos of each subject, then every picture by prompt and vendor. */
export function contactSheets(page: Page): Html {
  return html`<section id="pictures" aria-labelledby="pictures-title"><h2 id="pictures-title">Pictures</h2>
<p class="lead">The number below a picture is its likeness. Enlarge one to see its seed, cost, time, measures and trail.</p>
${page.evaluation.subjects.map((subject) => subjectSheets(page, subject))}</section>`
}
