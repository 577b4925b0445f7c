import { formatUSD, sumCosts } from '@likeness/core'
import { fallbackSection } from './fallback-section.js'
import { formatCost, formatDuration, formatSource } from './format.js'
import { type Html, html, trusted } from './html.js'
import { picture, retries, warningList } from './picture.js'
import type { ReportData, ReportImage, ReportTraining } from './report-data.js'
import { styles } from './styles.js'

const name = ({ subject }: ReportData) => subject.name ?? subject.className

function photo({ alt, src, width, height }: ReportImage): Html {
  return html`<li><img src="${src}" alt="${alt}" width="${width}" height="${height}"></li>`
}

/** A provider's pictures cost in all; unknown as soon as one of them is. */
function picturesCost(data: ReportData, provider: string): string {
  const made = data.pictures.filter((picture) => picture.provider === provider && picture.image !== undefined)
  const sum = sumCosts(made.map(({ cost }) => cost))
  return sum === undefined ? 'cost unknown' : formatUSD(sum.amount)
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)]
  const lower = sorted[Math.ceil(middle) - 1]
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2
}

function trainingCells(training: ReportTraining | undefined): Html {
  if (training === undefined) return html`<td colspan="2">not trained</td>`
  if (training.error !== undefined) return html`<td colspan="2">failed: ${training.error.message}</td>`
  const { cost, estimate, durationMs } = training
  return html`<td><span class="number">${formatCost(cost, estimate)}</span> <div class="soft">${formatSource(cost)}</div></td>
<td class="number">${durationMs === undefined ? 'unknown' : formatDuration(durationMs)} ${retries(training)}</td>`
}

function summaryRow(data: ReportData, provider: string): Html {
  const training = data.trainings.find((one) => one.provider === provider)
  const asked = data.pictures.filter((picture) => picture.provider === provider)
  const made = asked.filter(({ image }) => image !== undefined)
  const middle = median(made.flatMap(({ durationMs }) => durationMs ?? []))
  const warnings = training === undefined ? undefined : warningList(training.warnings)
  return html`<tr><th scope="row">${provider}<div class="soft">${training?.base}</div></th>${trainingCells(training)}
<td class="number">${made.length} of ${asked.length}</td><td class="number">${picturesCost(data, provider)}</td>
<td class="number">${middle === undefined ? 'none' : formatDuration(middle)}</td></tr>
${warnings && html`<tr><td colspan="6">${warnings}</td></tr>`}`
}

function summary(data: ReportData): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Cost and time by provider"><table class="summary">
<thead><tr><th scope="col">Provider</th><th scope="col">Training cost</th><th scope="col">Training time</th>
<th scope="col">Pictures</th><th scope="col">Pictures' cost</th><th scope="col">Median time per picture</th></tr></thead>
<tbody>${data.providers.map((provider) => summaryRow(data, provider))}</tbody></table></div>`
}

function promptSection(data: ReportData, prompt: string, index: number): Html {
  const row = data.providers.flatMap(
    (provider) => data.pictures.find((one) => one.provider === provider && one.prompt === index) ?? [],
  )
  return html`<section class="prompt"><h3>${prompt}</h3><div class="pictures">${row.map((one) => picture('pictures', one))}</div></section>`
}

function emulatedNotice(data: ReportData): Html | undefined {
  if (!data.emulated) return undefined
  return html`<p class="emulated" role="note">Emulated vendors. No vendor was called and nothing was charged: the pictures are
drawn from the training photos by local servers that speak the vendors' protocols, prices come from dated price tables,
and times are those of the emulator. They say nothing about any vendor's quality or speed.</p>`
}

/**
 * One self-contained page: training photos, what each provider charged and how long it took, and a grid of prompt by
 * provider. Loads nothing and needs no script.
 */
export function renderReport(data: ReportData): string {
  const title = `${name(data)}: ${data.providers.length} providers side by side`
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${trusted(styles)}</style></head><body><main>
<h1>${title}</h1>
<p class="lead">The same ${data.photos.length} photos trained at ${data.providers.join(', ')}; the same
${data.prompts.length} prompts${data.size === undefined ? '' : ` at ${data.size}`} sent to each.</p>
${emulatedNotice(data)}
<h2>Training photos</h2><ul class="photos">${data.photos.map(photo)}</ul>
<h2>Cost and time</h2>${summary(data)}
<h2 id="pictures">Pictures</h2><div style="--columns: ${data.providers.length}">${data.prompts.map((prompt, index) => promptSection(data, prompt, index))}</div>
${fallbackSection(data.fallback)}
<footer>Made by Likeness on <time datetime="${data.createdAt}">${data.createdAt.slice(0, 16).replace('T', ' ')} UTC</time>.
Times are from a vendor's acceptance until the end was noticed. A cost marked as an estimate was not confirmed by the vendor.</footer>
</main></body></html>
`
  return page.html
}
