import { createPortfolio, generate, LikenessError, startFineTune } from '@likeness/core'
import { trainingPhotos } from '@likeness/testkit'
import { describe, expect, it } from 'vitest'
import { againstEmulator, subject } from '../test/against-emulator.js'

async function fieldsOf(work: Promise<unknown>): Promise<string[]> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (!LikenessError.is(error) || error.kind !== 'invalid-request') throw new Error(`not refused: ${String(error)}`)
  return error.fields?.map(({ field }) => field) ?? []
}

describe('adopting what was trained at fal', () => {
  it.each([
    'fal-ai/flux-lora-fast-training',
    'fal-ai/flux-lora-portrait-trainer',
    'fal-ai/turbo-flux-trainer',
  ] as const)('reads the result of %s, and draws with it', async (trainer) => {
    const { vendor, create, trained } = againstEmulator()
    const original = await trained({ providerOptions: { fal: { trainer } } })
    const provider = create()
    const before = vendor.journal.length
    const model = await provider.fineTune.adopt({ subject, id: original.id, trigger: 'ohwx' })
    expect(vendor.journal.slice(before).every(({ paid, method }) => !paid && method === 'GET')).toBe(true)
    const { cost: _, createdAt: __, ...same } = original
    expect(model).toEqual({ ...same, createdAt: expect.any(String) })
    expect(model.weights?.licence).toBe('LicenseRef-FLUX-1-dev-Non-Commercial-License')
    const portfolio = createPortfolio(subject, [model])
    await generate({ provider, portfolio, prompt: '{subject} on the moon' })
    expect(vendor.jobs.at(-1)?.appliedFineTunes).toEqual([original.weights?.url])
  })

  it('does not know other ids', async () => {
    const { create } = againstEmulator()
    const adopt = create().fineTune.adopt({ subject, id: '764cabcf-b745-4b3e-ae38-1200304cf45b' })
    await expect(adopt).rejects.toMatchObject({ kind: 'not-found', message: expect.stringContaining('turbo-flux') })
  })

  it('takes neither unfinished trainings nor failed ones', async () => {
    const { vendor, create } = againstEmulator()
    const provider = create()
    const start = () => startFineTune({ provider, subject, images: trainingPhotos() })
    const { handle } = await start()
    await expect(provider.fineTune.adopt({ subject, id: handle.id })).rejects.toMatchObject({ kind: 'conflict' })
    vendor.fault({ fault: { type: 'job-failed' } })
    const failed = await start()
    await provider.clock?.sleep(3_600_000)
    await expect(provider.fineTune.adopt({ subject, id: failed.handle.id })).rejects.toMatchObject({
      kind: 'job-failed',
    })
  })

  it('takes weights by their address, unsent', async () => {
    const { vendor, create, trained } = againstEmulator()
    const { weights } = await trained()
    const provider = create()
    const before = vendor.journal.length
    const reference = { subject, url: weights?.url, trigger: 'ohwx', expiresAt: '2027-01-01T00:00:00.000Z' }
    const model = await provider.fineTune.adopt(reference)
    expect(vendor.journal).toHaveLength(before)
    expect(model).toMatchObject({
      provider: 'fal',
      base: 'flux-1-dev',
      trigger: 'ohwx',
      expiresAt: reference.expiresAt,
      weights: { url: weights?.url, format: 'diffusers-lora', base: 'flux-1-dev' },
    })
    expect(JSON.parse(JSON.stringify(model))).toEqual(model)
    await generate({ provider, portfolio: createPortfolio(subject, [model]), prompt: '{subject}' })
    expect(vendor.jobs.at(-1)?.appliedFineTunes).toEqual([weights?.url])
  })

  it('names weights by their address without what opens it; two that differ there alone stay two', async () => {
    const { fineTune } = againstEmulator().create()
    const at = (query: string) => fineTune.adopt({ subject, url: `https://weights.example/a.safetensors${query}` })
    const [plain, signed, other] = [await at(''), await at('?X-Amz-Signature=s3cr3t'), await at('?file=2')]
    expect(plain.id).toBe('https://weights.example/a.safetensors')
    expect(signed.id).toMatch(/^https:\/\/weights\.example\/a\.safetensors#[0-9a-f]{12}$/)
    expect(signed.weights?.url).toContain('s3cr3t')
    expect(new Set([plain.id, signed.id, other.id]).size).toBe(3)
  })

  it('names what is wrong with a reference, unsent', async () => {
    const { vendor, create } = againstEmulator()
    const { fineTune } = create()
    const url = 'https://weights.example/lora.safetensors'
    expect(await fieldsOf(fineTune.adopt({ subject }))).toEqual(['reference'])
    expect(await fieldsOf(fineTune.adopt({ subject, url: 'http://weights.example/a' }))).toEqual(['url'])
    expect(await fieldsOf(fineTune.adopt({ subject, url: 'https://me:secret@weights.example/a' }))).toEqual(['url'])
    expect(await fieldsOf(fineTune.adopt({ subject, url, base: 'sdxl' }))).toEqual(['base'])
    expect(await fieldsOf(fineTune.adopt({ subject, id: 'x', base: 'sdxl' }))).toEqual(['base'])
    expect(vendor.journal).toEqual([])
  })
})

describe('downloading weights from fal', () => {
  it('reads the file, without the key', async () => {
    const { emulator, vendor, create, trained } = againstEmulator()
    const model = await trained()
    const { stream } = await create().fineTune.downloadWeights(model)
    const chunks: Uint8Array[] = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(vendor.journal.at(-1)).toMatchObject({ operation: 'weights.download', authenticated: false })
    const served = await emulator.fetch(model.weights?.url ?? '')
    expect(Buffer.concat(chunks).equals(Buffer.from(await served.arrayBuffer()))).toBe(true)
    expect(model.weights?.bytes).toBe(Buffer.concat(chunks).length)
  })

  it('refuses private addresses and models of others', async () => {
    const { create, trained } = againstEmulator()
    const model = await trained()
    const { fineTune } = create()
    const weights = { url: 'http://10.0.0.1/x', format: 'diffusers-lora', base: 'flux-1-dev' }
    await expect(fineTune.downloadWeights({ ...model, weights })).rejects.toMatchObject({ kind: 'invalid-response' })
    await expect(fineTune.downloadWeights({ ...model, provider: 'b' })).rejects.toMatchObject({
      kind: 'invalid-request',
    })
    const { weights: _, ...bare } = model
    await expect(fineTune.downloadWeights(bare)).rejects.toMatchObject({ kind: 'unsupported' })
  })
})
