import type { Evaluation, Figure, ReportedMeasure } from '../evaluate/evaluation.js'
import { type Html, html, trusted } from '../html.js'
import { plotFigure } from '../plots/render-plot.js'
import type { PlotReference, PlotSpec, PlotValue } from '../plots/spec.js'
import { isMeasured, likenessOf, pictureCostOf } from './measure-groups.js'
import { type Page, promptText } from './page.js'

const intervals = '95\u00a0% intervals, over prompts'

function plotted(figure: Figure | undefined): PlotValue {
  if (figure === undefined) return { state: 'not-measured', message: 'not measured' }
  if (figure.state === 'not-measured') return figure
  const { value, interval } = figure
  if (interval === undefined) return { state: 'measured', value }
  // A bar that misses its mark by rounding cannot be drawn.
  const low = Math.min(value, interval.low)
  return { state: 'measured', value, interval: { low, high: Math.max(value, interval.high) } }
}

function referenceOf({ subjects }: Evaluation, { photos = {} }: ReportedMeasure) {
  const [only] = subjects.length === 1 ? subjects : []
  const range = only === undefined ? undefined : photos[only.key]
  if (range === undefined) return undefined
  return { label: "the photos' own level", value: range.median } satisfies PlotReference
}

const emulatedNote = ({ run }: Evaluation) => (run.emulated === true ? ' (emulated vendors)' : '')

function frontier(evaluation: Evaluation): PlotSpec | undefined {
  const likeness = likenessOf(evaluation)
  const cost = pictureCostOf(evaluation)
  if (!isMeasured(evaluation, likeness) || cost === undefined || likeness.direction === 'as-photos') return undefined
  return {
    kind: 'pareto',
    title: `${cost.title} against likeness${emulatedNote(evaluation)}`,
    measure: { title: likeness.title, direction: likeness.direction },
    intervals,
    reference: referenceOf(evaluation, likeness),
    entries: evaluation.vendors.map(({ name, figures }) => ({
      label: name,
      cost: plotted(figures[cost.name]),
      quality: plotted(figures[likeness.name]),
    })),
  }
}

function ranking(evaluation: Evaluation): PlotSpec | undefined {
  const likeness = likenessOf(evaluation)
  if (!isMeasured(evaluation, likeness)) return undefined
  return {
    kind: 'ranking',
    title: `Likeness with its uncertainty${emulatedNote(evaluation)}`,
    measure: { title: likeness.title, direction: likeness.direction },
    intervals,
    reference: referenceOf(evaluation, likeness),
    entries: evaluation.vendors.map(({ name, figures }) => ({
      label: name,
      figure: plotted(figures[likeness.name]),
    })),
  }
}

function latency(evaluation: Evaluation): PlotSpec {
  return {
    kind: 'latency',
    title: `Time from request to picture${emulatedNote(evaluation)}`,
    entries: evaluation.vendors.map(({ name, durationsMs, missing }) => ({
      label: name,
      durationsMs,
      failed: missing,
    })),
  }
}

function cellOf(evaluation: Evaluation, measure: ReportedMeasure, vendor: string, subject: string, prompt: string) {
  const own = evaluation.pictures.filter(
    (one) => one.vendor === vendor && one.subject === subject && one.prompt === prompt,
  )
  const readings = own.flatMap(({ readings: all }) => all[measure.name] ?? [])
  const values = readings.flatMap((reading) => (reading.state === 'measured' ? [reading.value] : []))
  if (values.length > 0) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return { state: 'measured', value: mean } as const
  }
  const unread = readings.find((reading) => reading.state === 'not-measured')
  const message = unread?.message ?? (own.some(({ image }) => image !== undefined) ? 'not scored' : 'no picture came')
  return { state: 'not-measured', message } as const
}

function heatmap(evaluation: Evaluation): PlotSpec | undefined {
  const likeness = likenessOf(evaluation)
  if (!isMeasured(evaluation, likeness)) return undefined
  const { subjects, prompts, vendors } = evaluation
  const scenes = subjects.flatMap(({ key }) => prompts.map(({ id }) => ({ subject: key, prompt: id })))
  const texts = scenes.map((scene) => promptText(evaluation, scene))
  // Two prompts may differ in what they exclude alone, two subjects have one name: then the plan's words tell them apart.
  const alike = new Set(texts).size < texts.length
  const rows = scenes.map(({ subject, prompt }, index) => ({
    label: alike ? `${texts[index]} (${subject}, ${prompt})` : `${texts[index]}`,
    cells: vendors.map(({ name }) => cellOf(evaluation, likeness, name, subject, prompt)),
  }))
  return {
    kind: 'heatmap',
    title: `Likeness by prompt${emulatedNote(evaluation)}`,
    measure: { title: likeness.title, direction: likeness.direction },
    columns: vendors.map(({ name }) => name),
    rows,
  }
}

async function drawn(id: string, spec: PlotSpec | undefined): Promise<Html | undefined> {
  return spec === undefined ? undefined : trusted(await plotFigure(spec, { id }))
}

/** Why there is no likeness, and what to do. */
/** A reason as a sentence of its own. */
function sentence(reason: string): string {
  const text = reason.replace(/^likeness not scored: /, '').replace(/\.$/, '')
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}

function unscored({ evaluation }: Page): Html | undefined {
  const likeness = likenessOf(evaluation)
  if (isMeasured(evaluation, likeness)) return undefined
  const reasons = [...new Set(evaluation.scorers.flatMap(({ reason }) => reason ?? []))]
  return html`<p class="notice"><strong>Likeness was not scored</strong>, so that the page can show it to the eye alone.${reasons.map((reason) => html` ${sentence(reason)}`)}</p>`
}

/** Cost against likeness: who is both cheap and good. */
export async function frontierSection(page: Page): Promise<Html> {
  const figure = await drawn('frontier-plot', frontier(page.evaluation))
  return html`<section id="frontier" aria-labelledby="frontier-title"><h2 id="frontier-title">Cost against likeness</h2>${figure}${unscored(page)}</section>`
}

/** Likeness, time and prompts, in pictures. */
export async function plotsSection(page: Page): Promise<Html> {
  const { evaluation } = page
  const beside = [await drawn('ranking-plot', ranking(evaluation)), await drawn('latency-plot', latency(evaluation))]
  const byPrompt = await drawn('heatmap-plot', heatmap(evaluation))
  return html`<section id="plots" aria-labelledby="plots-title"><h2 id="plots-title">Likeness and time in detail</h2><div class="plots">${beside}</div>${byPrompt && html`<div class="across">${byPrompt}</div>`}</section>`
}
