import { createServer, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import sharp from 'sharp'
import { afterEach, describe, expect, it } from 'vitest'
import { falUnderTest } from '../../test/fal-under-test.js'
import { createEmulator } from '../create-emulator.js'
import { createVirtualClock } from './virtual-clock.js'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const emulator of opened.splice(0)) await emulator.close()
})
function open(options?: Parameters<typeof createEmulator>[0]) {
  const emulator = createEmulator(options)
  opened.push(emulator)
  return emulator
}

describe('the emulator', () => {
  it('has an address for each vendor, in process and on sockets', async () => {
    const emulator = open({ keys: { fal: 'my:key' } })
    expect(emulator.endpoints.fal).toEqual({
      queueURL: 'http://fal.emulator.localhost/queue',
      syncURL: 'http://fal.emulator.localhost/run',
      restURL: 'http://fal.emulator.localhost/rest',
      platformURL: 'http://fal.emulator.localhost/v1',
      apiKey: 'my:key',
    })
    const endpoints = await emulator.listen()
    const origins = [
      endpoints.astria.baseURL,
      endpoints.fal.queueURL,
      endpoints.segmind.baseURL,
      endpoints.control,
    ].map((url) => new URL(url).origin)
    expect(new Set(origins).size).toBe(4)
    expect((await fetch(`${endpoints.fal.restURL}/.well-known/jwks.json`)).status).toBe(200)
    expect((await emulator.fetch(`${endpoints.fal.restURL}/.well-known/jwks.json`)).status).toBe(200)
    await expect(emulator.listen()).rejects.toThrow(/listening already/)
  })

  it('gives each segmind account a key of the documented shape', () => {
    expect(open().endpoints.segmind.apiKey).toMatch(/^SG_[0-9a-f]{16}$/)
  })

  it('knows no other host, and nothing after close', async () => {
    const emulator = open()
    await expect(emulator.fetch('https://example.com/')).rejects.toMatchObject({
      message: 'fetch failed',
      cause: { code: 'ENOTFOUND' },
    })
    await emulator.close()
    await expect(emulator.fetch(emulator.endpoints.fal.queueURL)).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    })
  })

  it('rejects an aborted call with its reason, and journals nothing', async () => {
    const emulator = open()
    const reason = new Error('not today')
    await expect(emulator.fetch(emulator.endpoints.fal.queueURL, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    )
    expect(emulator.vendors.fal.journal).toEqual([])
  })

  it('takes a GET with a body, in process and on a socket', async () => {
    const emulator = open()
    const body = JSON.stringify({ request_id: '1' })
    const headers = { 'content-type': 'application/json' }
    await emulator.fetch(`${emulator.endpoints.segmind.baseURL}/finetune/request/details`, {
      method: 'GET',
      headers,
      body,
    })
    const { segmind } = await emulator.listen()
    await new Promise<void>((resolve, reject) => {
      const request = httpRequest(
        `${segmind.baseURL}/finetune/request/details`,
        { method: 'GET', headers: { ...headers, 'content-length': body.length } },
        (response) => {
          text(response).then(() => resolve(), reject)
        },
      )
      request.on('error', reject)
      request.end(body)
    })
    expect(emulator.vendors.segmind.journal.map((entry) => [entry.method, entry.body])).toEqual([
      ['GET', { request_id: '1' }],
      ['GET', { request_id: '1' }],
    ])
  })

  it('keeps keys out of the journal, wherever they were sent', async () => {
    const fal = falUnderTest({ keys: { fal: 'secret-id:secret-half' } })
    await fal.submit(
      'fal-ai/flux-lora',
      { prompt: 'my key is secret-id:secret-half' },
      '?fal_webhook=http://127.0.0.1:9/?k=secret-id:secret-half',
    )
    await fal.emulator.fetch(`${fal.queueURL}/fal-ai/flux-lora`, {
      method: 'POST',
      headers: { authorization: 'Key other-secret' },
    })
    const journal = JSON.stringify(fal.vendor.journal)
    expect(journal).not.toMatch(/secret-half|other-secret/)
    expect(fal.vendor.journal.map(({ authenticated, headers }) => [authenticated, headers.authorization])).toEqual([
      [true, '[redacted]'],
      [false, '[redacted]'],
    ])
  })

  it('sends webhooks over loopback, and serves pictures to any client', async () => {
    const received: string[] = []
    const receiver = createServer((request, response) => {
      text(request).then((body) => {
        received.push(body)
        response.end()
      }, response.destroy)
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    opened.push({ close: async () => void receiver.close() })
    const address = receiver.address()
    if (address === null || typeof address === 'string') throw new Error('the receiver has no port')
    const clock = createVirtualClock()
    const emulator = open({ clock })
    const { fal } = await emulator.listen()
    const submit = `${fal.queueURL}/fal-ai/flux-lora?fal_webhook=${encodeURIComponent(`http://127.0.0.1:${address.port}/hook`)}`
    const headers = { authorization: `Key ${fal.apiKey}`, 'content-type': 'application/json' }
    await fetch(submit, { method: 'POST', headers, body: '{"prompt":"a garden","image_size":"square"}' })
    await clock.advance(1_000)
    const { payload } = JSON.parse(received[0] ?? '{}')
    const picture = await fetch(payload.images[0].url)
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect(await sharp(await picture.arrayBuffer()).metadata()).toMatchObject({ width: 512, height: 512 })
  })

  it('refuses a pace that makes no sense', () => {
    expect(() => createEmulator({ pace: { fineTuneRunning: -1 } })).toThrow(/fineTuneRunning/)
  })

  it('runs on any clock that can tell the time and sleep', async () => {
    let now = 0
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms
      },
    }
    const emulator = open({ clock })
    const { queueURL, apiKey } = emulator.endpoints.fal
    const response = await emulator.fetch(`${queueURL}/fal-ai/flux-lora`, {
      method: 'POST',
      headers: { authorization: `Key ${apiKey}`, 'content-type': 'application/json' },
      body: '{"prompt":"a garden"}',
    })
    expect(response.status).toBe(200)
    await new Promise((resolve) => setImmediate(resolve))
    expect(emulator.vendors.fal.jobs).toMatchObject([{ state: 'COMPLETED' }])
  })
})
