import sharp from 'sharp'
import { request as undiciRequest } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { zip } from '../../test/archive.js'
import { photos } from '../../test/photos.js'
import { emulate } from '../core/emulator.js'
import type { VirtualClock } from '../core/virtual-clock.js'
import { createVirtualClock } from '../core/virtual-clock.js'
import { readWeights } from '../core/weights.js'
import { segmind } from './index.js'

/** What the tests read of answers. */
interface Wire {
  id: string
  status: string
  finetune_id?: string
  request_id?: string
  finetune: FineTuneWire
  presigned_url: string
  s3_url: string
  poll_url: string
  status_url: string
  response_url: string
  output: string
  images: { url: string }[]
  image: string
  file_urls: string[]
  webhook_id: string
}

interface FineTuneWire {
  id: string
  status: string
  slug: string
  public_model: boolean
  cloud_storage_url: string
}

interface Received {
  readonly url: string
  readonly body: { readonly status: string }
}

const usd = 1_000_000_000
const hour = 60 * 60 * 1000

function start(clock: VirtualClock, received: Received[]) {
  return emulate(
    { segmind },
    {
      clock,
      deliver: async (request) => {
        received.push({ url: request.url, body: (await request.json()) as Received['body'] })
        return new Response(null, { status: 200 })
      },
    },
  )
}

let clock: VirtualClock
let received: Received[]
let emulator: ReturnType<typeof start>

beforeEach(() => {
  clock = createVirtualClock()
  received = []
  emulator = start(clock, received)
})
afterEach(async () => await emulator.close())

const control = () => emulator.vendors.segmind
const at = () => emulator.endpoints.segmind

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const isForm = body instanceof URLSearchParams
  return await emulator.fetch(path.startsWith('http') ? path : `${at().baseURL}${path}`, {
    method,
    headers: {
      'x-api-key': at().apiKey,
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  })
}

async function ok<Reply = Wire>(response: Response): Promise<Reply> {
  const text = await response.text()
  expect([response.status, response.status === 200 ? '' : text]).toEqual([200, ''])
  return JSON.parse(text)
}

async function refused(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as { error: string }).error]
}

async function upload(bytes: Uint8Array, fields: Record<string, unknown> = {}): Promise<string> {
  const { presigned_url, s3_url } = await ok(
    await call('GET', '/finetune/request/upload/pre-signed-url', { name: 'photos.zip', ...fields }),
  )
  const put = await emulator.fetch(presigned_url, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'application/zip' },
  })
  expect(put.status).toBe(200)
  return s3_url
}

async function dataset(count = 4): Promise<Buffer> {
  const pictures = await photos(count)
  return await zip({
    ...Object.fromEntries(pictures.map((bytes, index) => [`${index}.jpg`, bytes])),
    '0.txt': 'TOK outdoors',
  })
}

const pro = (data_source_path: string, advance_parameters: object = {}, fields: object = {}) => ({
  name: 'my dog',
  data_source_path,
  instance_prompt: 'a photo of TOK dog',
  trigger_word: 'TOK',
  base_model: 'FLUX_PRO',
  theme: 'CHARACTER',
  segmind_public: false,
  advance_parameters: { iterations: 300, learning_rate: 0.005, finetune_type: 'FULL', ...advance_parameters },
  ...fields,
})

const lora = (data_source_path: string, fields: object = {}) => ({
  ...pro(data_source_path),
  base_model: 'FLUX',
  theme: 'FLUX',
  train_type: 'LORA',
  machine_type: 'NVIDIA_A100_40GB',
  advance_parameters: { steps: 1000, lora_rank: 128, learning_rate: 0.0004 },
  ...fields,
})

async function submit(body: object): Promise<string> {
  const { finetune_id, request_id, status } = await ok(await call('POST', '/finetune/request/submit', body))
  expect(status).toBe('REQUESTED')
  return finetune_id ?? request_id ?? ''
}

async function details(id: string): Promise<FineTuneWire> {
  return (await ok(await call('GET', '/finetune/request/details', { request_id: id }))).finetune
}

async function trained(body: object): Promise<FineTuneWire> {
  const id = await submit(body)
  await clock.advance(10_000)
  return await details(id)
}

