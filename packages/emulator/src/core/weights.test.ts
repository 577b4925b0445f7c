import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { photo } from '../../test/photos.js'
import { packWeights, readWeights, WeightsError } from './weights.js'

const description = { baseModel: 'FLUX.1-dev', triggerWord: 'öhwx', trainedBy: 'somebody' }

describe('weights', () => {
  it("is a safetensors container by the format's own rules", async () => {
    const file = await packWeights({ ...description, photos: [await photo(1, 1_000), await photo(2)] })
    const length = Number(file.readBigUInt64LE(0))
    expect(length % 8).toBe(0)
    const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> = JSON.parse(
      file.toString('utf8', 8, 8 + length),
    )
    const { __metadata__, ...tensors } = header
    expect(__metadata__).toEqual({
      format: 'pt',
      'modelspec.architecture': 'FLUX.1-dev',
      trigger_word: 'öhwx',
      trained_by: 'somebody',
    })
    let end = 0
    for (const { dtype, shape, data_offsets } of Object.values(tensors)) {
      expect([dtype, data_offsets[0], data_offsets[1] - data_offsets[0]]).toEqual(['U8', end, shape[0]])
      end = data_offsets[1]
    }
    expect(file.length).toBe(8 + length + end)
  })

  it('gives the photos back, at most 768 pixels wide', async () => {
    const { photos, metadata } = readWeights(
      await packWeights({ ...description, photos: [await photo(1, 1_000), await photo(2)] }),
    )
    const sizes = await Promise.all(photos.map(async (bytes) => (await sharp(bytes).metadata()).width))
    expect(sizes).toEqual([768, 640])
    expect(metadata.trained_by).toBe('somebody')
  })

  const container = (header: string, data = '') => {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(header.length))
    return Buffer.concat([length, Buffer.from(header + data)])
  }
  it.each([
    ['nothing', Buffer.alloc(0), /too short/],
    ['a page', Buffer.from('<html><body>not weights</body></html>'), /larger than the file/],
    ['a header that is no JSON', container('{"a":'), /not JSON/],
    ['a header that is a list', container('[]'), /not a JSON object/],
    ['weights of others', container('{"w":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}', 'xx'), /no tensors/],
    [
      'a tensor outside the file',
      container('{"emulated.photos.0":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}', 'xx'),
      /outside the file/,
    ],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => readWeights(bytes)).toThrow(WeightsError)
    expect(() => readWeights(bytes)).toThrow(message)
  })
})
