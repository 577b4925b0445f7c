import { createHash } from 'node:crypto'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addModel, createPortfolio, type Download, type FineTunedModel, fineTune, type Provider } from '@likeness/core'
import { portfolioSchema } from '@likeness/core/schemas'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVendors, failureOf, sneaker, type Vendors } from '../test-vendors.js'
import { keepWeights } from './keep-weights.js'
import { keptWeightsSchema } from './kept-weights.js'
import { parseHeader } from './safetensors.js'
import { verifyWeights } from './verify-weights.js'

let vendors: Vendors
let folder: string
beforeEach(async () => {
  vendors = createVendors()
  folder = await mkdtemp(join(tmpdir(), 'likeness-weights-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
  await vendors.emulator.close()
})

async function trainedAt(provider: Provider): Promise<FineTunedModel> {
  return (await fineTune({ provider, subject: sneaker, images: trainingPhotos(), trigger: 'ohwx' })).model
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A provider whose download is what the test says. */
function serving(chunks: readonly Uint8Array[], bytes?: number): Provider {
  const stream = (async function* () {
    yield* chunks
  })()
  const download: Download = { stream, bytes }
  const { fal } = vendors
  if (fal.fineTune === undefined) throw new Error('fal trains')
  return { ...fal, fineTune: { ...fal.fineTune, downloadWeights: async () => download } }
}

const anyModel: FineTunedModel = {
  provider: 'fal',
  id: 'request-1',
  base: 'flux-1-dev',
  subject: sneaker,
  createdAt: '2026-01-01T00:00:00.000Z',
  weights: { url: 'https://files.example/a', format: 'diffusers-lora', base: 'flux-1-dev' },
}

function safetensors(header: unknown, data = Buffer.alloc(64)): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, data])
}

const layer = (shape: number[]) => ({ dtype: 'F16', shape, data_offsets: [0, 64] })

describe('keepWeights', () => {
  it('keeps the very file that the vendor serves, and what is known of it', async () => {
    const model = await trainedAt(vendors.fal)
    const served = await vendors.emulator.fetch(model.weights?.url ?? '')
    const bytes = new Uint8Array(await served.arrayBuffer())
    const custody = await keepWeights({ provider: vendors.fal, model, folder })
    const sha256 = sha256Of(bytes)
    expect(custody.kept).toMatchObject({
      sha256,
      bytes: bytes.byteLength,
      format: 'diffusers-lora',
      base: 'flux-1-dev',
      trigger: 'ohwx',
      provider: 'fal',
      model: model.id,
      subject: sneaker,
      keptAt: new Date(vendors.clock.now()).toISOString(),
    })
    expect(await readFile(custody.path)).toEqual(Buffer.from(bytes))
    expect((await readdir(folder)).sort()).toEqual([`${sha256}.json`, `${sha256}.safetensors`])
    const record: unknown = JSON.parse(await readFile(join(folder, `${sha256}.json`), 'utf8'))
    expect(keptWeightsSchema.parse(record)).toEqual(JSON.parse(JSON.stringify(custody.kept)))
    expect(custody.model.weights).toMatchObject({ ...model.weights, sha256, bytes: bytes.byteLength })
    const portfolio = addModel(createPortfolio(sneaker, [model]), custody.model)
    expect(portfolioSchema.parse(JSON.parse(JSON.stringify(portfolio))).models).toHaveLength(1)
  })

  it('keeps a LoRA of Segmind, which it asks for with the key', async () => {
    const provider = vendors.segmindWith({ baseModel: 'FLUX' })
    const router = { ...vendors.fal, id: 'router', members: [vendors.fal, provider] }
    const { kept } = await keepWeights({ provider: router, model: await trainedAt(provider), folder })
    expect(kept).toMatchObject({ provider: 'segmind', base: 'flux-1-dev' })
    expect(await verifyWeights(folder)).toMatchObject([{ state: 'intact' }])
  })

  it('refuses with nothing sent where weights cannot leave', async () => {
    const model = { ...anyModel, provider: 'astria' }
    const error = await failureOf(keepWeights({ provider: vendors.astria, model, folder }))
    expect(error).toMatchObject({ kind: 'unsupported', provider: 'astria' })
    const foreign = await failureOf(keepWeights({ provider: vendors.fal, model, folder }))
    expect(foreign).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'model.provider' }] })
    expect(vendors.requests()).toBe(0)
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    ['is cut off', [safetensors({ a: layer([2, 8]) }).subarray(0, 40)], 200, /broke off after 40 of 200/],
    ['is a web page', [Buffer.from('<!DOCTYPE html><title>Not here</title>')], undefined, /no safetensors file/],
    ['is empty', [], undefined, /does not begin with the length/],
    ['claims a huge header', [Buffer.from([255, 255, 255, 255, 255, 0, 0, 0])], undefined, /does not begin with/],
    ['has a header that is no JSON', [safetensors('{"a"')], undefined, /not JSON/],
    [
      'has a tensor outside of itself',
      [safetensors({ a: layer([2]) }, Buffer.alloc(8))],
      undefined,
      /outside the file/,
    ],
    ['has a tensor without a shape', [safetensors({ a: { shape: [-1] } })], undefined, /no shape/],
  ])('keeps nothing of a file that %s', async (_what, chunks, bytes, message) => {
    const error = await failureOf(keepWeights({ provider: serving(chunks, bytes), model: anyModel, folder }))
    expect(error.kind).toBe('invalid-response')
    expect(error.message).toMatch(message)
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses a file that is not the one the portfolio knows', async () => {
    const weights = { ...anyModel.weights, sha256: '0'.repeat(64) } as FineTunedModel['weights']
    const provider = serving([safetensors({ a: layer([2]) })])
    const error = await failureOf(keepWeights({ provider, model: { ...anyModel, weights }, folder }))
    expect(error.message).toContain('the portfolio says 000')
    expect(await readdir(folder)).toEqual([])
  })

  it('keeps nothing when it is aborted', async () => {
    const controller = new AbortController()
    async function* endless() {
      for (;;) {
        yield Buffer.alloc(1024)
        controller.abort()
      }
    }
    const provider = serving([])
    const fine = provider.fineTune
    if (fine === undefined) throw new Error('it trains')
    const stalling = { ...provider, fineTune: { ...fine, downloadWeights: async () => ({ stream: endless() }) } }
    const options = { provider: stalling, model: anyModel, folder, abortSignal: controller.signal }
    expect((await failureOf(keepWeights(options))).kind).toBe('aborted')
    expect(await readdir(folder)).toEqual([])
  })
})