async function generated(slug: string, body: object): Promise<Wire> {
  const { response_url } = await ok(await call('POST', `/v2/${slug}`, body))
  await clock.advance(5_000)
  return await ok(await call('GET', response_url))
}

async function bytesOf(url: string): Promise<Buffer> {
  const response = await emulator.fetch(url)
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

describe('access', () => {
  it('has two texts for 401', async () => {
    const missing = await emulator.fetch(`${at().baseURL}/v1/get-user-credits`)
    expect(await refused(missing)).toEqual([401, 'Missing Authorization or x-api-key in header'])
    const bearer = await emulator.fetch(`${at().baseURL}/v1/get-user-credits`, {
      headers: { authorization: `Bearer ${at().apiKey}` },
    })
    const [status, text] = await refused(bearer)
    expect([status, text.startsWith('Unauthorized. API key is invalid')]).toEqual([401, true])
  })

  it('answers another verb with 405 in HTML', async () => {
    const response = await call('POST', '/finetune/request/list', {})
    expect([response.status, response.headers.get('content-type')]).toEqual([405, 'text/html'])
  })

  it('answers 404 for what is not there', async () => {
    expect(await refused(await call('POST', '/v1/no-such-model', { prompt: 'a' }))).toEqual([404, 'Model not found'])
    expect(await refused(await call('GET', '/v2/requests/abc/status'))).toEqual([404, 'Request abc not found'])
    expect(await refused(await call('GET', '/v1/requests/abc'))).toEqual([
      404,
      'Output for this request ID abc Not Found',
    ])
    expect(await refused(await call('GET', '/finetune/request/details', { request_id: 'abc' }))).toEqual([
      404,
      'Request abc not found',
    ])
  })

  it('shows credits, with a hyphen in the free ones', async () => {
    control().setBalance(12.5 * usd)
    expect(await ok(await call('GET', '/v1/get-user-credits'))).toEqual({ credits: 12.5, 'free-credits': 0 })
  })

  it('counts requests by the minute when the plan has a limit', async () => {
    control().settings.requestsPerMinute = 2
    const statuses = []
    for (let index = 0; index < 3; index += 1) statuses.push(await call('GET', '/v1/get-user-credits'))
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429])
    const last = statuses[2]
    expect(last?.headers.get('retry-after')).toBeNull()
    expect(Date.parse(last?.headers.get('x-rate-limit-reset-at-utc') ?? '')).toBeGreaterThan(clock.now())
    await clock.advance(60_000)
    expect((await call('GET', '/v1/get-user-credits')).status).toBe(200)
  })
})

