import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { KEY, submit, transportTo } from '../test/support.js'
import type { MultipartPart } from './operation.js'

const photo: MultipartPart = {
  name: 'image',
  fileName: 'a.png',
  mediaType: 'image/png',
  bytes: 3,
  open: async function* () {
    yield new Uint8Array(3)
  },
}

describe('a preview', () => {
  it('is what is sent, without the key', async () => {
    const received: { url: string | undefined; headers: Record<string, unknown>; body: string }[] = []
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      received.push({ url: request.url, headers: request.headers, body })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const headers = { 'X-Mine': 'one', 'X-Secret': 'hush' }
      const { transport } = transportTo(`${origin}/v1`, { settings: { headers } })
      const operation = { ...submit, query: { hook: 'https://a/?b=c', none: undefined }, headers: { 'X-Tag': 'two' } }
      const preview = await transport.preview(operation)
      expect(received).toEqual([])
      await transport.send(operation)
      expect(preview.operation).toBe('generation.submit')
      expect(preview.method).toBe('POST')
      expect(preview.url).toBe(`${origin}${received[0]?.url}`)
      expect(preview.body).toEqual(JSON.parse(received[0]?.body ?? ''))
      expect(received[0]?.headers).toMatchObject({
        ...preview.headers,
        authorization: `Key ${KEY}`,
        'x-secret': 'hush',
      })
      expect(preview.headers).toMatchObject({
        authorization: '***',
        'x-secret': '***',
        'x-mine': 'one',
        'x-tag': 'two',
      })
    } finally {
      server.close()
    }
  })

  it('asks for no key', async () => {
    const authorization = () => Promise.reject(new Error('there is no key'))
    const { transport } = transportTo('https://vendor.example', { authorization, credentialHeader: 'x-api-key' })
    const { headers, body } = await transport.preview({ ...submit, body: { type: 'form', fields: { a: 'b' } } })
    expect(headers['x-api-key']).toBe('***')
    expect(headers.authorization).toBeUndefined()
    expect(body).toEqual([['a', 'b']])
  })

  it('lists the files of a form, and opens none', async () => {
    const { transport } = transportTo('https://vendor.example')
    const parts = [
      { name: 'title', value: 'x' },
      { ...photo, open: () => expect.unreachable() },
    ]
    const { body, files } = await transport.preview({ ...submit, body: { type: 'multipart', parts } })
    expect(body).toEqual([
      ['title', 'x'],
      ['image', '<file: a.png>'],
    ])
    expect(files).toEqual([{ name: 'a.png', bytes: 3, mediaType: 'image/png' }])
  })
})
