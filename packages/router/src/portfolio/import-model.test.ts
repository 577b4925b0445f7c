import { createPortfolio, fineTune, generate, type ModelReference, type Provider } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importModel } from './import-model.js'
import { createVendors, failureOf, sneaker, type VendorName, type Vendors } from './test-vendors.js'

let vendors: Vendors
beforeEach(() => {
  vendors = createVendors()
})
afterEach(() => vendors.emulator.close())

/** What a training without Likeness leaves behind: ids and addresses, in the vendor's words. */
async function trainedAt(provider: Provider) {
  const { model } = await fineTune({ provider, subject: sneaker, images: trainingPhotos(), trigger: 'ohwx' })
  return model
}

async function drawnFrom(name: VendorName, provider: Provider, reference: Omit<ModelReference, 'subject'>) {
  const portfolio = await importModel({ provider, reference: { ...reference, subject: sneaker } })
  expect(portfolio.models).toHaveLength(1)
  await generate({ provider, portfolio, prompt: 'a photo of {subject}' })
  return vendors.emulator.vendors[name].jobs.find(({ kind }) => kind === 'generation')?.appliedFineTunes
}

const trainingsBilled = (name: VendorName) =>
  vendors.emulator.vendors[name].invoice.filter(({ kind }) => kind === 'fine-tune').length

describe('importModel', () => {
  it("takes over Astria's tune by its id, and draws the subject with it", async () => {
    const { id } = await trainedAt(vendors.astria)
    expect(await drawnFrom('astria', vendors.astria, { id })).toEqual([id])
    expect(trainingsBilled('astria')).toBe(1)
  })

  it("takes over fal's training by its request id", async () => {
    const { id, weights } = await trainedAt(vendors.fal)
    expect(await drawnFrom('fal', vendors.fal, { id, trigger: 'ohwx' })).toEqual([weights?.url])
  })

  it('takes over a LoRA by its address', async () => {
    const url = (await trainedAt(vendors.fal)).weights?.url
    expect(await drawnFrom('fal', vendors.fal, { url, base: 'flux-1-dev', trigger: 'ohwx' })).toEqual([url])
  })

  it("takes over Segmind's model by its id and by its slug", async () => {
    const model = await trainedAt(vendors.segmind)
    expect(await drawnFrom('segmind', vendors.segmind, { id: model.id, trigger: 'ohwx' })).toEqual([model.id])
    const slug = model.data?.slug
    if (typeof slug !== 'string') throw new Error('the model has no slug')
    const portfolio = await importModel({
      provider: vendors.segmind,
      reference: { id: slug, subject: sneaker, trigger: 'ohwx' },
    })
    expect(portfolio.models[0]).toMatchObject({ id: model.id, provider: 'segmind' })
  })

  it('adds to a portfolio, and replaces what it held of the same model', async () => {
    const { id } = await trainedAt(vendors.astria)
    const reference = { id, subject: sneaker }
    const first = await importModel({ provider: vendors.astria, reference })
    const again = await importModel({ provider: vendors.astria, reference, portfolio: first })
    expect(again).toEqual(first)
  })

  it('refuses another subject, an empty reference, and what the vendor does not take over, with nothing sent', async () => {
    const portfolio = createPortfolio({ className: 'sneaker', name: 'Walker' })
    const provider = vendors.astria
    const other = await failureOf(importModel({ provider, reference: { id: '1', subject: sneaker }, portfolio }))
    expect(other).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'reference.subject' }] })
    const empty = await failureOf(importModel({ provider, reference: { subject: sneaker } }))
    expect(empty).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'reference' }] })
    const reference = { url: 'https://files.example/lora.safetensors', subject: sneaker }
    const address = await failureOf(importModel({ provider, reference }))
    expect(address).toMatchObject({ kind: 'unsupported', fields: [{ field: 'reference.url' }] })
    expect(vendors.requests()).toBe(0)
  })

  it('tells what the vendor does not know', async () => {
    const reference = { id: '424242', subject: sneaker }
    expect((await failureOf(importModel({ provider: vendors.astria, reference }))).kind).toBe('not-found')
  })
})
