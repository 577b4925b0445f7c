import { generate, type Portfolio } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLedger } from '../ledger/create-ledger.js'
import type { Ledger } from '../ledger/types.js'
import { createRouter } from '../router.js'
import { erase } from './erase/erase.js'
import { mirror } from './mirror.js'
import { onDemand } from './on-demand.js'
import { createVendors, sneaker, type Vendors } from './test-vendors.js'

let vendors: Vendors
let ledger: Ledger
beforeEach(() => {
  vendors = createVendors()
  ledger = createLedger({ clock: vendors.clock })
})
afterEach(() => vendors.emulator.close())

const photos = trainingPhotos()
const prompt = 'a photo of {subject}'
const settled = () => ledger.entries().reduce((sum, { cost }) => sum + (cost?.amount ?? 0), 0)

describe('a portfolio behind a router', () => {
  it('is trained on demand where ten requests fall back to a vendor without a model, once', async () => {
    const { portfolio } = await mirror({ providers: [vendors.fal], subject: sneaker, images: photos, ledger })
    await vendors.emulator.vendors.fal.goOffline()
    const kept: Portfolio[] = []
    const models = onDemand({
      subject: sneaker,
      images: photos,
      ledger,
      onTrained: (_model, next) => void kept.push(next),
    })
    const router = createRouter({
      providers: { fal: vendors.fal, astria: vendors.astria },
      target: { strategy: { mode: 'fallback' }, targets: [{ provider: 'fal' }, { provider: 'astria' }] },
      ledger,
      onDemand: models,
      clock: vendors.clock,
    })
    const results = await Promise.all(
      Array.from({ length: 10 }, () => generate({ provider: router, portfolio, prompt })),
    )
    expect(results.every(({ images }) => images.length === 1)).toBe(true)
    const { invoice, jobs } = vendors.emulator.vendors.astria
    const trainings = invoice.filter(({ kind }) => kind === 'fine-tune')
    expect(trainings).toHaveLength(1)
    expect(kept).toHaveLength(1)
    const drawn = jobs.filter(({ kind }) => kind === 'generation')
    expect(drawn).toHaveLength(10)
    expect(drawn.every(({ appliedFineTunes }) => appliedFineTunes[0] === trainings[0]?.jobId)).toBe(true)
    expect(settled()).toBe(vendors.billedInAll())
  })

  it('is erased with the pictures that the router has noted in its ledger', async () => {
    const { portfolio } = await mirror({ providers: [vendors.fal], subject: sneaker, images: photos, ledger })
    const other = await mirror({ providers: [vendors.fal], subject: { className: 'dog' }, images: photos, ledger })
    const router = createRouter({
      providers: { fal: vendors.fal },
      target: { provider: 'fal' },
      ledger,
      clock: vendors.clock,
    })
    const mine = await generate({ provider: router, portfolio, prompt, n: 2 })
    const theirs = await generate({ provider: router, portfolio: other.portfolio, prompt })
    const { lines } = await erase({ portfolio, providers: [router], ledger })
    expect(lines.filter(({ item, outcome }) => item === 'outputs' && outcome === 'deleted').length).toBeGreaterThan(0)
    const status = async (url: string | undefined) => (await vendors.emulator.fetch(url ?? '')).status
    expect(await Promise.all(mine.images.map(({ url }) => status(url)))).toEqual([404, 404])
    expect(await status(theirs.images[0]?.url)).toBe(200)
  })
})
