import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, expect, it } from 'vitest'
import { createEmulator, createVirtualClock } from '../src/index.js'
import { zip } from './archive.js'
import { photos } from './photos.js'

const emulator = createEmulator({ clock: createVirtualClock() })
afterAll(async () => await emulator.close())

/** `fetch` refuses a GET with a body. */
async function getWithBody(url: string, headers: Record<string, string>, body: string): Promise<string> {
  const sent = request(url, {
    method: 'GET',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
  })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return await text(response)
}

async function until<Value>(read: () => Promise<Value>, isDone: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await read()
    if (isDone(value)) return value
    await emulator.clock.sleep(50)
  }
}

it('a LoRA trained at Segmind is loaded by fal, over sockets', async () => {
  const { segmind, fal } = await emulator.listen()
  const headers = { 'x-api-key': segmind.apiKey, 'content-type': 'application/json' }
  const api = `${segmind.baseURL}/finetune/request`

  const signed = JSON.parse(await getWithBody(`${api}/upload/pre-signed-url`, headers, '{"name":"dog.zip"}'))
  const pictures = await photos(4)
  const archive = await zip(Object.fromEntries(pictures.map((bytes, index) => [`${index}.jpg`, bytes])))
  expect((await fetch(signed.presigned_url, { method: 'PUT', body: new Uint8Array(archive) })).status).toBe(200)
  const submitted = await fetch(`${api}/submit`, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      name: 'dog',
      data_source_path: signed.s3_url,
      instance_prompt: 'a photo of TOK dog',
      base_model: 'FLUX',
      theme: 'FLUX',
      train_type: 'LORA',
      machine_type: 'NVIDIA_H100',
      advance_parameters: {},
    }),
  })
  const { finetune_id } = (await submitted.json()) as { finetune_id: string }
  const details = await until(
    async () =>
      JSON.parse(await getWithBody(`${api}/details`, headers, JSON.stringify({ request_id: finetune_id }))).finetune,
    ({ status }) => status === 'AVAILABLE' || status === 'FAILED',
  )
  expect(details).toMatchObject({ status: 'AVAILABLE', error_message: null })
  const weightsURL = await getWithBody(
    `${api}/file/download`,
    { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams({ cloud_storage_url: details.cloud_storage_url }).toString(),
  )

  const atFal = { authorization: `Key ${fal.apiKey}`, 'content-type': 'application/json' }
  const queued = await fetch(`${fal.queueURL}/fal-ai/flux-lora`, {
    method: 'POST',
    headers: atFal,
    body: JSON.stringify({
      prompt: 'TOK dog',
      image_size: { width: 256, height: 256 },
      loras: [{ path: weightsURL, scale: 1 }],
    }),
  })
  const { status_url } = (await queued.json()) as { status_url: string }
  await until(
    async () => (await (await fetch(status_url, { headers: atFal })).json()) as { status: string },
    ({ status }) => status === 'COMPLETED',
  )
  expect(emulator.vendors.fal.jobs[0]?.appliedFineTunes).toEqual([weightsURL])
})
