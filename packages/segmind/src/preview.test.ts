import type { RequestPreview } from '@likeness/core'
import { imageFile, trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulated, emulate } from '../test/emulated.js'
import { fineTuneRequest, generateRequest } from '../test/requests.js'

let emulated: Emulated

beforeEach(() => {
  emulated = emulate()
})

afterEach(() => emulated.emulator.close())

const photos = () => trainingPhotos().map((photo, index) => imageFile(photo, `${index}.png`))

/** What was sent is what was shown, but for the address that an upload gave. */
function expectSent(preview: RequestPreview): void {
  const sent = emulated.vendor.journal.at(-1)
  expect(preview).toMatchObject({ operation: sent?.operation, method: sent?.method })
  expect(preview.url).toBe(`${emulated.emulator.endpoints.segmind.baseURL}${sent?.path}`)
  const body = JSON.parse(JSON.stringify(sent?.body))
  if (typeof body.data_source_path === 'string') body.data_source_path = expect.stringMatching(/^<upload: .+\.zip>$/)
  expect(preview.body).toEqual(body)
}

describe('a preview', () => {
  it.each(['FLUX_PRO', 'FLUX', 'FAST_FLUX', 'QWEN'] as const)('of a %s training is what start sends', async (kind) => {
    const { fineTune } = emulated.connect({ baseModel: kind })
    const images = photos().map((photo, index) => (index === 0 ? { ...photo, caption: 'TOK dog' } : photo))
    const request = fineTuneRequest({ images, steps: 200, trigger: 'zwx' })
    const preview = await fineTune.preview(request)
    expect(emulated.vendor.journal).toEqual([])
    await fineTune.start(request)
    expectSent(preview)
    const [archive, ...files] = emulated.vendor.journal.find(({ method }) => method === 'PUT')?.files ?? []
    expect(preview.body).toMatchObject({ data_source_path: `<upload: ${request.subject.className}-key-00000001.zip>` })
    expect(archive?.mediaType).toBe('application/zip')
    expect(preview.files.map(({ name, bytes }) => [name, bytes])).toEqual(files.map(({ name, bytes }) => [name, bytes]))
  })

  it.each(['v1', 'v2'] as const)('of a generation by %s is what start sends', async (inference) => {
    const provider = emulated.connect({ inference })
    const model = await emulated.train(provider)
    for (const changes of [
      { size: '768x1024', seed: 5 },
      { models: [], prompt: 'a tree' },
    ]) {
      const request = generateRequest({ models: [{ model }], ...changes })
      const preview = await provider.generate.preview(request)
      await provider.generate.start(request)
      expectSent(preview)
      expect(preview.files).toEqual([])
    }
  })

  it('shows where the slug of a model known by its id alone will stand', async () => {
    const provider = emulated.connect()
    const { data: _, ...bare } = await emulated.train(provider)
    const before = emulated.vendor.journal.length
    const preview = await provider.generate.preview(generateRequest({ models: [{ model: bare }] }))
    expect(preview.url).toMatch(new RegExp(`/v2/<slug:${bare.id}>$`))
    expect(emulated.vendor.journal).toHaveLength(before)
  })

  it('needs no key and shows none', async () => {
    const { fineTune, generate } = emulated.connect({ apiKey: '' })
    const requests = [fineTune.preview(fineTuneRequest({ images: photos() })), generate.preview(generateRequest())]
    for (const preview of await Promise.all(requests)) {
      expect(preview.headers).toMatchObject({ 'x-api-key': '***', 'content-type': 'application/json' })
    }
    const shown = emulated.connect().generate.preview(generateRequest())
    expect(JSON.stringify(await shown)).not.toContain(emulated.emulator.endpoints.segmind.apiKey)
  })

  it('throws what validate throws', async () => {
    const { fineTune, generate } = emulated.connect()
    await expect(fineTune.preview(fineTuneRequest({ steps: 7 }))).rejects.toMatchObject({ kind: 'invalid-request' })
    await expect(generate.preview(generateRequest({ n: 2 }))).rejects.toMatchObject({ kind: 'unsupported' })
  })
})
