// node scripts/plot-samples.mjs [folder]
// Draws every kind of plot with made-up figures and photographs the page in Chromium: light and dark, at a desk and on a phone.
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { plotFigure, plotStyles, renderPlot } from '../dist/index.js'
import { phonePage, photograph } from './chromium.mjs'

const folder = process.argv[2] ?? join(tmpdir(), 'likeness-plots')

const measured = (value, spread) => ({
  state: 'measured',
  value,
  interval: { low: value - spread, high: value + spread },
})
const absent = (message) => ({ state: 'not-measured', message })
const likeness = { title: 'likeness to held-out photos', direction: 'higher' }
const intervals = '95 % intervals, of made-up figures'
const reference = { label: "the photos' own level", value: 0.82 }
const cost = (dollars) => ({ state: 'measured', value: Math.round(dollars * 1e9) })
const wave = (count, base, swing) =>
  Array.from({ length: count }, (_, index) => Math.round(base + swing * Math.sin(index * 1.7) ** 4 + 37 * (index % 11)))

const figures = [
  [
    'frontier',
    {
      kind: 'pareto',
      title: 'Cost against likeness',
      measure: likeness,
      intervals,
      reference,
      entries: [
        { label: 'first', cost: cost(0.021), quality: measured(0.55, 0.05) },
        { label: 'second, portrait preset', cost: measured(35_000_000, 4_000_000), quality: measured(0.71, 0.04) },
        { label: 'third', cost: cost(0.0365), quality: measured(0.69, 0.03) },
        { label: 'third, fast', cost: cost(0.034), quality: measured(0.6, 0.06) },
        { label: 'fourth', cost: cost(0.06), quality: measured(0.74, 0.02) },
        { label: 'fifth', cost: cost(0.05), quality: absent('no face found') },
      ],
    },
  ],
  [
    'ranking',
    {
      kind: 'ranking',
      title: 'Likeness with its uncertainty',
      measure: likeness,
      intervals,
      reference,
      entries: [
        { label: 'first', figure: measured(0.55, 0.05) },
        { label: 'second, portrait preset with a long name that goes on', figure: measured(0.71, 0.04) },
        { label: 'third', figure: measured(0.69, 0.03) },
        { label: 'fifth', figure: absent('no face found') },
      ],
    },
  ],
  [
    'latency',
    {
      kind: 'latency',
      title: 'Time to the last picture',
      entries: [
        { label: 'first', durationsMs: wave(60, 2_100, 900) },
        { label: 'second, portrait preset', durationsMs: wave(60, 4_000, 9_000), failed: 3 },
        { label: 'third', durationsMs: [3_000, 3_100, 9_000] },
        { label: 'fourth', durationsMs: [], failed: 4 },
      ],
    },
  ],
  [
    'slow',
    {
      kind: 'latency',
      title: 'Time with queue',
      entries: [
        { label: 'first', durationsMs: wave(40, 900, 900) },
        { label: 'second', durationsMs: wave(40, 4_000, 290_000) },
      ],
    },
  ],
  [
    'heatmap',
    {
      kind: 'heatmap',
      title: 'Likeness by prompt',
      measure: likeness,
      columns: ['first', 'second, portrait preset', 'third'],
      rows: [
        {
          label: 'a portrait of {subject} in the snow, soft light, 85 mm, looking at the camera with a smile',
          cells: [measured(0.55, 0.1), measured(0.72, 0.1), measured(0.69, 0.1)],
        },
        { label: '{subject} on a beach', cells: [measured(0.41, 0.1), measured(0.78, 0.1), absent('no face found')] },
        {
          label: '{subject} as an astronaut, oil painting',
          cells: [absent('blocked by the filter'), measured(0.6, 0.1), measured(0.66, 0.1)],
        },
      ],
      intervals,
    },
  ],
]

await mkdir(folder, { recursive: true })
const drawn = await Promise.all(figures.map(([id, spec]) => plotFigure(spec, { id })))
const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plots</title><style>:root { color-scheme: light dark; --card: #fff; --ink: #1c2024; }
@media (prefers-color-scheme: dark) { :root { --card: #1a1b1e; --ink: #edeef0; } }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; background: var(--card); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
figure { margin: 0 0 2rem; } figcaption { font-weight: 600; } ${plotStyles}</style></head>
<body>${drawn.join('\n')}</body></html>`
await writeFile(join(folder, 'page.html'), page)
for (const [id, spec] of figures) await writeFile(join(folder, `${id}.svg`), await renderPlot(spec, { id }))

const addressOf = (file) => pathToFileURL(join(folder, file)).href
const phone = await phonePage(join(folder, 'phone.html'), addressOf('page.html'), 2300)
for (const scheme of ['light', 'dark']) {
  const shot = (name, size, address) =>
    photograph({ address, file: join(folder, `${name}-${scheme}.png`), size, scheme })
  await shot('wide', [800, 2400], addressOf('page.html'))
  await shot('phone', [500, 2300], phone)
  await shot('file', [640, 384], addressOf('frontier.svg'))
}
