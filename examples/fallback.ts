// A router over two vendors, one of which breaks. npx -y pnpm@12 example examples/fallback.ts
import { createAstria } from '@likeness/astria'
import { formatUSD, generate, systemClock } from '@likeness/core'
import { createEmulator } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createLedger, createRouter, ledgerTotals, mirror } from '@likeness/router'

// Stands for the vendors. To go live: createFal() and createAstria(), which read FAL_KEY and ASTRIA_API_KEY.
const emulator = createEmulator()
const { fetch } = emulator
const fal = createFal({ ...emulator.endpoints.fal, fetch, minimumPollMs: 250 })
const astria = createAstria({ ...emulator.endpoints.astria, fetch, minimumPollMs: 250 })

const ledger = createLedger({
  clock: systemClock,
  budgets: [{ name: 'a run', limitUSD: 10, per: 'run' }],
})
const router = createRouter({
  id: 'best',
  providers: { fal, astria },
  target: { strategy: { mode: 'fallback' }, targets: [{ provider: 'fal' }, { provider: 'astria' }] },
  ledger,
  run: 'example',
})

// A vendor can only stand in for another if it holds the subject too.
const { portfolio } = await mirror({
  providers: [router],
  subject: { className: 'robot', kind: 'product', name: 'Pip' },
  images: [`${import.meta.dirname}/photos`],
  trigger: 'ohwx',
  ledger,
  run: 'example',
  maximumUSD: 8,
})
console.log(`Trained at ${portfolio.models.map(({ provider }) => provider).join(' and ')}.`)

emulator.vendors.fal.fault({ operation: 'generation.submit', times: 100, fault: { type: 'unavailable' } })

const { images, trail, cost } = await generate({ provider: router, portfolio, prompt: 'a pencil sketch of {subject}' })
for (const { target, outcome, kind = '', ms, next = '' } of trail) console.log(target, outcome, kind, `${ms} ms`, next)
await images[0]?.save('robot-fallback.jpg')
console.log(`Wrote robot-fallback.jpg for ${cost ? formatUSD(cost.amount) : 'an unknown price'}.`)
for (const { key, settled, unknown } of ledgerTotals(ledger.entries(), 'provider')) {
  console.log(`${key}: ${formatUSD(settled)} settled, ${unknown} unknown`)
}
await emulator.close()
