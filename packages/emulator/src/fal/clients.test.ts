import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { createFalClient } from '@fal-ai/client'
import * as serverless from '@fal-ai/serverless-client'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { dataset } from '../../test/archives.js'
import { createVirtualClock } from '../core/virtual-clock.js'
import { readWeights } from '../core/weights.js'
import type { Emulator } from '../create-emulator.js'
import { createEmulator } from '../create-emulator.js'

// The vendor's own clients cannot be given a base URL: their fetch is handed to the emulator, which knows fal's hosts.
describe("fal's own clients", () => {
  let emulator: Emulator
  beforeEach(() => {
    emulator = createEmulator({
      pace: { fineTuneQueued: 5, fineTuneRunning: 10, generationQueued: 5, generationRunning: 10 },
    })
  })
  afterEach(() => emulator.close())
  const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
  const client = () => createFalClient({ credentials: emulator.endpoints.fal.apiKey, fetch })

  it('@fal-ai/client uploads, trains and draws', async () => {
    const fal = client()
    const archive = new Blob([await dataset(5)], { type: 'application/zip' })
    const url = await fal.storage.upload(new File([archive], 'photos.zip', { type: 'application/zip' }))
    const states: string[] = []
    const trained = await fal.subscribe('fal-ai/flux-lora-fast-training', {
      input: { images_data_url: url, trigger_word: 'ohwx', steps: 500 },
      logs: true,
      pollInterval: 5,
      onQueueUpdate: ({ status }) => void states.push(status),
    })
    expect(states.at(-1)).toBe('COMPLETED')
    expect(trained.requestId).toBe(emulator.vendors.fal.jobs[0]?.id)
    const { diffusers_lora_file: lora, config_file: config } = trained.data
    expect(config.file_name).toBe('config.json')
    expect(lora.file_name).toBe('pytorch_lora_weights.safetensors')

    const bytes = new Uint8Array(await (await emulator.fetch(lora.url)).arrayBuffer())
    expect(bytes.length).toBe(lora.file_size)
    const weights = readWeights(bytes)
    expect(weights.photos).toHaveLength(5)
    expect(weights.metadata).toMatchObject({
      trigger_word: 'ohwx',
      trained_by: 'fal',
      'modelspec.architecture': 'FLUX.1-dev',
    })

    const drawn = await fal.subscribe('fal-ai/flux-lora', {
      input: {
        prompt: 'a photo of ohwx',
        loras: [{ path: lora.url, scale: 1 }],
        image_size: 'square',
        seed: 7,
        num_images: 2,
      },
      pollInterval: 5,
    })
    expect(drawn.data.images).toHaveLength(2)
    expect(drawn.data.seed).toBe(7)
    expect(drawn.data.has_nsfw_concepts).toEqual([false, false])
    expect(emulator.vendors.fal.jobs.map(({ appliedFineTunes }) => appliedFineTunes)).toEqual([[], [lora.url]])
    // 500 steps at 0.002 USD; two pictures of one megapixel at 0.035.
    expect(emulator.vendors.fal.invoice.map(({ amount }) => amount)).toEqual([1_000_000_000, 70_000_000])
  })

  it('@fal-ai/client uploads in parts above 90 MiB, and the parts are joined in order', async () => {
    const fal = client()
    const bytes = new Uint8Array(91 * 1024 ** 2)
    for (let at = 0; at < bytes.length; at += 1024) bytes[at] = (at / 1024) % 251
    const url = await fal.storage.upload(new File([bytes], 'large.bin', { type: 'application/octet-stream' }))
    const back = new Uint8Array(await (await emulator.fetch(url)).arrayBuffer())
    expect(back.length).toBe(bytes.length)
    expect(Buffer.compare(back, bytes)).toBe(0)
    const parts = emulator.vendors.fal.journal.filter(
      ({ method, operation }) => method === 'PUT' && operation === 'upload',
    )
    expect(parts).toHaveLength(10)
  })

  it('@fal-ai/client streams the status', async () => {
    await emulator.close()
    emulator = createEmulator({ clock: createVirtualClock(), pace: 'realistic' })
    const fal = client()
    const states: string[] = []
    const { data } = await fal.subscribe('fal-ai/flux-lora', {
      input: { prompt: 'a garden' },
      mode: 'streaming',
      onQueueUpdate: ({ status }) => void states.push(status),
    })
    expect(data.images).toHaveLength(1)
    expect(states).toEqual(expect.arrayContaining(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']))
  })

  it('@fal-ai/client runs directly, cancels, and reads errors', async () => {
    const fal = client()
    const { data } = await fal.run('fal-ai/flux-lora', {
      input: { prompt: 'a garden', sync_mode: true, image_size: { width: 256, height: 256 } },
    })
    expect(data.images[0]?.url).toMatch(/^data:image\/jpeg;base64,/)
    await expect(
      fal.run('fal-ai/flux-lora', { input: { prompt: 'a garden', num_inference_steps: 500 } }),
    ).rejects.toMatchObject({
      status: 422,
      fieldErrors: [{ loc: ['body', 'num_inference_steps'], type: 'less_than_equal' }],
    })
    const { request_id: requestId } = await fal.queue.submit('fal-ai/flux-lora', { input: { prompt: 'a garden' } })
    await fal.queue.cancel('fal-ai/flux-lora', { requestId })
    await expect(fal.queue.result('fal-ai/flux-lora', { requestId })).rejects.toMatchObject({ status: 499 })
    await expect(fal.queue.cancel('fal-ai/flux-lora', { requestId })).rejects.toMatchObject({
      status: 400,
      body: { status: 'ALREADY_COMPLETED' },
    })
  })

  it('@fal-ai/client sees a failed job only when it asks for the result', async () => {
    emulator.vendors.fal.fault({ fault: { type: 'job-failed', message: 'CUDA out of memory' } })
    await expect(
      client().subscribe('fal-ai/flux-lora', { input: { prompt: 'a garden' }, pollInterval: 5 }),
    ).rejects.toMatchObject({
      status: 500,
      body: { detail: [{ type: 'internal_server_error', msg: 'CUDA out of memory' }] },
    })
  })

  it('@fal-ai/client asks for the credentials of the realtime API', async () => {
    const response = await emulator.fetch('https://rest.fal.ai/tokens/', {
      method: 'POST',
      headers: { authorization: `Key ${emulator.endpoints.fal.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ allowed_apps: ['flux-lora'], token_expiration: 120 }),
    })
    expect(typeof (await response.json())).toBe('string')
  })

  it('@fal-ai/serverless-client uploads, trains and draws', async () => {
    serverless.config({ credentials: emulator.endpoints.fal.apiKey, fetch })
    const url = await serverless.storage.upload(new File([await dataset(4)], 'photos.zip', { type: 'application/zip' }))
    type Trained = { diffusers_lora_file: { url: string } }
    const trained = await serverless.subscribe<object, Trained>('fal-ai/flux-lora-fast-training', {
      input: { images_data_url: url, trigger_word: 'ohwx' },
      pollInterval: 5,
    })
    type Drawn = { images: { url: string; width: number; height: number }[] }
    const drawn = await serverless.subscribe<object, Drawn>('fal-ai/flux-lora', {
      input: { prompt: 'ohwx in snow', loras: [{ path: trained.diffusers_lora_file.url, scale: 0.9 }] },
      pollInterval: 5,
    })
    expect(drawn.images[0]).toMatchObject({ width: 1024, height: 768 })
    expect(
      emulator.vendors.fal.journal.every(({ authenticated, operation }) => authenticated || operation === 'upload'),
    ).toBe(true)
  })

  /** An app's own server, which waits for callbacks instead of asking. */
  async function receiver() {
    const received: { body: unknown; signature: unknown }[] = []
    const server = createServer(async (request, response) => {
      received.push({ body: await json(request), signature: request.headers['x-fal-webhook-signature'] })
      response.end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    return { received, webhookUrl: `http://127.0.0.1:${port}/hook?job=1&user=2` }
  }

  /** What both clients name alike and type apart. */
  interface Queue {
    submit(endpoint: string, options: { input: object; webhookUrl: string }): Promise<{ request_id: string }>
    status(endpoint: string, options: { requestId: string; logs?: boolean }): Promise<{ status: string }>
    /** The bare output, which the newer client wraps. */
    result(endpoint: string, options: { requestId: string }): Promise<unknown>
  }
  const queues: Record<string, () => Queue> = {
    '@fal-ai/client': () => {
      const { queue } = client()
      return {
        submit: (endpoint, options) => queue.submit(endpoint, options),
        status: (endpoint, options) => queue.status(endpoint, options),
        result: async (endpoint, options) => (await queue.result(endpoint, options)).data,
      }
    },
    '@fal-ai/serverless-client': () => {
      serverless.config({ credentials: emulator.endpoints.fal.apiKey, fetch })
      return serverless.queue
    },
  }

  it.each(Object.entries(queues))(
    '%s submits to the queue with a webhook, reads status and result, and is called back',
    async (_, connect) => {
      const queue = connect()
      const { received, webhookUrl } = await receiver()
      const archive = new File([await dataset(4)], 'photos.zip', { type: 'application/zip' })
      const images_data_url = await client().storage.upload(archive)
      const jobs = [
        { endpoint: 'fal-ai/flux-lora-fast-training', input: { images_data_url, trigger_word: 'ohwx' } },
        { endpoint: 'fal-ai/flux-lora', input: { prompt: 'a garden' } },
      ]
      for (const { endpoint, input } of jobs) {
        const { request_id: requestId } = await queue.submit(endpoint, { input, webhookUrl })
        expect(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']).toContain((await queue.status(endpoint, { requestId })).status)
        await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 5_000 })
        expect(await queue.status(endpoint, { requestId, logs: true })).toMatchObject({ status: 'COMPLETED' })
        const payload = await queue.result(endpoint, { requestId })
        expect(received.splice(0)).toEqual([
          {
            body: { request_id: requestId, gateway_request_id: requestId, status: 'OK', payload },
            signature: expect.stringMatching(/^[0-9a-f]{128}$/),
          },
        ])
      }
      const submits = emulator.vendors.fal.journal.filter(({ paid }) => paid)
      expect(submits.map(({ query }) => query)).toEqual([{ fal_webhook: webhookUrl }, { fal_webhook: webhookUrl }])
      expect(emulator.vendors.fal.invoice).toHaveLength(2)
    },
  )
})
