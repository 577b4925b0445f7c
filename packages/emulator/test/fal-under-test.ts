import { onTestFinished } from 'vitest'
import type { VirtualClock } from '../src/core/virtual-clock.js'
import { createVirtualClock } from '../src/core/virtual-clock.js'
import type { EmulatorOptions } from '../src/create-emulator.js'
import { createEmulator } from '../src/create-emulator.js'
import { dataset } from './archives.js'

/** A fal on a virtual clock, and plain HTTP calls to it. Closed when the test ends. */
export function falUnderTest(options: EmulatorOptions = {}) {
  const clock: VirtualClock = createVirtualClock()
  const emulator = createEmulator({ clock, ...options })
  onTestFinished(() => emulator.close())
  const { queueURL, restURL, apiKey } = emulator.endpoints.fal
  const headers = { authorization: `Key ${apiKey}`, 'content-type': 'application/json' }

  async function call(method: string, url: string, body?: unknown, more: Record<string, string> = {}) {
    const init = {
      method,
      headers: { ...headers, ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
    return await emulator.fetch(url, init)
  }
  async function submit(endpoint: string, body: unknown, query = '', more: Record<string, string> = {}) {
    const response = await call('POST', `${queueURL}/${endpoint}${query}`, body, more)
    return {
      response,
      body: (await response.json()) as {
        request_id: string
        status_url: string
        response_url: string
        cancel_url: string
      },
    }
  }
  async function upload(bytes: Uint8Array, name = 'photos.zip', mediaType = 'application/zip') {
    const initiated = await call('POST', `${restURL}/storage/upload/initiate`, {
      file_name: name,
      content_type: mediaType,
    })
    const { upload_url, file_url } = (await initiated.json()) as { upload_url: string; file_url: string }
    const put = await emulator.fetch(upload_url, {
      method: 'PUT',
      headers: { 'content-type': mediaType },
      body: Buffer.from(bytes),
    })
    return { url: file_url, put }
  }
  /** Trains to the end; returns the URL of the weights. */
  async function train(endpoint = 'fal-ai/flux-lora-fast-training', field = 'images_data_url') {
    const { url } = await upload(await dataset(4))
    const job = await submit(endpoint, { [field]: url, default_caption: 'ohwx' })
    await clock.advance(10 * 60_000)
    const result = await call('GET', job.body.response_url)
    const body = (await result.json()) as { diffusers_lora_file: { url: string } }
    return { requestId: job.body.request_id, weightsUrl: body.diffusers_lora_file.url }
  }
  /** Generates to the end; returns the result. */
  async function generate(body: object, endpoint = 'fal-ai/flux-lora') {
    const job = await submit(endpoint, body)
    await clock.advance(60_000)
    const response = await call('GET', job.body.response_url)
    return {
      requestId: job.body.request_id,
      response,
      body: (await response.json()) as Record<string, unknown> & { images: { url: string }[] },
    }
  }
  async function download(url: string): Promise<Buffer> {
    return Buffer.from(await (await emulator.fetch(url)).arrayBuffer())
  }
  return {
    clock,
    emulator,
    vendor: emulator.vendors.fal,
    call,
    submit,
    upload,
    train,
    generate,
    download,
    queueURL,
    apiKey,
  }
}
