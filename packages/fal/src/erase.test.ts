import { type Erasure, generate } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { againstEmulator, subject } from '../test/against-emulator.js'

const lineOf = (lines: readonly Erasure[], item: Erasure['item']) => lines.find((line) => line.item === item)

describe('erasing a model at fal', () => {
  it('deletes its weights and files, and tells what stays', async () => {
    const { vendor, create, trained, fileStatus } = againstEmulator()
    const model = await trained()
    const { weights, data } = model
    const before = vendor.journal.length
    const lines = await create().fineTune.erase(model)
    expect(lines).toEqual([
      { item: 'weights', outcome: 'deleted', count: 1, id: model.id },
      { item: 'outputs', outcome: 'deleted', count: 1, id: model.id },
      { item: 'dataset', outcome: 'impossible', id: model.id, detail: expect.stringContaining('dashboard') },
      { item: 'generations', outcome: 'impossible', id: model.id, detail: expect.stringContaining('handle') },
    ])
    expect(vendor.journal.slice(before)).toMatchObject([
      { method: 'DELETE', path: `/v1/models/requests/${model.id}/payloads`, status: 200 },
    ])
    expect(vendor.journal.at(-1)?.headers['idempotency-key']).toMatch(/^[\da-f-]{36}$/)
    expect(await fileStatus(weights?.url)).toBe(404)
    expect(await fileStatus(String(data?.configUrl))).toBe(404)
  })

  it('repeats a deletion whose answer was lost, under the same key', async () => {
    const { vendor, create, trained } = againstEmulator()
    const model = await trained()
    vendor.fault({ operation: 'generation.remove', fault: { type: 'reset-after' } })
    expect(lineOf(await create().fineTune.erase(model), 'weights')).toMatchObject({ outcome: 'deleted' })
    const keys = vendor.journal
      .filter(({ method }) => method === 'DELETE')
      .map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual([keys[0], keys[0]])
  })

  it('tells how to get a key that may delete', async () => {
    const { vendor, create, trained, fileStatus } = againstEmulator()
    const model = await trained()
    vendor.settings.adminScope = false
    const lines = await create().fineTune.erase(model)
    expect(lineOf(lines, 'weights')).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('ADMIN') })
    expect(lineOf(lines, 'outputs')).toMatchObject({ outcome: 'failed' })
    expect(await fileStatus(model.weights?.url)).toBe(200)
  })

  it("tells failures in fal's own words, and never calls them deleted", async () => {
    const { vendor, create, trained, fileStatus } = againstEmulator()
    const model = await trained()
    vendor.settings.deleteException = 'file is locked'
    const provider = create()
    const lines = await provider.fineTune.erase(model)
    expect(lineOf(lines, 'weights')).toMatchObject({ outcome: 'failed', detail: 'file is locked' })
    expect(lineOf(lines, 'outputs')).toMatchObject({ outcome: 'failed', count: 0 })
    expect(await fileStatus(model.weights?.url)).toBe(200)
    await expect(provider.fineTune.remove(model)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('file is locked'),
    })
  })

  it('claims nothing that fal does not list', async () => {
    const { vendor, create, trained } = againstEmulator()
    const model = await trained()
    const fault = { type: 'status', status: 200, body: '{"cdn_delete_results":[]}' } as const
    vendor.fault({ operation: 'generation.remove', fault })
    expect(lineOf(await create().fineTune.erase(model), 'weights')).toMatchObject({ outcome: 'failed' })
  })

  it('is absent the second time', async () => {
    const { create, trained } = againstEmulator()
    const model = await trained()
    const { fineTune } = create()
    await fineTune.erase(model)
    expect(lineOf(await fineTune.erase(model), 'weights')).toMatchObject({ outcome: 'absent' })
    await expect(fineTune.remove(model)).rejects.toMatchObject({ kind: 'not-found' })
  })

  it('says until when an upload with a lifecycle is kept', async () => {
    const { create, trained } = againstEmulator()
    const providerOptions = { fal: { uploadLifecycle: { expirationSeconds: 3600 } } }
    const model = await trained({ providerOptions })
    const dataset = lineOf(await create().fineTune.erase(model), 'dataset')
    expect(dataset).toMatchObject({ outcome: 'expires' })
    const until = Date.parse(dataset?.until ?? '')
    expect(Math.abs(until - Date.parse(model.createdAt) - 3_600_000)).toBeLessThan(5_000)
  })

  it('sends nothing for weights that are not of fal, and refuses models of others', async () => {
    const { vendor, create } = againstEmulator()
    const { fineTune } = create()
    const model = await fineTune.adopt({ subject, url: 'https://weights.example/lora.safetensors' })
    expect(lineOf(await fineTune.erase(model), 'weights')).toMatchObject({ outcome: 'impossible' })
    await expect(fineTune.remove(model)).rejects.toMatchObject({ kind: 'unsupported' })
    await expect(fineTune.erase({ ...model, provider: 'elsewhere' })).rejects.toMatchObject({ kind: 'invalid-request' })
    expect(vendor.journal).toEqual([])
  })
})

describe('removing a generation at fal', () => {
  it('deletes its pictures', async () => {
    const { create, fileStatus } = againstEmulator()
    const provider = create()
    const { images, handle } = await generate({ provider, prompt: 'a garden', n: 2 })
    await provider.generate.remove(handle)
    for (const { url } of images) expect(await fileStatus(url)).toBe(404)
    expect(await provider.generate.status(handle)).toEqual({ state: 'expired' })
  })

  it('needs a key with the ADMIN scope', async () => {
    const { create, vendor, fileStatus } = againstEmulator()
    const provider = create()
    const { images, handle } = await generate({ provider, prompt: 'a garden' })
    vendor.settings.adminScope = false
    await expect(provider.generate.remove(handle)).rejects.toMatchObject({
      kind: 'permission',
      hint: expect.stringContaining('ADMIN'),
    })
    expect(await fileStatus(images[0]?.url)).toBe(200)
  })
})