describe('verifyWeights', () => {
  it('finds what was changed, lost, harmed, and what nobody recorded', async () => {
    const files = ['a', 'b', 'c', 'd'].map((name) => safetensors({ [name]: layer([2]) }))
    const kept = []
    for (const file of files)
      kept.push((await keepWeights({ provider: serving([file]), model: anyModel, folder })).kept)
    const [intact, changed, missing, harmed] = kept.map(({ sha256 }) => sha256)
    const altered = Buffer.from(files[1] ?? [])
    altered[altered.length - 1] = 1
    await writeFile(join(folder, `${changed}.safetensors`), altered)
    await rm(join(folder, `${missing}.safetensors`))
    await writeFile(join(folder, `${harmed}.json`), '{"version":1}')
    await appendFile(join(folder, 'stray.safetensors'), 'x')
    const states = new Map(
      (await verifyWeights(folder)).map(({ name, state }) => [name.replace('.safetensors', ''), state]),
    )
    expect([intact, changed, missing, harmed, 'stray'].map((name) => states.get(name ?? ''))).toEqual([
      'intact',
      'changed',
      'missing',
      'unreadable',
      'unrecorded',
    ])
    expect((await failureOf(verifyWeights(join(folder, 'nowhere')))).fields?.[0]?.field).toBe('folder')
  })
})

describe('parseHeader', () => {
  it.each([
    [
      'diffusers',
      { 'transformer.x.lora_A.weight': layer([16, 64]), 'transformer.x.lora_B.weight': layer([64, 16]) },
      16,
    ],
    [
      'kohya',
      { 'lora_unet_x.lora_down.weight': layer([8, 64, 1, 1]), 'lora_unet_x.lora_up.weight': layer([64, 8, 1, 1]) },
      8,
    ],
    ['an empty layer, none', { 'x.lora_A.weight': layer([0, 64]) }, undefined],
    ['layers of several ranks', { 'x.lora_A.weight': layer([16, 64]), 'y.lora_A.weight': layer([4, 64]) }, undefined],
    ['metadata alone', { __metadata__: { ss_network_dim: '32' }, x: layer([4]) }, 32],
    ['no word of it', { x: layer([4]) }, undefined],
  ])('finds the rank in %s', (_what, header, rank) => {
    expect(parseHeader(JSON.stringify(header), 64).rank).toBe(rank)
  })

  it('takes over what the metadata say, cut to a bounded length', () => {
    const metadata = { 'modelspec.architecture': 'flux-1-dev/lora', 'modelspec.trigger_phrase': 'x'.repeat(9999) }
    const header = parseHeader(JSON.stringify({ __metadata__: metadata }), 0)
    expect(header).toMatchObject({ base: 'flux-1-dev/lora', tensors: 0 })
    expect(header.trigger).toHaveLength(200)
  })
})