describe('fine-tuning', () => {
  it('walks from REQUESTED to AVAILABLE', async () => {
    const id = await submit(pro(await upload(await dataset())))
    const seen: string[] = []
    for (let ms = 0; ms < 4_000; ms += 50) {
      const { status } = await details(id)
      if (status !== seen.at(-1)) seen.push(status)
      await clock.advance(50)
    }
    expect(seen).toEqual([
      'REQUESTED',
      'DATA_PROCESSING',
      'TRAINING_INITIATED',
      'TRAINING_COMPLETED',
      'INFERENCE_QUEUED',
      'AVAILABLE',
    ])
    expect(await details(id)).toMatchObject({
      id,
      finetune_id: id,
      name: 'my dog',
      base_model: 'FLUX_PRO',
      source_type: 'AWS_S3',
      public_model: false,
      error_message: null,
      cloud_storage_url: null,
    })
    expect(control().invoice.map(({ amount }) => amount)).toEqual([4 * usd])
  })

  it('reads ids from a JSON body, a form, or the query of a GET', async () => {
    const id = await submit(pro(await upload(await dataset())))
    const answers = await Promise.all([
      call('GET', '/finetune/request/details', { request_id: id }),
      call('GET', '/finetune/request/details', new URLSearchParams({ request_id: id })),
      call('GET', `/finetune/request/details?request_id=${id}`),
    ])
    for (const answer of answers) expect((await ok(answer)).finetune.id).toBe(id)
    expect(await refused(await call('GET', '/finetune/request/details'))).toEqual([400, 'request_id is required'])
  })

  it('keeps hashes of the uploaded dataset and its files', async () => {
    await upload(await dataset())
    const put = control().journal.find(({ method }) => method === 'PUT')
    expect(put).toMatchObject({ operation: 'upload', paid: false, authenticated: false, status: 200 })
    expect(put?.files.map(({ name, width }) => [name, width])).toEqual([
      ['body', undefined],
      ['0.jpg', 640],
      ['1.jpg', 640],
      ['2.jpg', 640],
      ['3.jpg', 640],
      ['0.txt', undefined],
    ])
  })

  it('guards its storage by signatures', async () => {
    const answer = await ok(await call('GET', '/finetune/request/upload/pre-signed-url?name=a.zip'))
    expect((await emulator.fetch(answer.s3_url, { method: 'PUT', body: 'x' })).status).toBe(403)
    await clock.advance(hour)
    const late = await emulator.fetch(answer.presigned_url, { method: 'PUT', body: 'x' })
    expect([late.status, late.headers.get('content-type')]).toEqual([403, 'application/xml'])
    expect((await emulator.fetch(await upload(await dataset()))).status).toBe(403)
    expect((await emulator.fetch(await upload(await dataset(), { public: true }))).status).toBe(200)
  })

  it.each([
    ['a file that is no zip', async () => await upload(Buffer.from('%PDF')), 'Internal Server Error'],
    ['a public host', async () => 'https://files.example.com/a.zip', 'Internal Server Error'],
    [
      'images in a folder only',
      async () => await upload(await zip({ 'dog/1.jpg': (await photos(1))[0] ?? '' })),
      'Looks like empty dataset. Please do not create subfolders, only zip the images',
    ],
    ['too many images', async () => await upload(await dataset(21)), 'Dataset must have 1 to 20 images'],
  ])('fails on %s, and gives the money back', async (_what, source, message) => {
    const id = await submit(pro(await source()))
    await clock.advance(60_000)
    expect(await details(id)).toMatchObject({ status: 'FAILED', error_message: message })
    expect(control().invoice).toMatchObject([{ status: 'refunded' }])
  })

  it.each([
    [{ iterations: 99 }, {}, 'iterations must be at least 100'],
    [{ iterations: 1001 }, {}, 'iterations must be at most 1000'],
    [{ iterations: 'many' }, {}, 'iterations must be a number'],
    [{ learning_rate: 0.006 }, {}, 'learning_rate must be at most 0.005'],
    [{ lora_rank: 24 }, {}, 'lora_rank must be 16 or 32'],
    [{ priority: 'speed' }, {}, 'priority must be one of SPEED, QUALITY, HIGH_RES_ONLY'],
    [{ captioning: 'yes' }, {}, 'captioning must be a boolean'],
    [{}, { theme: 'PERSON' }, 'theme must be one of CHARACTER, PRODUCT, STYLE, GENERAL for FLUX_PRO'],
    [{}, { base_model: 'SDXL' }, 'base_model must be one of FLUX_PRO, FLUX, FAST_FLUX, QWEN'],
    [{}, { name: '' }, 'name is required'],
    [{}, { data_source_path: 'photos.zip' }, 'data_source_path must be a URL'],
    [{}, { advance_parameters: [] }, 'advance_parameters must be an object'],
    [
      {},
      { base_model: 'FLUX', theme: 'FLUX', train_type: 'LORA', machine_type: 'NVIDIA_T4' },
      'machine_type must be one of NVIDIA_A100_40GB, NVIDIA_H100, NVIDIA_L40S',
    ],
    [{}, { base_model: 'QWEN', theme: 'QWEN' }, 'train_type is required'],
  ])('refuses %j %j', async (advanced, fields, message) => {
    const response = await call('POST', '/finetune/request/submit', pro('https://a.test/a.zip', advanced, fields))
    expect(await refused(response)).toEqual([400, message])
    expect(control().jobs).toEqual([])
  })

  it.each([
    [120, 2],
    [150, 4],
    [500, 4],
    [501, 6],
  ])('of Flux Pro with %i iterations costs %i dollars', async (iterations, price) => {
    await submit(pro('https://a.test/a.zip', { iterations }))
    expect(control().invoice.map(({ amount }) => amount)).toEqual([price * usd])
  })

  it('of other base models answers with the id that their pages show', async () => {
    const source = await upload(await dataset(), { public: true })
    const qwen = await ok(
      await call(
        'POST',
        '/finetune/request/submit',
        lora(source, { base_model: 'QWEN', theme: 'QWEN', machine_type: 'NVIDIA_H100' }),
      ),
    )
    expect(Object.keys(qwen).sort()).toEqual(['name', 'request_id', 'status'])
    const fast = await trained({
      ...pro(source),
      base_model: 'FAST_FLUX',
      theme: 'subject',
      advance_parameters: { steps: 2000, finetune_type: 'LORA' },
    })
    expect(fast.status).toBe('AVAILABLE')
    const privately = await trained({
      ...pro(await upload(await dataset())),
      base_model: 'FAST_FLUX',
      theme: 'subject',
    })
    expect(privately.status).toBe('FAILED')
  })

  it('is listed newest first, and made public by a form in Python spelling', async () => {
    const source = await upload(await dataset())
    const [first, second] = [await submit(pro(source)), await submit(pro(source))]
    expect((await ok<FineTuneWire[]>(await call('GET', '/finetune/request/list'))).map(({ id }) => id)).toEqual([
      second,
      first,
    ])
    const form = new URLSearchParams({ request_id: first, segmind_public: 'True' })
    expect((await call('PUT', '/finetune/request/access-update', form)).status).toBe(200)
    expect((await details(first)).public_model).toBe(true)
    await call('PUT', '/finetune/request/access-update', { request_id: first, access: 'private' })
    expect((await details(first)).public_model).toBe(false)
  })

  it('is closed when the settings say so, as today', async () => {
    control().settings.serviceClosed = true
    expect((await call('POST', '/finetune/request/submit', pro('https://a.test/a.zip'))).status).toBe(410)
    expect(control().jobs).toEqual([])
  })

  it('needs credits: 406', async () => {
    control().setBalance(usd)
    const [status, text] = await refused(await call('POST', '/finetune/request/submit', pro('https://a.test/a.zip')))
    expect([status, text]).toEqual([406, 'Insufficient credits. You have 1.0 credits.'])
  })

  it('gives the weights of a LoRA, by a presigned URL in plain text', async () => {
    const done = await trained(lora(await upload(await dataset(3))))
    expect(done.cloud_storage_url).toMatch(/\/model\.safetensors$/)
    expect((await emulator.fetch(done.cloud_storage_url)).status).toBe(403)
    const signed = await call(
      'GET',
      '/finetune/request/file/download',
      new URLSearchParams({ cloud_storage_url: done.cloud_storage_url }),
    )
    expect(signed.headers.get('content-type')).toContain('text/plain')
    const weights = readWeights(await bytesOf(await signed.text()))
    expect(weights.photos).toHaveLength(3)
    expect(weights.metadata).toMatchObject({ trigger_word: 'TOK', trained_by: 'segmind' })
  })
})

