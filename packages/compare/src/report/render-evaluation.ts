import type { Evaluation } from '../evaluate/evaluation.js'
import { type Html, html, trusted } from '../html.js'
import { contactSheets } from './contact-sheets.js'
import { evaluationStyles } from './evaluation-styles.js'
import { failuresSection } from './failures-section.js'
import { limitsSection, methodSection } from './method-section.js'
import type { Page } from './page.js'
import { pairsSection } from './pairs-section.js'
import { frontierSection, plotsSection } from './plots-section.js'
import { recommendationSection } from './recommendation-section.js'
import type { Thumbnails } from './thumbnails.js'
import { vendorsSection } from './vendors-table.js'
import { emulatedBanner, titleOf, verdictSection } from './verdict-section.js'
import { votesSection } from './votes-section.js'

/** The pictures that a page embeds, and whether those they were made from lie beside it. */
export interface ReportPictures {
  /** By path, as the evaluation names it. One that is not there is shown as missing. */
  readonly thumbnails: Thumbnails
  /** True where the page lies in the folder of the run: it then links to the pictures as they came. */
  readonly originals: boolean
}

function contents({ evaluation }: Page): Html {
  const entries = [
    ['verdict', 'Verdict'],
    ['frontier', 'Cost against likeness'],
    ['vendors', 'Vendors'],
    ...(evaluation.judged.length > 0 ? [['pairs', 'Who is better by what']] : []),
    ['plots', 'Likeness and time'],
    ...(evaluation.votes === undefined ? [] : [['votes', 'Votes']]),
    ['pictures', 'Pictures'],
    ['failures', 'Failures'],
    ['method', 'Method'],
    ...(evaluation.limits.length > 0 ? [['limits', 'Limits']] : []),
    ['recommendation', 'Recommendation'],
  ]
  return html`<nav class="contents" aria-label="Contents">${entries.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>`
}

/** Holds the browser to it that the page loads nothing and runs nothing, whatever a text of others in it may be. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/** What the browser names the page by. */
function pageTitle(evaluation: Evaluation): string {
  return `${evaluation.run.emulated === true ? '[emulated] ' : ''}${titleOf(evaluation)}`
}

/**
 * The report as one page. It holds its pictures and plots, loads nothing and needs no script; light and dark follow the
 * reader's system. Everything that comes from the plan or a vendor is escaped.
 *
 * @throws LikenessError `invalid-request` where a figure cannot be drawn, such as one that is no finite number
 */
export async function renderEvaluation(evaluation: Evaluation, pictures: ReportPictures): Promise<string> {
  const page: Page = { evaluation, ...pictures }
  const body = html`${verdictSection(page)}${contents(page)}
${await frontierSection(page)}
${vendorsSection(page)}
${pairsSection(page)}
${await plotsSection(page)}
${votesSection(page)}
${contactSheets(page)}
${failuresSection(page)}
${methodSection(page)}
${limitsSection(page)}
${recommendationSection(page)}
<footer>Made by Likeness from run ${evaluation.run.id}. All figures are in report.json as well.</footer>`
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${pageTitle(evaluation)}</title><style>${trusted(evaluationStyles)}</style></head>
<body><a class="skip" href="#verdict">To the verdict</a>${emulatedBanner(evaluation)}
<main>${body}</main></body></html>
`.html
}
