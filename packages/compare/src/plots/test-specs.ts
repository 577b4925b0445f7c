import type { HeatmapPlot, LatencyPlot, ParetoPlot, PlotValue, RankingPlot } from './spec.js'

/** A number with an interval of the same distance on both sides. */
export const measured = (value: number, distance: number): PlotValue => ({
  state: 'measured',
  value,
  interval: { low: value - distance, high: value + distance },
})

/** No number. */
const absent: PlotValue = { state: 'not-measured', message: 'no face found' }

const measure = { title: 'likeness', direction: 'higher' } as const
const intervals = '95 % intervals'
const cost = (nano: number): PlotValue => ({ state: 'measured', value: nano })

/** The dear one is the best, the middle one is beaten by the cheap one, one has no likeness. */
export const pareto: ParetoPlot = {
  kind: 'pareto',
  title: 'Cost against likeness',
  measure,
  intervals,
  entries: [
    { label: 'dear', cost: cost(60_000_000), quality: measured(0.8, 0.05) },
    { label: 'middle', cost: cost(35_000_000), quality: measured(0.5, 0.05) },
    { label: 'cheap', cost: cost(20_000_000), quality: measured(0.6, 0.05) },
    { label: 'faceless', cost: cost(10_000_000), quality: absent },
  ],
  reference: { label: "the photos' own level", value: 0.85 },
}

/** Given worst first. */
export const ranking: RankingPlot = {
  kind: 'ranking',
  title: 'Likeness',
  measure,
  intervals,
  entries: [
    { label: 'faceless', figure: absent },
    { label: 'low', figure: measured(0.5, 0.05) },
    { label: 'high', figure: measured(0.8, 0.05) },
  ],
}

/** One entry with times, one that only failed. */
export const latency: LatencyPlot = {
  kind: 'latency',
  title: 'Time',
  entries: [
    { label: 'quick', durationsMs: [4000, 1000, 2000, 3000, 5000], failed: 1 },
    { label: 'dead', durationsMs: [], failed: 2 },
  ],
}

/** Two prompts at two entries, one cell without a number. */
export const heatmap: HeatmapPlot = {
  kind: 'heatmap',
  title: 'By prompt',
  measure,
  columns: ['one', 'two'],
  rows: [
    { label: 'a {subject} in snow', cells: [cost(0.25), cost(0.75)] },
    { label: 'a {subject} at sea', cells: [absent, cost(0.5)] },
  ],
}
