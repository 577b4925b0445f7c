import { describe, expect, it } from 'vitest'
import { dataset, zip } from '../../test/archives.js'
import { falUnderTest } from '../../test/fal-under-test.js'
import { photo } from '../../test/photos.js'
import { readWeights } from '../core/weights.js'

async function trainOn(url: string, more: object = {}, endpoint = 'fal-ai/flux-lora-fast-training') {
  const fal = falUnderTest()
  return await resultOf(fal, endpoint, { images_data_url: url, ...more })
}

async function resultOf(fal: ReturnType<typeof falUnderTest>, endpoint: string, body: object) {
  const job = await fal.submit(endpoint, body)
  await fal.clock.advance(10 * 60_000)
  const response = await fal.call('GET', job.body.response_url)
  return {
    status: response.status,
    body: (await response.json()) as { detail?: { type: string; ctx?: object }[] } & Record<
      string,
      { url: string } | undefined
    >,
  }
}

describe('training', () => {
  it('opens the archive: the journal lists what is inside, and the weights hold it', async () => {
    const fal = falUnderTest()
    const archive = await zip({
      'a.jpg': await photo(1),
      'b.png': await photo(2),
      'c.jpg': await photo(3),
      'd.jpg': await photo(4),
      'a.txt': Buffer.from('ohwx dog'),
    })
    const { url } = await fal.upload(archive)
    const listed = fal.vendor.journal.find(({ method }) => method === 'PUT')
    expect(listed?.files.map(({ name, mediaType, width }) => [name, mediaType, width])).toEqual([
      ['body', 'application/zip', undefined],
      ['a.jpg', 'image/jpeg', 640],
      ['b.png', 'image/jpeg', 640],
      ['c.jpg', 'image/jpeg', 640],
      ['d.jpg', 'image/jpeg', 640],
      ['a.txt', undefined, undefined],
    ])
    const { body } = await resultOf(fal, 'fal-ai/flux-lora-fast-training', {
      images_data_url: url,
      trigger_word: 'ohwx',
    })
    const weights = readWeights(await fal.download(body.diffusers_lora_file?.url ?? ''))
    expect(weights.photos).toHaveLength(4)
    // With captions the trigger word is not used.
    expect(weights.metadata.trigger_word).toBe('')
  })

  it('takes a data: URI, and each trainer has field names of its own', async () => {
    const url = `data:application/zip;base64,${(await dataset(4)).toString('base64')}`
    const { status, body } = await trainOn(url, {}, 'fal-ai/krea-2-trainer')
    expect(status).toBe(200)
    expect(body.lora_file?.url).toMatch(/\.safetensors$/)
    const { body: wrongField } = await trainOn(url, {}, 'fal-ai/flux-2-trainer')
    expect(wrongField.detail).toMatchObject([{ loc: ['body', 'image_data_url'], type: 'missing' }])
  })

  it('refuses what cannot be trained on, as fal does', async () => {
    const uri = (bytes: Uint8Array) => `data:application/zip;base64,${Buffer.from(bytes).toString('base64')}`
    const three = await trainOn(uri(await dataset(3)))
    expect([three.status, three.body.detail]).toMatchObject([
      422,
      [{ type: 'archive_file_count_below_minimum', ctx: { min_count: 4, provided_count: 3 } }],
    ])
    const text = await trainOn(uri(Buffer.from('not a zip')))
    expect(text.body.detail).toMatchObject([{ type: 'invalid_archive', ctx: { supported_extensions: ['.zip'] } }])
    const unreachable = await trainOn('https://example.com/photos.zip')
    expect(unreachable.body.detail).toMatchObject([{ type: 'file_download_error', loc: ['body', 'images_data_url'] }])
    const pdf = Buffer.from('%PDF-1.7\n%âãÏÓ')
    const broken = await trainOn(
      uri(await zip({ 'a.jpg': pdf, 'b.jpg': await photo(1), 'c.jpg': await photo(2), 'd.jpg': await photo(3) })),
    )
    expect(broken.body.detail).toMatchObject([{ type: 'image_load_error' }])
  })

  it('bills by steps, with the minimum of the trainer, and takes it back on failure', async () => {
    const fal = falUnderTest()
    const { url } = await fal.upload(await dataset(4))
    await fal.submit('fal-ai/flux-lora-portrait-trainer', { images_data_url: url, steps: 10 })
    await fal.submit('fal-ai/flux-lora-fast-training', { images_data_url: 'https://example.com/none.zip' })
    await fal.clock.advance(10 * 60_000)
    expect(fal.vendor.invoice.map(({ amount, status }) => [amount, status])).toEqual([
      [2_400_000_000, 'billed'],
      [2_000_000_000, 'refunded'],
    ])
  })
})
