import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createPortfolio,
  type GenerateResult,
  generate,
  LikenessError,
  type Portfolio,
  startFineTune,
} from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLedger } from '../../ledger/create-ledger.js'
import type { Ledger } from '../../ledger/types.js'
import { mirror } from '../mirror.js'
import { createVendors, failureOf, sneaker, type VendorName, type Vendors } from '../test-vendors.js'
import { keepWeights } from '../weights/keep-weights.js'
import { erase } from './erase.js'
import type { ReceiptLine } from './receipt.js'

let vendors: Vendors
let ledger: Ledger
beforeEach(() => {
  vendors = createVendors()
  ledger = createLedger({ clock: vendors.clock })
})
afterEach(() => vendors.emulator.close())

const photos = trainingPhotos()

async function trained(names: readonly VendorName[]): Promise<Portfolio> {
  const providers = names.map((name) => vendors[name])
  return (await mirror({ providers, subject: sneaker, images: photos, ledger })).portfolio
}

/** A picture that the ledger knows of, as a router leaves it there. */
async function drawn(name: VendorName, portfolio: Portfolio): Promise<GenerateResult> {
  const result = await generate({ provider: vendors[name], portfolio, prompt: 'a photo of {subject}' })
  const { idempotencyKey } = result.handle
  const model = portfolio.models.find(({ provider }) => provider === name)?.id
  const entry = { kind: 'generation', provider: name, idempotencyKey, request: idempotencyKey, model } as const
  const reservation = await ledger.reserve(entry)
  await reservation.accept(result.handle)
  await reservation.settle(result.cost)
  return result
}

/** As a browser would find it: Astria's addresses of pictures lead on to its storage. */
async function statusOf(url: string | undefined): Promise<number> {
  const { status, headers } = await vendors.emulator.fetch(url ?? '')
  const next = headers.get('location')
  return status === 302 && next !== null ? statusOf(next) : status
}

const outcomesOf = (lines: readonly ReceiptLine[], provider: string) =>
  Object.fromEntries(lines.filter((line) => line.provider === provider).map(({ item, outcome }) => [item, outcome]))

function atAstria(path: string) {
  const { baseURL, apiKey } = vendors.emulator.endpoints.astria
  return vendors.emulator.fetch(`${baseURL}${path}`, { headers: { authorization: `Bearer ${apiKey}` } })
}

