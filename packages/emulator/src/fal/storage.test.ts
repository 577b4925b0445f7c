import { describe, expect, it } from 'vitest'
import { falUnderTest } from '../../test/fal-under-test.js'

const bytes = Buffer.from('some bytes')

describe('storage', () => {
  it('needs a key to promise a place, and only the URL to fill it', async () => {
    const fal = falUnderTest()
    const { url, put } = await fal.upload(bytes, 'a b.bin', 'application/x-thing')
    expect(put.status).toBe(200)
    const file = await fal.emulator.fetch(url)
    expect([file.headers.get('content-type'), file.headers.get('content-length'), await file.text()]).toEqual([
      'application/x-thing',
      '10',
      'some bytes',
    ])
    const head = await fal.emulator.fetch(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', ''])
    const none = await fal.emulator.fetch(`${fal.emulator.endpoints.fal.restURL}/storage/upload/initiate`, {
      method: 'POST',
      body: '{}',
    })
    expect([none.status, await none.json()]).toEqual([401, { detail: 'Authorization header is required' }])
  })

  it('refuses a place without a name or type, and a wrong signature', async () => {
    const fal = falUnderTest()
    const initiate = (body: object, headers = {}) =>
      fal.call('POST', `${fal.emulator.endpoints.fal.restURL}/storage/upload/initiate`, body, headers)
    const nameless = await initiate({ content_type: 'image/png' })
    expect([nameless.status, await nameless.json()]).toMatchObject([
      422,
      { detail: [{ loc: ['body', 'file_name'], type: 'missing' }] },
    ])
    const { upload_url } = (await (await initiate({ content_type: 'image/png', file_name: 'a.png' })).json()) as {
      upload_url: string
    }
    const forged = await fal.emulator.fetch(upload_url.replace(/signature=.*/, 'signature=0'), {
      method: 'PUT',
      body: bytes,
    })
    expect(forged.status).toBe(403)
    expect((await initiate({ content_type: 'a/b', file_name: 'a' }, { 'x-fal-object-lifecycle': 'soon' })).status).toBe(
      400,
    )
  })

  it('keeps a file as long as its lifecycle says', async () => {
    const fal = falUnderTest()
    const initiated = await fal.call(
      'POST',
      `${fal.emulator.endpoints.fal.restURL}/storage/upload/initiate`,
      { content_type: 'a/b', file_name: 'a' },
      {
        'x-fal-object-lifecycle': JSON.stringify({ expiration_duration_seconds: 3_600 }),
      },
    )
    const { upload_url, file_url } = (await initiated.json()) as { upload_url: string; file_url: string }
    await fal.emulator.fetch(upload_url, { method: 'PUT', body: bytes })
    await fal.clock.advance(3_599_000)
    expect((await fal.emulator.fetch(file_url)).status).toBe(200)
    await fal.clock.advance(1_000)
    expect((await fal.emulator.fetch(file_url)).status).toBe(404)
  })

  it('joins parts only when all of them are named by their etags', async () => {
    const fal = falUnderTest()
    const initiated = await fal.call(
      'POST',
      `${fal.emulator.endpoints.fal.restURL}/storage/upload/initiate-multipart`,
      { content_type: 'a/b', file_name: 'a' },
    )
    const { upload_url, file_url } = (await initiated.json()) as { upload_url: string; file_url: string }
    const { origin, pathname, search } = new URL(upload_url)
    const part = async (number: number, body: string) =>
      (await (
        await fal.emulator.fetch(`${origin}${pathname}/${number}${search}`, { method: 'PUT', body: Buffer.from(body) })
      ).json()) as object
    const second = await part(2, 'world')
    const first = await part(1, 'hello ')
    const complete = (parts: object[]) => fal.call('POST', `${origin}${pathname}/complete${search}`, { parts })
    expect((await complete([first])).status).toBe(400)
    expect((await complete([first, { partNumber: 2, etag: '"wrong"' }])).status).toBe(400)
    expect((await complete([first, second])).status).toBe(200)
    expect(await (await fal.emulator.fetch(file_url)).text()).toBe('hello world')
    expect(fal.vendor.journal.at(-2)?.files).toMatchObject([{ name: 'a', bytes: 11 }])
  })
})
