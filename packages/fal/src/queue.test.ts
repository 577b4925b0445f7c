import type { Operation, Reply, Transport } from '@likeness/adapter-kit'
import { describe, expect, it } from 'vitest'
import type { QueueOptions } from './options.js'
import { appOf, createHttpQueue, keptURLs, type QueuedJob, queueHeaders } from './queue.js'
import { hostsOf } from './settings.js'

const hosts = hostsOf({ queueURL: 'https://queue.example/base' })

function recorder(answer: (operation: Operation) => Reply = () => ({ status: 200, headers: {}, body: {} })) {
  const sent: Operation[] = []
  const transport: Transport = {
    send: async (operation) => {
      sent.push(operation)
      if (operation.body?.type === 'stream') for await (const _ of operation.body.open());
      return answer(operation)
    },
    preview: () => Promise.reject(new Error('not asked for here')),
  }
  return { sent, queue: createHttpQueue(transport, hosts) }
}

// https://docs.fal.ai (Platform Headers), 2026
describe('headers', () => {
  it.each<[header: string, options: QueueOptions, value: string | undefined]>([
    ['x-fal-queue-priority', { priority: 'low' }, 'low'],
    ['x-fal-runner-hint', { runnerHint: 'warm' }, 'warm'],
    [
      'x-fal-object-lifecycle-preference',
      {
        objectLifecycle: {
          expirationSeconds: 60,
          initialAcl: { default: 'hide', rules: [{ user: 'u', decision: 'allow' }] },
        },
      },
      '{"expiration_duration_seconds":60,"initial_acl":{"default":"hide","rules":[{"user":"u","decision":"allow"}]}}',
    ],
    ['x-fal-store-io', { storeIO: false }, '0'],
    ['x-fal-store-io', { storeIO: true }, undefined],
    ['x-fal-request-timeout', { startTimeout: 2.5 }, '2.5'],
    ['x-fal-no-retry', { noRetry: true }, '1'],
    ['x-fal-no-retry', { noRetry: false }, undefined],
    ['x-fal-retry-config', { retryConfig: { max: 1 } }, '{"max":1}'],
    ['x-app-fal-disable-fallback', { disableFallback: true }, 'true'],
    ['x-fal-tags', { tags: { team: 'a', run: '7' } }, 'team=a,run=7'],
  ])('%s', (header, options, value) => {
    expect(queueHeaders(options)[header]).toBe(value)
  })

  it('are none unless asked for', () => {
    expect(queueHeaders({})).toEqual({})
  })
})

describe('addresses', () => {
  it('keep owner and app only, and the namespaces of workflows', () => {
    expect(appOf('fal-ai/flux-lora/image-to-image')).toBe('fal-ai/flux-lora')
    expect(appOf('workflows/me/mine/x')).toBe('workflows/me/mine')
    expect(appOf('comfy/me/mine')).toBe('comfy/me/mine')
  })

  it('are kept only where they differ from the ones that would be built, and lead to the same origin', () => {
    const job = { endpoint: 'fal-ai/flux-lora/inpainting', id: 'r 1' }
    const own = 'https://queue.example/base/fal-ai/flux-lora/requests/r%201'
    const returned = { status: `${own}/status`, response: own, cancel: `${own}/cancel` }
    expect(keptURLs(hosts.queueURL, job, returned)).toBeUndefined()
    expect(keptURLs(hosts.queueURL, job, { status: undefined, response: null, cancel: undefined })).toBeUndefined()
    expect(keptURLs(hosts.queueURL, job, { ...returned, response: `${own}/response` })).toEqual({
      response: `${own}/response`,
    })
    expect(keptURLs(hosts.queueURL, job, { ...returned, status: 'https://evil.example/x' })).toBeUndefined()
  })

  it.each([
    ['https://queue.example/full/id/response', 'https://queue.example/full/id/response'],
    ['https://evil.example/x', '/fal-ai/flux-lora/requests/r1'],
    ['http://queue.example/x', '/fal-ai/flux-lora/requests/r1'],
    ['no url', '/fal-ai/flux-lora/requests/r1'],
  ])('%s is read as %s', async (response, url) => {
    const { sent, queue } = recorder()
    const job: QueuedJob = { kind: 'generation', endpoint: 'fal-ai/flux-lora/inpainting', id: 'r1', urls: { response } }
    await queue.result(job, false)
    expect(sent[0]).toMatchObject({ url, method: 'GET', effect: 'read', name: 'generation.result' })
  })

  it('of a submit are the full endpoint, with callback and queue limit in the query', async () => {
    const { sent, queue } = recorder()
    const submission = {
      kind: 'fine-tune',
      endpoint: 'fal-ai/turbo-flux-trainer',
      input: { a: 1 },
      options: { maxQueueLength: 3 },
      webhookUrl: 'https://app.example/hook?x=1',
    } as const
    await queue.submit(submission)
    await queue.run?.(submission)
    expect(sent[0]).toMatchObject({
      name: 'fine-tune.submit',
      effect: 'paid',
      method: 'POST',
      url: '/fal-ai/turbo-flux-trainer',
      query: { fal_webhook: 'https://app.example/hook?x=1', fal_max_queue_length: 3 },
      body: { type: 'json', value: { a: 1 } },
    })
    expect(sent[1]).toMatchObject({ effect: 'paid', url: 'https://fal.run/fal-ai/turbo-flux-trainer' })
  })

  it('ask for logs only when they are wanted', async () => {
    const { sent, queue } = recorder()
    const job: QueuedJob = { kind: 'generation', endpoint: 'fal-ai/flux-lora', id: 'r1' }
    await queue.status(job)
    await queue.status({ ...job, logs: true })
    expect(sent.map(({ query }) => query)).toEqual([undefined, { logs: 1 }])
  })
})