describe('the webhook', () => {
  const hook = (event = 'FINETUNE') => ({ webhook_url: 'https://app.test/hook', event: { types: [event] } })
  const manage = async (method: string, path: string, body?: unknown) =>
    await call(method, `${at().managementURL}/webhook/${path}`, body)

  it('is one for the account, registered, replaced and deleted', async () => {
    const { webhook_id } = await ok(await manage('POST', 'add', hook()))
    expect((await manage('POST', 'add', hook())).status).toBe(400)
    expect((await manage('POST', 'add', hook('PIXELFLOW'))).status).toBe(200)
    await ok(await manage('POST', 'update', { ...hook(), webhook_id, webhook_url: 'https://app.test/other' }))
    expect(await ok(await manage('GET', 'get'))).toMatchObject([{ webhook_url: 'https://app.test/other' }, {}])
    await trained(pro(await upload(await dataset())))
    expect(received.map(({ url, body }) => [url, body.status])).toEqual([
      ['https://app.test/other', 'TRAINING_COMPLETED'],
      ['https://app.test/other', 'INFERENCE_QUEUED'],
      ['https://app.test/other', 'AVAILABLE'],
    ])
    expect(await ok(await manage('GET', `dispatch-logs?webhook_id=${webhook_id}`))).toHaveLength(3)
    await ok(await manage('GET', `inactive?webhook_id=${webhook_id}`))
    await trained(pro(await upload(await dataset())))
    expect(received).toHaveLength(3)
  })

  it('may come from the console, with the other list of statuses', async () => {
    control().settings.webhookURL = 'https://app.test/console'
    control().settings.deployingStatusName = 'DEPLOYING'
    const { id, slug } = await trained(lora(await upload(await dataset())))
    expect(received.map(({ body }) => body.status)).toEqual([
      'DATA_PROCESSING',
      'TRAINING_INITIATED',
      'TRAINING_COMPLETED',
      'DEPLOYING',
      'AVAILABLE',
    ])
    expect(received[4]?.body).toMatchObject({ request_id: id, inference_api_url: `${at().baseURL}/v1/${slug}` })
  })
})

