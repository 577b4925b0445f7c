import type { Warning } from '@likeness/core'
import { formatCost, formatDuration } from './format.js'
import { type Html, html } from './html.js'
import type { ReportPicture, ReportWork } from './report-data.js'

/** Warnings as a list, where there are any. */
export function warningList(warnings: readonly Warning[]): Html | undefined {
  if (warnings.length === 0) return undefined
  return html`<ul class="warnings">${warnings.map(({ message }) => html`<li>${message}</li>`)}</ul>`
}

/** How often a paid request was sent, where it was more than once. */
export function retries({ attempts }: ReportWork): Html | undefined {
  return attempts.length > 1 ? html`<span>${attempts.length} attempts</span>` : undefined
}

const anchor = (section: string, { prompt, provider }: ReportPicture) =>
  `${section}-${prompt}-${provider.replaceAll(/[^\w-]/g, '-')}`

/**
 * A picture with who made it, at what cost, and how to enlarge it.
 *
 * @param section - id of the section it stands in: where closing it leads back to
 */
export function picture(section: string, one: ReportPicture): Html {
  const { image, provider, cost, estimate, durationMs, seed, error, warnings } = one
  const shown =
    image === undefined
      ? html`<div class="missing">${error?.message ?? 'No picture came.'}${error?.hint && html`<br>${error.hint}`}</div>`
      : html`<a class="zoom" href="#${anchor(section, one)}" aria-label="Enlarge: ${image.alt}"><img src="${image.src}" alt="${image.alt}" width="${image.width}" height="${image.height}"></a><a class="close" href="#${section}">close</a>`
  // Enlarged by `:target`, so that no script is needed and the bytes are embedded once.
  return html`<figure id="${anchor(section, one)}">${shown}<figcaption><div class="facts"><strong>${provider}</strong>
${image && html`<span>${formatCost(cost, estimate)}</span>`}${durationMs !== undefined && image ? html`<span>${formatDuration(durationMs)}</span>` : undefined}
${retries(one)}${image && html`<span class="soft">${image.width} x ${image.height}${seed === undefined ? '' : `, seed ${seed}`}</span>`}</div>
${warningList(warnings)}</figcaption></figure>`
}
