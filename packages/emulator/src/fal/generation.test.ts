import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { falUnderTest } from '../../test/fal-under-test.js'

const small = { prompt: 'a photo of ohwx', image_size: { width: 256, height: 192 }, seed: 11 }

describe('generation', () => {
  it('draws from the weights that were named, and says so', async () => {
    const fal = falUnderTest()
    const { weightsUrl } = await fal.train()
    const applied = await fal.generate({ ...small, loras: [{ path: weightsUrl, scale: 1 }] })
    const lost = await fal.generate(small)
    const zero = await fal.generate({ ...small, loras: [{ path: weightsUrl, scale: 0 }] })
    expect(fal.vendor.jobs.map(({ appliedFineTunes }) => appliedFineTunes)).toEqual([[], [weightsUrl], [], []])
    const [withPhotos, standIn, unused] = await Promise.all(
      [applied, lost, zero].map(({ body }) => fal.download(body.images[0]?.url ?? '')),
    )
    expect(await difference(withPhotos, standIn)).toBeGreaterThan(30)
    expect(unused?.equals(standIn ?? Buffer.alloc(0))).toBe(true)
  })

  it('answers, reports and bills alike however faithful its pictures are', async () => {
    const fal = falUnderTest()
    const { weightsUrl } = await fal.train()
    const pictures: Buffer[] = []
    const answers: unknown[] = []
    for (const fidelity of ['faithful', 'half', 'dropped'] as const) {
      fal.vendor.settings.subjectFidelity = fidelity
      const { body } = await fal.generate({ ...small, loras: [{ path: weightsUrl, scale: 1 }] })
      pictures.push(...(await Promise.all(body.images.map(({ url }) => fal.download(url)))))
      answers.push({ ...body, images: body.images.map((image) => ({ ...image, url: '' })) })
    }
    expect(answers).toEqual([answers[0], answers[0], answers[0]])
    const [faithful, half, dropped] = pictures
    const apart = await difference(faithful, dropped)
    expect(apart).toBeGreaterThan(20)
    for (const one of [faithful, dropped]) {
      expect(await difference(half, one)).toBeGreaterThan(apart * 0.2)
      expect(await difference(half, one)).toBeLessThan(apart * 0.8)
    }
    const generations = fal.vendor.jobs.filter(({ kind }) => kind === 'generation')
    expect(generations.map(({ appliedFineTunes }) => appliedFineTunes)).toEqual([[weightsUrl], [weightsUrl], []])
    const bills = fal.vendor.invoice.filter(({ kind }) => kind === 'generation')
    expect(bills.map(({ amount, status }) => [amount, status])).toEqual(Array(3).fill([bills[0]?.amount, 'billed']))
  })

  it('shows nothing of a fine-tune that was not asked for, however faithful it is', async () => {
    const fal = falUnderTest()
    const standIn = await fal.generate(small)
    fal.vendor.settings.subjectFidelity = 'dropped'
    const dropped = await fal.generate(small)
    const [one, other] = await Promise.all(
      [standIn, dropped].map(({ body }) => fal.download(body.images[0]?.url ?? '')),
    )
    expect(other?.equals(one ?? Buffer.alloc(0))).toBe(true)
  })

  it('gives the same bytes for the same seed, and others for the next', async () => {
    const fal = falUnderTest()
    const { weightsUrl } = await fal.train()
    const body = { ...small, loras: [{ path: weightsUrl }] }
    const [first, again, next] = [
      await fal.generate({ ...body, num_images: 2 }),
      await fal.generate(body),
      await fal.generate({ ...body, seed: 12 }),
    ]
    const bytes = async (result: typeof first, index = 0) => await fal.download(result.body.images[index]?.url ?? '')
    expect((await bytes(first)).equals(await bytes(again))).toBe(true)
    expect((await bytes(first, 1)).equals(await bytes(next))).toBe(true)
    expect((await bytes(first)).equals(await bytes(next))).toBe(false)
  })

  it.each([
    [{ image_size: 'portrait_16_9' }, 576, 1024, 'jpeg'],
    [{ image_size: { width: 300 } }, 288, 512, 'jpeg'],
    [{ image_size: { width: 128, height: 64 }, output_format: 'png' }, 128, 64, 'png'],
    [{}, 1024, 768, 'jpeg'],
  ] as const)('has the size and format asked for: %o', async (options, width, height, format) => {
    const fal = falUnderTest()
    const { body } = await fal.generate({ prompt: 'a garden', ...options })
    expect(body.images[0]).toMatchObject({ width, height, content_type: `image/${format}` })
    expect(await sharp(await fal.download(body.images[0]?.url ?? '')).metadata()).toMatchObject({
      width,
      height,
      format,
    })
  })

  it('loads only weights that exist, are weights, and fit the model', async () => {
    const fal = falUnderTest()
    const failing = async (path: string, endpoint?: string) => {
      const { response, body } = await fal.generate({ ...small, image_size: 'square', loras: [{ path }] }, endpoint)
      return [response.status, body.detail]
    }
    const notThere = `${new URL(fal.queueURL).origin}/files/b/00000000/none.safetensors`
    for (const path of ['https://huggingface.co/x/y/resolve/main/z.safetensors', 'owner/repository', notThere])
      expect(await failing(path)).toMatchObject([
        422,
        [{ type: 'file_download_error', loc: ['body', 'loras', 0, 'path'] }],
      ])
    const page = await fal.upload(Buffer.from('<html>'), 'weights.safetensors', 'text/html')
    expect(await failing(page.url)).toMatchObject([422, [{ type: 'file_download_error' }]])
    const { weightsUrl } = await fal.train()
    expect(await failing(weightsUrl, 'fal-ai/flux-2/lora')).toMatchObject([422, [{ type: 'value_error' }]])
    expect(fal.vendor.invoice.filter(({ kind, status }) => kind === 'generation' && status === 'billed')).toEqual([])
  })

  it('blocks a picture in either of two ways', async () => {
    const fal = falUnderTest()
    fal.vendor.fault({ fault: { type: 'job-blocked' }, times: 2 })
    const refused = await fal.generate(small)
    expect([refused.response.status, refused.body.detail]).toMatchObject([422, [{ type: 'content_policy_violation' }]])
    fal.vendor.settings.blockedAs = 'black-image'
    const black = await fal.generate(small)
    expect(black.body.has_nsfw_concepts).toEqual([true])
    const { channels } = await sharp(await fal.download(black.body.images[0]?.url ?? '')).stats()
    expect(channels.map(({ max }) => max)).toEqual([0, 0, 0])
  })
})

/** Mean absolute difference per channel, 0 to 255. */
async function difference(one: Buffer | undefined, other: Buffer | undefined): Promise<number> {
  const [a, b] = await Promise.all(
    [one, other].map((bytes) => sharp(bytes).removeAlpha().resize(64, 64, { fit: 'fill' }).raw().toBuffer()),
  )
  if (a === undefined || b === undefined) throw new Error('two pictures are needed')
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length
}