// fal-ai/fal-js `libs/client/src/storage.ts`, 2026-08-02
describe('uploads', () => {
  const MiB = 1024 * 1024
  const chunk = new Uint8Array(3 * MiB + 17)
  const file = (bytes: number) => ({
    name: 'images.zip',
    mediaType: 'application/zip',
    bytes,
    open: async function* () {
      for (let left = bytes; left > 0; left -= chunk.byteLength)
        yield chunk.subarray(0, Math.min(left, chunk.byteLength))
    },
  })
  const answers = (operation: Operation): Reply => ({
    status: 200,
    headers: {},
    body: operation.url.includes('/initiate')
      ? { upload_url: 'https://store.example/u/1?sig=abc', file_url: 'https://v3.fal.media/files/x.zip' }
      : { partNumber: 99, etag: `tag of ${operation.url}` },
  })

  it('go up whole until 90 MiB, without key to the address that fal names', async () => {
    const { sent, queue } = recorder(answers)
    const url = await queue.upload(file(90 * MiB), { expirationSeconds: 60 })
    expect(url).toBe('https://v3.fal.media/files/x.zip')
    expect(sent.map(({ method, url: address, untrusted }) => [method, address, untrusted])).toEqual([
      ['POST', 'https://rest.fal.ai/storage/upload/initiate', undefined],
      ['PUT', 'https://store.example/u/1?sig=abc', true],
    ])
    expect(sent[0]).toMatchObject({
      query: { storage_type: 'fal-cdn-v3' },
      headers: { 'x-fal-object-lifecycle': '{"expiration_duration_seconds":60}' },
      body: { value: { content_type: 'application/zip', file_name: 'images.zip' } },
    })
    expect(sent[1]?.body).toMatchObject({ type: 'stream', bytes: 90 * MiB, mediaType: 'application/zip' })
  })

  it('go up in parts of 10 MiB beyond', async () => {
    const { sent, queue } = recorder(answers)
    await queue.upload(file(90 * MiB + 1), undefined)
    const puts = sent.filter(({ method }) => method === 'PUT')
    expect(sent[0]?.url).toBe('https://rest.fal.ai/storage/upload/initiate-multipart')
    expect(puts.map(({ url }) => url)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => `https://store.example/u/1/${n}?sig=abc`),
    )
    expect(puts.map(({ body }) => body?.type === 'stream' && body.bytes)).toEqual([...Array(9).fill(10 * MiB), 1])
    expect(sent.at(-1)).toMatchObject({
      method: 'POST',
      url: 'https://store.example/u/1/complete?sig=abc',
      untrusted: true,
    })
    expect(sent.at(-1)?.body).toMatchObject({
      value: {
        parts: expect.arrayContaining([{ partNumber: 10, etag: 'tag of https://store.example/u/1/10?sig=abc' }]),
      },
    })
  })
})