describe('v2', () => {
  it('queues, works, answers', async () => {
    const queued = await ok(
      await call('POST', '/v2/flux-dev', {
        prompt: 'a harbour',
        seed: 5,
        samples: 2,
        aspect_ratio: '16:9',
        output_format: 'png',
      }),
    )
    expect(queued).toEqual({
      request_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      status: 'QUEUED',
      poll_url: `${at().baseURL}/v1/requests/${queued.request_id}`,
      status_url: `${at().baseURL}/v2/requests/${queued.request_id}/status`,
      response_url: `${at().baseURL}/v2/requests/${queued.request_id}`,
    })
    expect(await ok(await call('GET', queued.status_url))).toEqual({
      status: 'QUEUED',
      request_id: queued.request_id,
      metrics: {},
    })
    await clock.advance(150)
    expect(await ok(await call('GET', queued.response_url))).toMatchObject({ status: 'PROCESSING' })
    expect(control().invoice).toEqual([])
    await clock.advance(1_000)
    expect(await ok(await call('GET', queued.status_url))).toMatchObject({
      status: 'COMPLETED',
      metrics: { cost: 0.0392, remaining_credits: 1000, inference_time: 0.4, queue_time: 0.1, total_time: 0.5 },
    })
    const result = await ok(await call('GET', queued.response_url))
    expect(result).toMatchObject({ status: 'COMPLETED', seed: 5, prompt: 'a harbour' })
    expect(result.output).toEqual(result.images.map(({ url }) => url))
    expect(result.images).toMatchObject([{ content_type: 'image/png', file_size: expect.stringMatching(/^\d+$/) }, {}])
    expect(await sharp(await bytesOf(result.images[0]?.url ?? '')).metadata()).toMatchObject({
      width: 1344,
      height: 768,
      format: 'png',
    })
    expect(control().invoice.map(({ amount }) => amount)).toEqual([39_200_000])
  })

  it('forgets the request after an hour, and the picture after a week', async () => {
    const { request_id, response_url } = await ok(await call('POST', '/v2/flux-dev', { prompt: 'a' }))
    await clock.advance(1_000)
    const { output } = await ok(await call('GET', response_url))
    await clock.advance(hour)
    expect(await refused(await call('GET', response_url))).toEqual([404, `Request ${request_id} not found`])
    await bytesOf(output)
    await clock.advance(7 * 24 * hour)
    expect((await emulator.fetch(output)).status).toBe(404)
  })

  it('accepts an invalid body and fails it later, for nothing, as 422', async () => {
    const { status_url, response_url } = await ok(await call('POST', '/v2/flux-dev', { seed: 1 }))
    await clock.advance(1_000)
    for (const url of [status_url, response_url]) {
      const response = await call('GET', url)
      expect([response.status, await response.json()]).toEqual([
        422,
        { status: 'FAILED', error: 'prompt is required', metrics: { inference_time: 0.4, queue_time: 0.1 } },
      ])
    }
    expect(control().invoice).toEqual([])
  })

  it('needs credits: 402', async () => {
    control().setBalance(0)
    expect(await refused(await call('POST', '/v2/flux-dev', { prompt: 'a' }))).toEqual([
      402,
      'Insufficient credits. You have 0.0 credits.',
    ])
  })

  it('refuses other content types with 406', async () => {
    const response = await emulator.fetch(`${at().baseURL}/v2/flux-dev`, {
      method: 'POST',
      headers: { 'x-api-key': at().apiKey },
      body: '{"prompt":"a"}',
    })
    expect(await refused(response)).toEqual([406, 'Invalid content type'])
  })
})

