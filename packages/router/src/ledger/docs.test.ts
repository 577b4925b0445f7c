import { readFileSync, writeFileSync } from 'node:fs'
import { generate } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { mirror } from '../portfolio/mirror.js'
import { createVendors, sneaker } from '../portfolio/test-vendors.js'
import { createRouter } from '../router.js'
import { createLedger } from './create-ledger.js'
import { driftReport } from './drift.js'
import { toCSV } from './export.js'
import { ledgerTotals } from './totals.js'
import type { LedgerEntry } from './types.js'

const page = new URL('../../docs/ledger.md', import.meta.url)

/** A training, two pictures, one whose answer is lost, and one for which there is no money. */
async function spend() {
  const vendors = createVendors()
  const { clock, fal } = vendors
  const ledger = createLedger({
    clock,
    budgets: [
      { name: 'all', limitUSD: 50, per: 'month' },
      { name: 'customers', limitUSD: 0.15, per: 'day', tags: { customer: '*' } },
    ],
  })
  try {
    const trained = await mirror({ providers: [fal], subject: sneaker, images: trainingPhotos(), ledger })
    const router = createRouter({ providers: { fal }, target: { provider: 'fal' }, ledger, clock, run: 'spring' })
    const picture = () =>
      generate({
        provider: router,
        portfolio: trained.portfolio,
        prompt: 'a photo of {subject}',
        n: 2,
        tags: { customer: 'acme' },
      })
    await picture()
    vendors.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    await expect(picture()).rejects.toMatchObject({ kind: 'outcome-unknown' })
    const refusal = await picture().catch(String)
    return { ledger, refusal }
  } finally {
    await vendors.emulator.close()
  }
}

/** One object a line. */
const json = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n')

async function someColumns(entries: readonly LedgerEntry[]): Promise<string> {
  const wanted = ['state', 'kind', 'provider', 'reservedUSD', 'costUSD', 'costNanoUSD', 'tag:customer']
  const rows: Record<string, string>[] = parse(await toCSV(entries), { columns: true })
  return [wanted, ...rows.map((row) => wanted.map((column) => row[column]))].map((cells) => cells.join(',')).join('\n')
}

it('the page about the ledger shows what it really says (UPDATE_README=1 writes it)', async () => {
  const { ledger, refusal } = await spend()
  const entries = ledger.entries()
  const shown: Readonly<Record<string, string>> = {
    refusal: String(refusal),
    budgets: json(ledger.budgets()),
    totals: json(ledgerTotals(entries, 'tag:customer')),
    drift: json(driftReport(entries)),
    csv: await someColumns(entries),
  }
  const filled = (text: string) =>
    text.replace(
      /(<!-- (\w+) -->\n```\w*\n)[\s\S]*?(\n```)/g,
      (_, start, name: string, end) => `${start}${shown[name]}${end}`,
    )
  if (process.env.UPDATE_README === '1') writeFileSync(page, filled(readFileSync(page, 'utf8')))
  const text = readFileSync(page, 'utf8')
  for (const name of Object.keys(shown)) expect(text).toContain(`<!-- ${name} -->`)
  expect(text).toBe(filled(text))
})
