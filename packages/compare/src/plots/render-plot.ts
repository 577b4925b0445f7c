import { LikenessError } from '@likeness/core'
import { type Html, html, trusted } from '../html.js'
import { checkSpec } from './check-spec.js'
import { describePlot, plotNote } from './describe.js'
import { type Drawing, draw, type Frame, type Library, loadLibrary } from './draw.js'
import { drawHeatmap } from './heatmap.js'
import { drawLatency } from './latency.js'
import { drawPareto } from './pareto.js'
import { drawRanking } from './ranking.js'
import type { PlotSpec } from './spec.js'
import { tabulatePlot } from './table.js'

/** Widths in pixels of the two drawings of a figure: a scaled one would have letters too small for a phone. */
const widths = { wide: 560, narrow: 340 } as const

/** Of a file of its own. */
const ownWidth = 640

/** Settings of a plot. */
export interface PlotSettings {
  /** Unique on the page; begins with a letter and has letters, digits, `-` and `_`. */
  readonly id: string
  /** Width in pixels at which the text has its natural size, 280 to 2000; 640 by default. Height follows. */
  readonly width?: number | undefined
}

function drawingOf(library: Library, spec: PlotSpec, width: number): Drawing {
  switch (spec.kind) {
    case 'pareto':
      return drawPareto(library, spec, width)
    case 'ranking':
      return drawRanking(library, spec, width)
    case 'latency':
      return drawLatency(library, spec, width)
    case 'heatmap':
      return drawHeatmap(library, spec, width)
  }
}

function checkSettings({ id, width = ownWidth }: PlotSettings): void {
  const named = /^[A-Za-z][\w-]*$/.test(id)
  const wide = Number.isFinite(width) && width >= 280 && width <= 2000
  if (named && wide) return
  const message = named
    ? `width is ${width}, which must be a number of pixels from 280 to 2000.`
    : `id is ${JSON.stringify(id)}, which must begin with a letter and have only letters, digits, - and _.`
  throw new LikenessError({ kind: 'invalid-request', message: `Invalid plot: ${message}` })
}

async function svgOf(spec: PlotSpec, frame: Omit<Frame, 'title' | 'description'>): Promise<string> {
  const drawing = drawingOf(await loadLibrary(), spec, frame.width)
  return draw(drawing, { ...frame, title: spec.title, description: describePlot(spec) })
}

/**
 * A plot as an SVG that stands alone: a file, or a picture of a Markdown page. Light and dark follow the reader's system;
 * it loads nothing and needs no script.
 *
 * @throws LikenessError `invalid-request` naming every field that cannot be drawn
 */
export async function renderPlot(spec: PlotSpec, settings: PlotSettings): Promise<string> {
  checkSpec(spec)
  checkSettings(settings)
  const { id, width = ownWidth } = settings
  return svgOf(spec, { id, width, standalone: true })
}

function tableOf(spec: PlotSpec): Html {
  const { caption, columns, rows } = tabulatePlot(spec)
  return html`<details><summary>Figures as a table</summary><div class="plot-table" role="region" tabindex="0" aria-label="${spec.title}, figures"><table><caption>${caption}</caption>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div></details>`
}

/**
 * A plot as the markup of a `<figure>`: drawn for a desk and for a phone, of which the page shows the fitting one, with
 * its figures in a table below. The page needs `plotStyles` once.
 *
 * @throws LikenessError `invalid-request` naming every field that cannot be drawn
 */
export async function plotFigure(spec: PlotSpec, { id }: Pick<PlotSettings, 'id'>): Promise<string> {
  checkSpec(spec)
  checkSettings({ id })
  const drawn = async (size: keyof typeof widths) =>
    svgOf(spec, { id: `${id}-${size}`, width: widths[size], className: `plot-${size}`, standalone: false })
  const [wide, narrow] = [await drawn('wide'), await drawn('narrow')]
  const note = plotNote(spec)
  const figure = html`<figure class="plot-figure" id="${id}"><figcaption>${spec.title}</figcaption>
${trusted(wide)}${trusted(narrow)}
${note === undefined ? undefined : html`<p class="plot-note">${note}</p>`}
${tableOf(spec)}</figure>`
  return figure.html
}