describe('fine-tuned models', () => {
  it('apply the LoRA by finetune_id and by slug, and at strength 0 not at all', async () => {
    const { id, slug } = await trained(lora(await upload(await dataset())))
    expect(slug).toMatch(/^[0-9a-f-]{36}-my-dog$/)
    const ask = { prompt: 'TOK dog at sea', seed: 3 }
    const byId = await generated('flux-dev-finetuned', { ...ask, finetune_id: id })
    const bySlug = await generated(slug, ask)
    const none = await generated(slug, { ...ask, lora_strength: 0 })
    const base = await generated('flux-dev', ask)
    const applied = control()
      .jobs.filter(({ kind }) => kind === 'generation')
      .map((job) => job.appliedFineTunes)
    expect(applied).toEqual([[id], [id], [], []])
    const [first, second, third] = await Promise.all([byId, bySlug, none].map(({ output }) => bytesOf(output)))
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true)
    expect(first?.equals(third ?? Buffer.alloc(0))).toBe(false)
    expect(base.output).toMatch(/\.webp$/)
  })

  it('answer, report and bill alike however faithful their pictures are', async () => {
    const { id, slug } = await trained(lora(await upload(await dataset())))
    const pictures: Buffer[] = []
    const answers: unknown[] = []
    for (const fidelity of ['faithful', 'half', 'dropped'] as const) {
      control().settings.subjectFidelity = fidelity
      const answer = await generated(slug, { prompt: 'TOK dog at sea', seed: 3 })
      pictures.push(await bytesOf(answer.output))
      answers.push({ ...answer, request_id: '', output: '', images: answer.images.length })
    }
    expect(answers).toEqual([answers[0], answers[0], answers[0]])
    expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(3)
    const generations = control().jobs.filter(({ kind }) => kind === 'generation')
    expect(generations.map(({ appliedFineTunes }) => appliedFineTunes)).toEqual([[id], [id], []])
    const bills = control().invoice.filter(({ kind }) => kind === 'generation')
    expect(bills.map(({ amount, status }) => [amount, status])).toEqual(Array(3).fill([bills[0]?.amount, 'billed']))
  })

  it('of Flux Pro are called by slug, with BFL parameters', async () => {
    const { id, slug } = await trained(pro(await upload(await dataset())))
    const result = await generated(slug, {
      prompt: 'TOK dog',
      width: 512,
      height: 640,
      finetune_strength: 1.1,
      output_format: 'jpeg',
    })
    expect(await sharp(await bytesOf(result.output)).metadata()).toMatchObject({
      width: 512,
      height: 640,
      format: 'jpeg',
    })
    expect(control().jobs.at(-1)?.appliedFineTunes).toEqual([id])
    expect(control().invoice.at(-1)?.amount).toBe(60_000_000)
    const wrong = await call('POST', `/v1/${slug}`, { prompt: 'TOK dog', width: 500 })
    expect(await refused(wrong)).toEqual([406, 'width must be a multiple of 32'])
    expect((await call('POST', '/v1/flux-dev-finetuned', { prompt: 'a', seed: 1, finetune_id: id })).status).toBe(406)
  })

  it('cannot be called before they are available, nor after they are gone', async () => {
    const id = await submit(lora(await upload(await dataset())))
    const { slug } = await details(id)
    expect((await call('POST', `/v2/${slug}`, { prompt: 'a', seed: 1 })).status).toBe(404)
    await clock.advance(10_000)
    expect((await call('POST', `/v2/${slug}`, { prompt: 'a', seed: 1 })).status).toBe(200)
    control().expire(id)
    expect((await call('POST', `/v2/${slug}`, { prompt: 'a', seed: 1 })).status).toBe(404)
    expect((await call('GET', '/finetune/request/details', { request_id: id })).status).toBe(404)
  })
})