describe('erase', () => {
  it('leaves nothing at a vendor that deletes all of it', async () => {
    const portfolio = await trained(['astria'])
    const { images, handle } = await drawn('astria', portfolio)
    const { id } = portfolio.models[0] ?? {}
    expect((await atAstria(`/tunes/${id}`)).status).toBe(200)
    expect(await statusOf(images[0]?.url)).toBe(200)

    const receipt = await erase({ portfolio, providers: [vendors.astria], ledger })
    expect((await atAstria(`/tunes/${id}`)).status).toBe(404)
    expect((await atAstria(`/prompts/${handle.id}`)).status).toBe(404)
    expect(await statusOf(images[0]?.url)).toBe(404)
    expect(receipt.lines).toContainEqual({ provider: 'astria', item: 'outputs', id: handle.id, outcome: 'deleted' })
    expect(outcomesOf(receipt.lines, 'astria')).toMatchObject({ model: 'deleted', weights: 'deleted' })
    expect(receipt.portfolio.models).toEqual([])
    expect(receipt.subject).toEqual(sneaker)
    expect(JSON.parse(JSON.stringify(receipt))).toEqual(receipt)
    expect(receipt.at).toBe(new Date(vendors.clock.now()).toISOString())
  })

  it('says of each vendor what it could not delete, and goes on', async () => {
    const portfolio = await trained(['fal', 'segmind', 'astria'])
    const picture = await drawn('fal', portfolio)
    await drawn('segmind', portfolio)
    const [atFal] = portfolio.models.filter(({ provider }) => provider === 'fal')
    const { lines, complete, remaining, portfolio: rest } = await erase({ portfolio, providers: vendors.all, ledger })
    expect(await statusOf(picture.images[0]?.url)).toBe(404)
    expect(await statusOf(atFal?.weights?.url)).toBe(404)
    expect(complete).toBe(false)
    expect(lines).toContainEqual({ provider: 'fal', item: 'outputs', id: picture.handle.id, outcome: 'deleted' })
    expect(outcomesOf(lines, 'fal')).toMatchObject({ weights: 'deleted', dataset: 'impossible' })
    expect(outcomesOf(lines, 'segmind')).toMatchObject({ model: 'impossible', dataset: 'impossible' })
    expect(remaining.some((text) => /^fal, dataset of .*: must be deleted by hand\. fal's API/.test(text))).toBe(true)
    expect(remaining.some((text) => /^segmind, model of .* support/.test(text))).toBe(true)
    // What Segmind keeps stays in the portfolio, so that a person can name it to the vendor.
    expect(rest.models.map(({ provider }) => provider)).toEqual(['segmind'])
  })

  it('tells a failure in the receipt, and can be repeated', async () => {
    const portfolio = await trained(['fal', 'astria'])
    vendors.emulator.vendors.fal.settings.adminScope = false
    const first = await erase({ portfolio, providers: [vendors.fal, vendors.astria], ledger })
    expect(outcomesOf(first.lines, 'fal')).toMatchObject({ weights: 'failed' })
    expect(outcomesOf(first.lines, 'astria')).toMatchObject({ model: 'deleted' })
    expect(first.remaining.join(' ')).toContain('ADMIN')
    expect(first.portfolio.models.map(({ provider }) => provider)).toEqual(['fal'])
    vendors.emulator.vendors.fal.settings.adminScope = true
    const second = await erase({ portfolio: first.portfolio, providers: [vendors.fal, vendors.astria] })
    expect(second.portfolio.models).toEqual([])
  })

  it('goes on past a vendor that cannot be reached', async () => {
    const portfolio = await trained(['fal', 'astria'])
    await vendors.emulator.vendors.fal.goOffline()
    const { lines, portfolio: rest } = await erase({ portfolio, providers: vendors.all })
    expect(outcomesOf(lines, 'fal')).toMatchObject({ weights: 'failed' })
    expect(outcomesOf(lines, 'astria')).toMatchObject({ model: 'deleted' })
    expect(rest.models).toHaveLength(1)
  })

  it('names the models at providers that were not given', async () => {
    const portfolio = await trained(['fal', 'astria'])
    const { lines, complete } = await erase({ portfolio, providers: [vendors.astria] })
    expect(outcomesOf(lines, 'fal')).toEqual({ model: 'failed', dataset: 'failed' })
    expect(lines.find(({ provider }) => provider === 'fal')?.detail).toContain('not given')
    expect(complete).toBe(false)
  })

  it('sends nothing in a rehearsal', async () => {
    const portfolio = await trained(['fal', 'astria'])
    await drawn('fal', portfolio)
    const requests = vendors.requests()
    const {
      lines,
      complete,
      dryRun,
      portfolio: rest,
    } = await erase({
      portfolio,
      providers: [vendors.fal, vendors.astria],
      ledger,
      dryRun: true,
    })
    expect(vendors.requests()).toBe(requests)
    expect({ complete, dryRun }).toEqual({ complete: false, dryRun: true })
    expect(lines.every(({ outcome }) => outcome === 'planned')).toBe(true)
    expect(lines).toHaveLength(5)
    expect(rest).toEqual(portfolio)
  })

  it("leaves another subject's pictures alone, though it is of the same class", async () => {
    const portfolio = createPortfolio({ className: 'sneaker' })
    const another = await trained(['fal'])
    const picture = await drawn('fal', another)
    const { lines } = await erase({ portfolio, providers: vendors.all, ledger })
    expect(lines).toEqual([])
    expect(await statusOf(picture.images[0]?.url)).toBe(200)
  })

  it('finds a training that was paid for and never came into the portfolio', async () => {
    const { handle } = await startFineTune({ provider: vendors.astria, subject: sneaker, images: photos })
    const reservation = await ledger.reserve({
      kind: 'fine-tune',
      provider: 'astria',
      idempotencyKey: handle.idempotencyKey,
      request: handle.idempotencyKey,
      subject: sneaker.name,
    })
    await reservation.accept(handle)
    const options = { portfolio: createPortfolio(sneaker), providers: vendors.all, ledger }
    const early = await erase(options)
    expect(early.lines).toMatchObject([{ provider: 'astria', item: 'dataset', outcome: 'failed' }])
    expect(early.remaining[0]).toContain('erase again when it is done')
    await vendors.clock.advance(24 * 3600_000)
    const later = await erase(options)
    expect(outcomesOf(later.lines, 'astria')).toMatchObject({ model: 'deleted' })
    expect((await atAstria(`/tunes/${handle.id}`)).status).toBe(404)
  })

  it('is not complete where a request may have made what nobody can name', async () => {
    const portfolio = await trained(['astria'])
    const [model] = portfolio.models
    const request = { provider: 'astria', idempotencyKey: 'lost-0000001', request: 'lost-0000001' } as const
    await (await ledger.reserve({ ...request, kind: 'generation', model: model?.id })).unknown('the answer was lost')
    await ledger.reserve({ ...request, kind: 'fine-tune', subject: sneaker.name })
    await (await ledger.reserve({ ...request, kind: 'fine-tune', subject: sneaker.name })).refund('rejected')
    const { lines, complete, remaining } = await erase({ portfolio, providers: [vendors.astria], ledger })
    expect(lines.filter(({ outcome }) => outcome !== 'deleted' && outcome !== 'absent')).toMatchObject([
      { provider: 'astria', item: 'outputs', outcome: 'impossible', detail: expect.stringContaining('`unknown`') },
      { provider: 'astria', item: 'dataset', outcome: 'impossible', detail: expect.stringContaining('`reserved`') },
    ])
    expect([complete, remaining.length]).toEqual([false, 2])
  })

  it('claims nothing that a provider does not say', async () => {
    const portfolio = await trained(['fal'])
    const { fineTune } = vendors.fal
    if (fineTune === undefined) throw new Error('fal trains')
    const silent = { ...vendors.fal, fineTune: { ...fineTune, erase: async () => [] } }
    const { lines, complete, portfolio: rest } = await erase({ portfolio, providers: [silent] })
    expect(outcomesOf(lines, 'fal')).toEqual({ model: 'impossible', dataset: 'impossible' })
    expect([complete, rest.models.length]).toEqual([false, 1])
  })

  it.each([
    ['is not found', async () => Promise.reject(new LikenessError({ kind: 'not-found', message: 'no such request' }))],
    ['has expired', async () => ({ state: 'expired' }) as const],
  ])('does not take the images for gone where the training %s', async (_, status) => {
    const { handle } = await startFineTune({ provider: vendors.fal, subject: sneaker, images: photos })
    const { idempotencyKey } = handle
    const subject = { kind: 'fine-tune', provider: 'fal', idempotencyKey, request: idempotencyKey } as const
    await (await ledger.reserve({ ...subject, subject: sneaker.name })).accept(handle)
    const { fineTune } = vendors.fal
    if (fineTune === undefined) throw new Error('fal trains')
    const forgetful = { ...vendors.fal, fineTune: { ...fineTune, status } }
    const { lines, complete } = await erase({ portfolio: createPortfolio(sneaker), providers: [forgetful], ledger })
    expect(outcomesOf(lines, 'fal')).toEqual({ model: 'absent', dataset: 'impossible' })
    expect(complete).toBe(false)
  })

  it('names weights in the folder of which nobody knows whose they are', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'likeness-erase-'))
    const [unrecorded, half] = [`${'a'.repeat(64)}.safetensors`, `${randomUUID()}.partial`]
    for (const name of [unrecorded, half, 'lora.safetensors']) await writeFile(join(folder, name), 'weights')
    const { lines } = await erase({ portfolio: createPortfolio(sneaker), providers: [], folder })
    const told = (name: string) => lines.find(({ detail }) => detail?.includes(name))
    expect([told(unrecorded)?.outcome, told(half)?.outcome, lines.length]).toEqual(['failed', 'failed', 2])
    await rm(folder, { recursive: true })
  })

  it('deletes kept weights of this subject alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'likeness-erase-'))
    const portfolio = await trained(['fal'])
    const [model] = portfolio.models
    const images = photos.slice(0, 4)
    const other = await mirror({ providers: [vendors.fal], subject: { className: 'dog' }, images })
    const [another] = other.portfolio.models
    if (model === undefined || another === undefined) throw new Error('both are trained')
    await keepWeights({ provider: vendors.fal, model, folder })
    const { kept } = await keepWeights({ provider: vendors.fal, model: another, folder })
    const { lines } = await erase({ portfolio, providers: [vendors.fal], folder })
    expect(lines.filter((line) => line.kept)).toMatchObject([{ provider: 'fal', item: 'weights', outcome: 'deleted' }])
    expect((await readdir(folder)).sort()).toEqual([`${kept.sha256}.json`, `${kept.sha256}.safetensors`])
    const nowhere = await erase({ portfolio, providers: [], folder: join(folder, 'nowhere') })
    expect(nowhere.lines.at(-1)).toMatchObject({ kept: true, outcome: 'failed' })
    await rm(folder, { recursive: true })
  })

  it('refuses two providers of one id', async () => {
    const providers = [vendors.fal, { ...vendors.astria, id: 'fal' }]
    const error = await failureOf(erase({ portfolio: createPortfolio(sneaker), providers }))
    expect(error).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'providers' }] })
  })
})

it('claims nothing of requests that the ledger has forgotten', async () => {
  const forgetful = createLedger({ clock: vendors.clock, finishedEntries: 0 })
  const { portfolio } = await mirror({
    providers: [vendors.astria],
    subject: sneaker,
    images: photos,
    ledger: forgetful,
  })
  const receipt = await erase({ portfolio, providers: [vendors.astria], ledger: forgetful })
  expect(receipt.complete).toBe(false)
  expect(receipt.remaining).toEqual([expect.stringContaining('has forgotten 1 finished requests')])
})
