/** Marks by position, so that colour is never the only difference. */
const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye', 'cross', 'hexagon'] as const

/** Series colours on white and on a dark card; each is at least 3:1 against its ground. */
export const seriesColours = {
  light: ['#0d74ce', '#b54708', '#1b7f4d', '#8e4ec6', '#c3302b', '#0e7c86', '#815e46', '#60646c'],
  dark: ['#70b8ff', '#ffa057', '#3dd68c', '#d19dff', '#ff9592', '#4ccce6', '#d4b39a', '#b0b4ba'],
} as const

/** Grounds and inks that the colours were chosen against; the same as the report's. */
export const grounds = {
  light: { ground: '#ffffff', ink: '#1c2024', soft: '#60646c', line: '#e0e1e6', heat: '#8ec8f6' },
  dark: { ground: '#1a1b1e', ink: '#edeef0', soft: '#a7abb3', line: '#363a3f', heat: '#0d5b9f' },
} as const

/** The CSS colour of an entry by its position. */
export const seriesColour = (index: number) => `var(--plot-${(index % seriesColours.light.length) + 1})`

/** The symbol of an entry by its position: with as many of them as colours, a ninth entry would look like the first. */
export const seriesSymbol = (index: number) =>
  symbols[(index + Math.floor(index / symbols.length)) % symbols.length] ?? 'circle'

function variables(scheme: 'light' | 'dark'): string {
  const { ground, soft, line, heat } = grounds[scheme]
  const series = seriesColours[scheme].map((colour, index) => `--plot-${index + 1}: ${colour};`).join(' ')
  return `--plot-ground: ${ground}; --plot-soft: ${soft}; --plot-line: ${line}; --plot-heat: ${heat}; ${series}`
}

/** Colours of a plot. Text takes the page's own colour; a plot that is a file of its own brings ink and ground. */
export const plotTheme = `.likeness-plot, .plot-note, .plot-mark { ${variables('light')} }
.likeness-plot { display: block; width: 100%; height: auto; }
.likeness-plot text { white-space: pre; }
.likeness-plot:root { color: ${grounds.light.ink}; background: ${grounds.light.ground}; }
@media (prefers-color-scheme: dark) { .likeness-plot, .plot-note, .plot-mark { ${variables('dark')} }
.likeness-plot:root { color: ${grounds.dark.ink}; background: ${grounds.dark.ground}; } }`

/**
 * What a page with `plotFigure`s needs in its style sheet, once: colours in light and dark, the table, and which of the
 * two widths is seen. Follows the width of the figure and not of the window.
 */
export const plotStyles = `${plotTheme}
.plot-figure { container-type: inline-size; }
.plot-narrow { display: none; }
@container (max-width: 32rem) { .plot-wide { display: none; } .plot-narrow { display: block; } }
.plot-note { margin: .25rem 0 0; font-size: .85rem; color: var(--plot-soft); }
.plot-figure details { margin-top: .5rem; font-size: .9rem; }
.plot-figure summary { cursor: pointer; }
.plot-table { overflow-x: auto; }
.plot-table table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.plot-table th, .plot-table td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid; vertical-align: top; }
.plot-table caption { text-align: left; padding: .35rem 0; }
`
