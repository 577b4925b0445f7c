import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { plotFigure, renderPlot } from './render-plot.js'
import type { PlotSpec } from './spec.js'
import { heatmap, latency, measured, pareto, ranking } from './test-specs.js'
import { plotStyles } from './theme.js'

/** What the tests read of an element: there are no types of a browser here. */
interface Element {
  readonly id: string
  readonly localName: string
  readonly textContent: string
  readonly parentElement: Element | null
  getAttribute(name: string): string | null
  querySelector(selector: string): Element | null
  querySelectorAll(selector: string): Iterable<Element> & { readonly length: number }
}

const all: readonly PlotSpec[] = [pareto, ranking, latency, heatmap]
const byKind = all.map((spec) => [spec.kind, spec] as const)

const parse = (markup: string): Element => parseHTML(`<!doctype html><body>${markup}</body>`).document

async function drawn(spec: PlotSpec): Promise<Element> {
  const svg = parse(await renderPlot(spec, { id: 'plot' })).querySelector('svg')
  if (svg === null) throw new Error('There is no svg.')
  return svg
}

const texts = (svg: Element) => [...svg.querySelectorAll('text')].map(({ textContent }) => textContent)

/** The horizontal places of dots, from their `cx` or their transform. */
const dotsOf = (svg: Element) =>
  [...svg.querySelectorAll('circle, path[transform^="translate"]')].map((dot) => ({
    x: Number(dot.getAttribute('cx') ?? /\(([-\d.]+)/.exec(dot.getAttribute('transform') ?? '')?.[1]),
    y: Number(dot.getAttribute('cy') ?? /,([-\d.]+)/.exec(dot.getAttribute('transform') ?? '')?.[1]),
    fill: dot.getAttribute('fill') ?? dot.parentElement?.getAttribute('fill'),
  }))

/** Straight lines of a colour, in pixels. */
const linesOf = (svg: Element, colour: string) =>
  [...svg.querySelectorAll(`path[stroke="${colour}"]`)].flatMap((path) => {
    const [x1, y1, x2, y2] = (path.getAttribute('d') ?? '').match(/-?[\d.]+/g)?.map(Number) ?? []
    if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return []
    return [{ width: Math.abs(x2 - x1), height: Math.abs(y2 - y1), x: (x1 + x2) / 2, y: (y1 + y2) / 2 }]
  })

describe('renderPlot', () => {
  it.each(byKind)('names a %s plot to screen readers', async (_, spec) => {
    const svg = await drawn(spec)
    expect(svg.getAttribute('role')).toBe('img')
    const named = (svg.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => svg.querySelector(`[id="${id}"]`))
    expect(named.map((one) => one?.localName)).toEqual(['title', 'desc'])
    expect(named[0]?.textContent).toBe(spec.title)
    expect(named[1]?.textContent).toContain(spec.kind === 'latency' ? 'median' : 'higher is better')
  })

  it.each(byKind)('loads nothing, runs nothing and names no ground in a %s plot', async (_, spec) => {
    const svg = await renderPlot(spec, { id: 'plot' })
    expect(svg).not.toMatch(/<script|<image|<foreignObject|\shref=|url\(|@import|\son\w+=/)
    expect(svg).not.toMatch(/(?:fill|stroke)="(?:white|black|#)/)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })

  it.each(byKind)('draws the same %s plot twice from the same figures', async (_, spec) => {
    expect(await renderPlot(spec, { id: 'plot' })).toBe(await renderPlot(spec, { id: 'plot' }))
  })

  it.each(byKind)('uses in a %s plot only colours that its style sheet defines', async (_, spec) => {
    const svg = await renderPlot(spec, { id: 'plot' })
    const used = new Set(svg.match(/var\(--[\w-]+\)/g))
    const undefinedOnes = [...used].filter((name) => !svg.includes(`${name.slice(4, -1)}: #`))
    expect(used.size).toBeGreaterThan(1)
    expect(undefinedOnes).toEqual([])
  })

  it('escapes what comes from outside', async () => {
    const label = '<script>alert("1")</script> & co'
    const spec = { ...ranking, title: label, entries: [{ label, figure: measured(0.5, 0.1) }] }
    for (const markup of [await renderPlot(spec, { id: 'plot' }), await plotFigure(spec, { id: 'plot' })]) {
      expect(markup).not.toContain('<script')
      expect(markup).toContain('&lt;script&gt;')
      expect(markup).toContain('&amp; co')
    }
  })

  it('is as wide as asked and scales', async () => {
    const svg = await renderPlot(pareto, { id: 'plot', width: 500 })
    expect(svg).toMatch(/viewBox="0 0 500 \d+"/)
  })

  it.each([{ id: '1st' }, { id: 'a b' }, { id: 'plot', width: 10 }, { id: 'plot', width: Number.NaN }])(
    'refuses the settings %o',
    async (settings) => {
      const given = 'width' in settings ? /width is (10|NaN).*280 to 2000/ : /id is ".*letter/
      await expect(renderPlot(pareto, settings)).rejects.toThrow(given)
    },
  )
})

describe('a pareto plot', () => {
  it('sets the dearer to the right and the better above, and leaves out who has no number', async () => {
    const svg = await drawn(pareto)
    const dots = dotsOf(svg).filter(({ fill }) => fill?.startsWith('var(--plot-') && /\d\)$/.test(fill))
    const [dear, middle, cheap] = [1, 2, 3].map((place) => dots.find(({ fill }) => fill === `var(--plot-${place})`))
    expect(dots).toHaveLength(3)
    expect(dear?.x).toBeGreaterThan(middle?.x ?? Number.NaN)
    expect(middle?.x).toBeGreaterThan(cheap?.x ?? Number.NaN)
    expect(dear?.y).toBeLessThan(cheap?.y ?? Number.NaN)
    expect(cheap?.y).toBeLessThan(middle?.y ?? Number.NaN)
    expect(texts(svg)).not.toContain('faceless')
    expect(texts(svg)).toEqual(expect.arrayContaining(['dear', 'middle', 'cheap', "the photos' own level"]))
  })

  it('draws both intervals of a point across and up, the wider the longer', async () => {
    const entries = [
      { label: 'sure', cost: measured(30_000_000, 1_000_000), quality: measured(0.5, 0.05) },
      { label: 'unsure', cost: measured(30_000_000, 2_000_000), quality: measured(0.5, 0.1) },
    ]
    const svg = await drawn({ ...pareto, entries })
    const [sure, unsure] = [1, 2].map((place) => {
      const lines = linesOf(svg, `var(--plot-${place})`)
      return {
        across: Math.max(...lines.map(({ width }) => width)),
        up: Math.max(...lines.map(({ height }) => height)),
      }
    })
    expect(sure?.across).toBeGreaterThan(5)
    const dot = dotsOf(svg).find(({ fill }) => fill === 'var(--plot-2)')
    const [across, up] = linesOf(svg, 'var(--plot-2)')
    for (const line of [across, up]) {
      expect(line?.x).toBeCloseTo(dot?.x ?? Number.NaN, 0)
      expect(line?.y).toBeCloseTo(dot?.y ?? Number.NaN, 0)
    }
    expect((unsure?.across ?? 0) / (sure?.across ?? 0)).toBeCloseTo(2, 1)
    expect((unsure?.up ?? 0) / (sure?.up ?? 0)).toBeCloseTo(2, 1)
  })

  it('says in words who is not drawn and why, and whom nobody beats', async () => {
    const description = (await drawn(pareto)).querySelector('desc')?.textContent
    expect(description).toContain('faceless: cost $0.01, likeness no face found.')
    expect(description).toContain('Not drawn: faceless.')
    expect(description).toContain('nobody beats cheap, dear in both')
    expect(description).toContain('dear: cost $0.06, likeness 0.80 (0.75 to 0.85).')
    expect(description).toContain('In brackets: 95 % intervals.')
  })

  it('names points too close together in a key, each with its symbol', async () => {
    const entries = Array.from({ length: 12 }, (_, index) => ({
      label: `entry number ${index}`,
      cost: { state: 'measured', value: 30_000_000 + index * 100_000 } as const,
      quality: measured(0.5 + index / 500, 0.05),
    }))
    const svg = await drawn({ ...pareto, entries })
    const dots = dotsOf(svg).filter(({ fill }) => fill?.startsWith('var(--plot-') && /\d\)$/.test(fill))
    expect(dots).toHaveLength(24)
    for (const { label } of entries) expect(texts(svg).filter((text) => text === label)).toHaveLength(1)
  })

  it('stands with no number at all', async () => {
    const entries = pareto.entries.slice(3)
    const svg = await drawn({ ...pareto, entries, reference: undefined })
    expect(dotsOf(svg)).toEqual([])
    expect(svg.querySelector('desc')?.textContent).toContain('Not drawn: faceless.')
  })
})

describe('a ranking plot', () => {
  it('puts the best first and who has no number last, with the colour of the given place', async () => {
    const svg = await drawn(ranking)
    const labels = texts(svg).filter((text) => ['faceless', 'low', 'high'].includes(text ?? ''))
    expect(labels).toEqual(['high', 'low', 'faceless'])
    const high = dotsOf(svg).find(({ fill }) => fill === 'var(--plot-3)')
    const low = dotsOf(svg).find(({ fill }) => fill === 'var(--plot-2)')
    expect(high?.y).toBeLessThan(low?.y ?? Number.NaN)
    expect(high?.x).toBeGreaterThan(low?.x ?? Number.NaN)
    expect(texts(svg)).toContain('no face found')
  })

  it('draws each interval around its point', async () => {
    const entries = [
      { label: 'sure', figure: measured(0.5, 0.05) },
      { label: 'unsure', figure: measured(0.7, 0.1) },
    ]
    const svg = await drawn({ ...ranking, entries })
    const [sure, unsure] = [1, 2].map((place) => ({
      line: linesOf(svg, `var(--plot-${place})`)[0],
      dot: dotsOf(svg).find(({ fill }) => fill === `var(--plot-${place})`),
    }))
    expect((unsure?.line?.width ?? 0) / (sure?.line?.width ?? 0)).toBeCloseTo(2, 1)
    for (const one of [sure, unsure]) expect(one?.line?.x).toBeCloseTo(one?.dot?.x ?? Number.NaN, 0)
  })

  it('puts the lowest first where lower is better', async () => {
    const svg = await drawn({ ...ranking, measure: { title: 'blur', direction: 'lower' } })
    const labels = texts(svg).filter((text) => ['faceless', 'low', 'high'].includes(text ?? ''))
    expect(labels).toEqual(['low', 'high', 'faceless'])
  })
})

describe('a measure without a better end', () => {
  const measure = { title: 'exposure', unit: 'grey levels', direction: 'as-photos' } as const

  it('is not ranked', async () => {
    const svg = await drawn({ ...ranking, measure })
    const labels = texts(svg).filter((text) => ['faceless', 'low', 'high'].includes(text ?? ''))
    expect(labels).toEqual(['faceless', 'low', 'high'])
    expect(svg.querySelector('desc')?.textContent).not.toContain('best first')
    expect(texts(svg)).toContain('exposure, grey levels (nearest to the photos is better) →')
  })
})

describe('a latency plot', () => {
  it('has a dot for each job and a box for each entry with times', async () => {
    const svg = await drawn(latency)
    expect(svg.querySelectorAll('circle')).toHaveLength(5)
    expect(svg.querySelectorAll('rect')).toHaveLength(1)
    expect(texts(svg)).toEqual(expect.arrayContaining(['median 3.0 s of 5, 1 failed', 'no times, 2 failed']))
  })

  it('draws the same whatever the order of the jobs', async () => {
    const [quick, ...others] = latency.entries
    if (quick === undefined) throw new Error('The sample is empty.')
    const reversed = { ...quick, durationsMs: quick.durationsMs.toReversed() }
    expect(await renderPlot({ ...latency, entries: [reversed, ...others] }, { id: 'plot' })).toBe(
      await renderPlot(latency, { id: 'plot' }),
    )
  })

  it('says that its axis is logarithmic where it is, and labels each tick', async () => {
    const entries = [{ label: 'wide', durationsMs: [900, 300_000] }]
    const words = texts(await drawn({ ...latency, entries }))
    expect(words).toContain('time, logarithmic (lower is better) →')
    expect(words).toEqual(expect.arrayContaining(['1 s', '5 s', '2 min']))
    expect(texts(await drawn(latency)).join()).not.toContain('logarithmic')
  })
})

describe('a heatmap', () => {
  it('colours cells by their number, and tells of those that have none', async () => {
    const svg = await drawn(heatmap)
    const strengths = [...svg.querySelectorAll('rect[fill-opacity]')].map((cell) =>
      Number(cell.getAttribute('fill-opacity')),
    )
    expect(strengths).toEqual([0.08, 1, 0.54])
    expect(svg.querySelectorAll('g[stroke-dasharray] rect')).toHaveLength(1)
    expect(texts(svg).join()).toContain('no face found')
    expect(svg.querySelector('desc')?.textContent).toContain('1 of 4 cells have no number')
  })
})

describe('the names of the rows of a heatmap', () => {
  /** Height of the middle of a text, and of the cell with a number. */
  const heightOf = (svg: Element, words: string) => {
    const text = [...svg.querySelectorAll('text')].find(({ textContent }) => textContent.startsWith(words))
    return Number(/,([\d.]+)\)/.exec(text?.getAttribute('transform') ?? '')?.[1])
  }

  it('stand beside their cells where there is room, else above them', async () => {
    const wide = await drawn(heatmap)
    expect(heightOf(wide, '2. a {subject} at sea')).toBeCloseTo(heightOf(wide, '0.50'), 0)
    const narrow = parse(await renderPlot(heatmap, { id: 'plot', width: 340 }))
    expect(heightOf(narrow, '0.50') - heightOf(narrow, '2. a {subject} at sea')).toBeGreaterThan(15)
    const columns = Array.from({ length: 8 }, (_, index) => `vendor ${index}`)
    const rows = heatmap.rows.map(({ label }) => ({
      label,
      cells: columns.map(() => ({ state: 'measured', value: 0.5 }) as const),
    }))
    const many = await drawn({ ...heatmap, columns, rows })
    expect(heightOf(many, '0.50') - heightOf(many, '1. a {subject}')).toBeGreaterThan(15)
  })
})

describe('a heatmap of long names', () => {
  it('heads its columns with letters and says whose they are', async () => {
    const columns = [
      'a vendor with a portrait preset and a long name',
      'a vendor with a portrait preset and another name',
    ]
    const words = texts(await drawn({ ...heatmap, columns }))
    expect(words).toEqual(
      expect.arrayContaining(['A', 'B', ...columns.map((name, index) => `${'AB'[index]}  ${name}`)]),
    )
  })
})

describe('plotFigure', () => {
  it('has a drawing for each width and a table, and no id twice', async () => {
    const markup = (await Promise.all(all.map((spec) => plotFigure(spec, { id: spec.kind })))).join('')
    const document = parse(markup)
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(document.querySelectorAll('svg.plot-wide')).toHaveLength(4)
    expect(document.querySelectorAll('svg.plot-narrow')).toHaveLength(4)
    expect(document.querySelectorAll('details table')).toHaveLength(4)
    expect(markup).toContain('Bars: 95 % intervals.')
    expect(document.querySelector('.plot-note')?.textContent).toContain('Not drawn: faceless (no face found).')
    // Colours come once, from the page.
    expect(markup).not.toContain('<style')
    expect(plotStyles).toContain('prefers-color-scheme: dark')
  })

  it('speaks of the line of the unbeaten only where there is one', async () => {
    const noteOf = async (spec: PlotSpec) =>
      parse(await plotFigure(spec, { id: 'plot' })).querySelector('.plot-note')?.textContent
    expect(await noteOf(pareto)).toContain('Stepped line')
    const [best] = pareto.entries
    if (best === undefined) throw new Error('The sample is empty.')
    expect(await noteOf({ ...pareto, entries: [best] })).toBe('Bars: 95 % intervals.')
  })

  it('cuts a long label in the drawing and not in the table', async () => {
    const label = 'a {subject} '.repeat(20).trim()
    const [first, ...others] = heatmap.rows
    if (first === undefined) throw new Error('The sample is empty.')
    const markup = await plotFigure({ ...heatmap, rows: [{ ...first, label }, ...others] }, { id: 'plot' })
    const document = parse(markup)
    const drawing = [...document.querySelectorAll('svg.plot-narrow text')].map(({ textContent }) => textContent)
    expect(drawing.filter((text) => text?.startsWith('1. a {subject}')).every((text) => text?.endsWith('…'))).toBe(true)
    expect(document.querySelector('tbody th')?.textContent).toBe(label)
  })
})