describe('v1', () => {
  it('answers with the picture, and says the rest in headers', async () => {
    const response = await call('POST', '/v1/flux-dev', { prompt: 'a harbour', seed: 9 })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp'])
    expect(Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('x-')))).toEqual({
      'x-cost': '0.0196',
      'x-remaining-credits': '1000',
      'x-request-id': control().jobs[0]?.id,
      'x-generation-time': '0.5',
      'x-seed-value': '9',
    })
    expect(await sharp(Buffer.from(await response.arrayBuffer())).metadata()).toMatchObject({
      width: 1024,
      format: 'webp',
    })
    expect(control().invoice).toHaveLength(1)
  })

  it('encodes the picture where the model offers it', async () => {
    const response = await call('POST', '/v1/fast-flux-schnell', { prompt: 'a', base64: true })
    const { image } = await ok(response)
    expect(await sharp(Buffer.from(image, 'base64')).metadata()).toMatchObject({ format: 'jpeg' })
  })

  it.each([
    ['flux-dev', {}, 400, 'prompt is required'],
    ['flux-dev', { prompt: 'a', guidance: 11 }, 406, 'guidance must be at most 10'],
    [
      'flux-dev',
      { prompt: 'a', aspect_ratio: '1:3' },
      406,
      'aspect_ratio must be one of 1:1, 16:9, 21:9, 2:3, 3:2, 4:5, 5:4, 9:16, 9:21',
    ],
    ['flux-dev-finetuned', { prompt: 'a', seed: 1 }, 400, 'finetune_id is required'],
    ['flux-dev-finetuned', { prompt: 'a', seed: 1, finetune_id: 'x' }, 404, 'Finetune x not found'],
  ])('refuses %s %j', async (slug, body, status, message) => {
    expect(await refused(await call('POST', `/v1/${slug}`, body))).toEqual([status, message])
    expect(control().jobs).toEqual([])
  })

  it('ends in a gateway page when it takes too long, and charges nothing for a failure', async () => {
    control().fault({ fault: { type: 'job-stuck' } })
    const stuck = await call('POST', '/v1/flux-dev', { prompt: 'a' })
    expect([stuck.status, stuck.headers.get('content-type')]).toEqual([504, 'text/html'])
    control().fault({ fault: { type: 'job-failed' } })
    expect((await call('POST', '/v1/flux-dev', { prompt: 'a' })).status).toBe(500)
    expect(control().invoice).toEqual([])
  })

  it('answers 410 for retired models, 406 without credits', async () => {
    control().settings.retiredModels = ['flux-pro']
    expect((await call('POST', '/v1/flux-pro', { prompt: 'a' })).status).toBe(410)
    control().setBalance(0)
    expect((await call('POST', '/v1/flux-dev', { prompt: 'a' })).status).toBe(406)
  })
})

describe('other', () => {
  it('stores assets given as data URLs', async () => {
    const { file_urls } = await ok(
      await call('POST', 'https://workflows-api.segmind.com/upload-asset', {
        data_urls: ['data:text/plain;base64,aGk='],
      }),
    )
    expect((await bytesOf(file_urls[0] ?? '')).toString()).toBe('hi')
  })

  it('says when to come back in a scripted 429', async () => {
    control().fault({ fault: { type: 'rate-limited' } })
    const response = await call('POST', '/v2/flux-dev', { prompt: 'a' })
    expect(response.status).toBe(429)
    expect(Date.parse(response.headers.get('x-rate-limit-reset-at-utc') ?? '') - clock.now()).toBeLessThanOrEqual(
      60_000,
    )
  })

  it('takes a GET with a body from a socket', async () => {
    await emulator.listen()
    const id = await submit(pro('https://a.test/a.zip'))
    const { statusCode, body } = await undiciRequest(`${at().baseURL}/finetune/request/details`, {
      method: 'GET',
      headers: { 'x-api-key': at().apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ request_id: id }),
    })
    expect([statusCode, await body.json()]).toMatchObject([200, { finetune: { id } }])
    const download = await undiciRequest(`${at().baseURL}/finetune/request/file/download`, {
      method: 'GET',
      headers: { 'x-api-key': at().apiKey, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'cloud_storage_url=https%3A%2F%2Fa.test%2Fmodel.safetensors',
    })
    expect([download.statusCode, await download.body.json()]).toEqual([404, { error: 'File not found' }])
  })
})
