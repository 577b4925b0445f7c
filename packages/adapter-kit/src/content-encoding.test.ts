import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { failure, loopback, status, submit, transportTo } from '../test/support.js'

const json = Buffer.from('{"id":1}')

describe('a compressed answer that nobody asked for', () => {
  it.each([
    ['gzip', gzipSync(json)],
    ['GZIP', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['br', brotliCompressSync(json)],
    ['gzip, br', brotliCompressSync(gzipSync(json))],
    ['identity', json],
  ])('is read: %s', async (encoding, body) => {
    const vendor = await loopback((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(body)
    })
    const { transport } = transportTo(vendor.baseURL)
    expect((await transport.send(status)).body).toEqual({ id: 1 })
    expect(vendor.requests[0]?.headers['accept-encoding']).toBeUndefined()
  })

  it.each([
    ['gzip', Buffer.from('not gzip'), 'decompressed'],
    ['zstd2', json, 'decompressed'],
    ['gzip', gzipSync(Buffer.alloc(2000)), 'larger than 1000 bytes'],
  ])('leaves the outcome open where it cannot be: %s', async (encoding, body, words) => {
    const vendor = await loopback((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(body)
    })
    const { transport, attempts, onAttempt } = transportTo(vendor.baseURL, { maximumBytes: 1000 })
    const error = await failure(transport.send(submit, { onAttempt }))
    expect(error).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })
    expect(error.message).toContain(words)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown'])
  })
})
