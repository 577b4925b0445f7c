import { describe, expect, it } from 'vitest'
import { tabulatePlot } from './table.js'
import { heatmap, latency, pareto, ranking } from './test-specs.js'

describe('tabulatePlot', () => {
  it('gives cost and quality, and why there is none', () => {
    expect(tabulatePlot(pareto)).toEqual({
      caption: 'Cost against likeness. In brackets: 95 % intervals.',
      columns: ['entry', 'cost per picture', 'likeness'],
      rows: [
        ['dear', '$0.06', '0.80 (0.75 to 0.85)'],
        ['middle', '$0.035', '0.50 (0.45 to 0.55)'],
        ['cheap', '$0.02', '0.60 (0.55 to 0.65)'],
        ['faceless', '$0.01', 'no face found'],
      ],
    })
  })

  it('ranks as the plot does', () => {
    expect(tabulatePlot(ranking).rows.map(([label]) => label)).toEqual(['high', 'low', 'faceless'])
  })

  it('gives the spread of times, and none where nothing came', () => {
    expect(tabulatePlot(latency).rows).toEqual([
      ['quick', '5', '1', '1.0 s', '2.0 s', '3.0 s', '4.0 s', '5.0 s'],
      ['dead', '0', '2', 'none', 'none', 'none', 'none', 'none'],
    ])
  })

  it('gives every cell of a heatmap', () => {
    expect(tabulatePlot(heatmap).rows).toEqual([
      ['a {subject} in snow', '0.25', '0.75'],
      ['a {subject} at sea', 'no face found', '0.50'],
    ])
  })
})
