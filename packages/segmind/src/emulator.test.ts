import {
  createPortfolio,
  type FineTunedModel,
  fineTune,
  generate,
  isFinal,
  LikenessError,
  startFineTune,
  startGenerate,
} from '@likeness/core'
import { createEmulator, createVirtualClock, type Emulator } from '@likeness/emulator'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAll } from '../test/requests.js'
import { createSegmind } from './provider.js'
import type { SegmindSettings } from './settings.js'

const subject = { className: 'toy robot', kind: 'product' } as const
const webhookSecret = 'a secret of some length'

describe.each(['in process', 'over sockets'])('Segmind adapter against the emulator, %s', (way) => {
  let emulator: Emulator
  const delivered: Request[] = []
  beforeEach(async () => {
    delivered.length = 0
    const deliver = async (request: Request) => {
      delivered.push(request)
      return new Response()
    }
    emulator = createEmulator({ clock: createVirtualClock(), deliver })
    if (way === 'over sockets') await emulator.listen()
  })
  afterEach(() => emulator.close())

  const segmind = (settings: SegmindSettings = {}) =>
    createSegmind({
      ...emulator.endpoints.segmind,
      ...(way === 'in process' && { fetch: (input, init) => emulator.fetch(input, init) }),
      clock: emulator.clock,
      webhookSecret,
      ...settings,
    })
  const vendor = () => emulator.vendors.segmind
  const entries = (operation: string) => vendor().journal.filter((entry) => entry.operation === operation)

  async function trained(options: object = {}): Promise<FineTunedModel> {
    const { model } = await fineTune({ provider: segmind(), subject, images: trainingPhotos(), ...options })
    return model
  }

  it('trains Flux Pro with every parameter, and draws with the model', async () => {
    const provider = segmind()
    const images = trainingPhotos().map((image, index) => (index === 0 ? { image, caption: 'TOK on a table' } : image))
    const result = await fineTune({
      provider,
      subject,
      images,
      steps: 600,
      learningRate: 0.0001,
      rank: 16,
      providerOptions: { segmind: { priority: 'SPEED', captioning: false, finetuneType: 'LORA' } },
    })
    const { model } = result
    expect(model).toMatchObject({ provider: 'segmind', base: 'flux-1-pro', trigger: 'TOK', subject })
    expect(JSON.parse(JSON.stringify(model))).toEqual(model)
    const [put] = entries('upload').filter(({ method }) => method === 'PUT')
    expect(put?.authenticated).toBe(false)
    expect(put?.files.filter(({ width }) => width !== undefined)).toHaveLength(6)
    expect(put?.files.filter(({ name }) => name.endsWith('.txt'))).toHaveLength(1)
    expect(entries('fine-tune.submit')[0]?.body).toMatchObject({
      base_model: 'FLUX_PRO',
      theme: 'PRODUCT',
      advance_parameters: { iterations: 600, learning_rate: 0.0001, lora_rank: 16, priority: 'SPEED' },
    })
    expect(result.cost).toMatchObject({ amount: 6_000_000_000, source: 'price-table' })
    expect(vendor().invoice.map(({ amount }) => amount)).toEqual([6_000_000_000])

    const portfolio = createPortfolio(subject, [model])
    const drawn = await generate({ provider, portfolio, prompt: '{subject} on the moon', size: '768x1024', seed: 5 })
    expect(drawn.images).toHaveLength(1)
    expect(drawn.warnings).toEqual([])
    expect(vendor().jobs.at(-1)?.appliedFineTunes).toEqual([model.id])
    expect(drawn.cost).toMatchObject({ source: 'vendor-response', amount: vendor().invoice[1]?.amount })
    expect(drawn.providerMetadata).toEqual({ segmind: { remainingCredits: 1000 } })
    const bytes = Buffer.from((await drawn.images[0]?.bytes()) ?? [])
    expect(bytes.subarray(0, 3).toString('hex')).toBe('ffd8ff')
    expect(drawn.images[0]).toMatchObject({ seed: 5 })
    expect(entries('generation.submit')[0]?.body).toEqual({
      prompt: 'TOK on the moon',
      width: 768,
      height: 1024,
      seed: 5,
    })
  })

  it.each(['FLUX', 'FAST_FLUX', 'QWEN'] as const)('trains %s, and draws with it', async (baseModel) => {
    const provider = segmind({ baseModel })
    const model = await trained({ provider })
    expect(model.data).toMatchObject({ baseModel })
    const portfolio = createPortfolio(subject, [model])
    const { images } = await generate({ provider, portfolio, prompt: 'a {subject}', aspectRatio: '3:4', seed: 1 })
    expect(images).toHaveLength(1)
    expect(vendor().jobs.at(-1)?.appliedFineTunes).toEqual([model.id])
  })

  it('draws with a public LoRA by its own slug', async () => {
    const provider = segmind({ baseModel: 'FLUX' })
    const model = await trained({ provider })
    await provider.updateAccess(model, { public: true })
    expect(entries('fine-tune.update')[0]?.status).toBe(200)
    const portfolio = createPortfolio(subject, [model])
    const providerOptions = { segmind: { useModelSlug: true } }
    await generate({ provider, portfolio, prompt: 'a {subject}', providerOptions })
    expect(entries('generation.submit')[0]?.path).toBe(`/v2/${model.data?.slug}`)
    expect(vendor().jobs.at(-1)?.appliedFineTunes).toEqual([model.id])
  })

  it('downloads the weights of a LoRA, without the key', async () => {
    const provider = segmind({ baseModel: 'FLUX' })
    const model = await trained({ provider, rank: 32 })
    const licence = 'LicenseRef-FLUX-1-dev-Non-Commercial-License'
    expect(model.weights).toMatchObject({ format: 'diffusers-lora', base: 'flux-1-dev', rank: 32, licence })
    const located = await provider.fineTune.locateWeights(model)
    expect(located).toMatchObject({ format: 'diffusers-lora', base: 'flux-1-dev', rank: 32, licence })
    const { stream, bytes } = await provider.fineTune.downloadWeights(model)
    const file = await readAll(stream)
    expect(bytes).toBe(file.length)
    const header = file.subarray(8, 8 + Number(file.readBigUInt64LE(0)))
    expect(JSON.parse(header.toString())).toHaveProperty('__metadata__')
    const [, , read] = entries('weights.download')
    expect(read).toMatchObject({ authenticated: false, status: 200 })
    expect(Object.keys(read?.headers ?? {})).not.toContain('x-api-key')
  })

  it('draws synchronously', async () => {
    const provider = segmind({ inference: 'v1' })
    const portfolio = createPortfolio(subject, [await trained()])
    const { images, cost, providerMetadata } = await generate({
      provider,
      portfolio,
      prompt: '{subject}',
      size: '512x512',
      format: 'png',
    })
    expect(images[0]?.url).toMatch(/^data:image\/png;base64,/)
    expect(cost).toMatchObject({ source: 'vendor-response', amount: vendor().invoice.at(-1)?.amount })
    expect(providerMetadata).toEqual({ segmind: { remainingCredits: 1000 } })
    expect(vendor().jobs.at(-1)?.appliedFineTunes).toHaveLength(1)
  })

  it('uses a model that is known by its id alone', async () => {
    const { data: _, ...bare } = await trained()
    const provider = segmind()
    await generate({ provider, portfolio: createPortfolio(subject, [bare]), prompt: '{subject}' })
    expect(vendor().jobs.at(-1)?.appliedFineTunes).toEqual([bare.id])
  })

  it('draws without a model', async () => {
    const { images } = await generate({ provider: segmind(), prompt: 'a lighthouse', aspectRatio: '16:9' })
    expect(images).toHaveLength(1)
    expect(entries('generation.submit')[0]?.path).toBe('/v2/flux-pro')
  })

  it.each(['reset-after', 'gateway-timeout-after', 'truncated-after'] as const)(
    'finds the training whose answer was lost: %s',
    async (type) => {
      vendor().fault({ operation: 'fine-tune.submit', fault: { type } })
      const { model, attempts } = await fineTune({ provider: segmind(), subject, images: trainingPhotos() })
      expect(model.id).toBe(vendor().jobs[0]?.id)
      expect(vendor().invoice).toHaveLength(1)
      expect(entries('fine-tune.submit')).toHaveLength(1)
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['accepted'])
    },
  )

  it('says that it cannot know about a picture whose answer was lost', async () => {
    vendor().fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    await expect(generate({ provider: segmind(), prompt: 'a garden' })).rejects.toMatchObject({
      kind: 'outcome-unknown',
      billed: 'maybe',
    })
    expect(vendor().jobs).toHaveLength(1)
    expect(entries('generation.submit')).toHaveLength(1)
  })

  it('says that trainings are closed, and charges nothing', async () => {
    vendor().settings.serviceClosed = true
    await expect(fineTune({ provider: segmind(), subject, images: trainingPhotos() })).rejects.toMatchObject({
      kind: 'unavailable',
      retry: 'elsewhere',
      hint: expect.stringContaining('2025-10-31'),
    })
    expect(vendor().invoice).toEqual([])
  })

  it.each(['INFERENCE_QUEUED', 'DEPLOYING'] as const)('shows the whole way, %s at its end', async (name) => {
    vendor().settings.deployingStatusName = name
    const provider = segmind()
    const { handle } = await startFineTune({ provider, subject, images: trainingPhotos() })
    const seen: string[] = []
    // The poll loop may well step over a short state: here each is looked at.
    for (;;) {
      const status = await provider.fineTune.status(handle)
      if (isFinal(status)) break
      if ('message' in status && status.message !== undefined) seen.push(`${status.state} ${status.message}`)
      await emulator.clock.sleep(20)
    }
    expect([...new Set(seen)]).toEqual([
      'queued REQUESTED',
      'running DATA_PROCESSING',
      'running TRAINING_INITIATED',
      'deploying TRAINING_COMPLETED',
      `deploying ${name}`,
    ])
  })

  it('a failed training tells why', async () => {
    vendor().fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed', message: 'GPU overloaded' } })
    await expect(fineTune({ provider: segmind(), subject, images: trainingPhotos() })).rejects.toMatchObject({
      kind: 'job-failed',
      message: expect.stringContaining('GPU overloaded'),
    })
  })

  it('failed pictures cost nothing', async () => {
    vendor().fault({ operation: 'generation.submit', fault: { type: 'job-failed', message: 'GPU overloaded' } })
    await expect(generate({ provider: segmind(), prompt: 'a garden' })).rejects.toMatchObject({
      kind: 'job-failed',
      billed: 'no',
      message: expect.stringContaining('GPU overloaded'),
    })
    vendor().fault({ operation: 'generation.submit', fault: { type: 'job-blocked' } })
    await expect(generate({ provider: segmind(), prompt: 'a garden' })).rejects.toMatchObject({
      kind: 'content-blocked',
    })
  })

  it('knows a picture that the vendor has forgotten', async () => {
    const provider = segmind()
    const { handle } = await startGenerate({ provider, prompt: 'a garden' })
    vendor().expire(handle.id)
    expect(await provider.generate.status(handle)).toEqual({ state: 'expired' })
  })

  it('keeps to the rate of the plan', async () => {
    vendor().settings.requestsPerMinute = 5
    const { images } = await generate({ provider: segmind(), prompt: 'a garden' })
    expect(images).toHaveLength(1)
    expect(vendor().journal.filter(({ status }) => status === 429)).toEqual([])
  })

  it('registers one callback for the account, and proves what comes', async () => {
    const provider = segmind()
    await provider.webhookRegistration.add('http://app.localhost/hook')
    expect(await provider.webhookRegistration.get()).toHaveLength(1)
    const model = await trained()
    expect(delivered.length).toBeGreaterThan(0)
    for (const request of delivered) {
      const { url, headers } = request
      const body = new Uint8Array(await request.arrayBuffer())
      expect(await provider.webhooks?.verify({ url, headers, body })).toMatchObject({ jobId: model.id, proof: 'token' })
    }
    const [registered] = await provider.webhookRegistration.get()
    await provider.webhookRegistration.update(registered?.id ?? '', 'http://app.localhost/other')
    await provider.webhookRegistration.remove(registered?.id ?? '')
    expect(await provider.webhookRegistration.get()).toEqual([])
  })

  it('tells the balance, and a wrong key from a right one', async () => {
    vendor().setBalance(7_500_000_000)
    expect(await segmind().account?.check()).toMatchObject({ balance: 7_500_000_000 })
    await expect(segmind({ apiKey: 'SG_ffffffffffffffff' }).account?.check()).rejects.toMatchObject({
      kind: 'authentication',
    })
    vendor().setBalance(0)
    for (const inference of ['v1', 'v2'] as const) {
      await expect(generate({ provider: segmind({ inference }), prompt: 'a garden' })).rejects.toMatchObject({
        kind: 'insufficient-credits',
        billed: 'no',
      })
    }
  })

  it('keeps the key out of every error', async () => {
    const { apiKey } = emulator.endpoints.segmind
    const faults = [
      'unauthorized',
      'forbidden',
      'invalid-field',
      'server-error',
      'html-error',
      'truncated-json',
    ] as const
    for (const type of faults) {
      vendor().fault({ operation: 'generation.submit', fault: { type } })
      const error = await generate({ provider: segmind(), prompt: 'a garden' }).catch((reason: unknown) => reason)
      if (!LikenessError.is(error)) throw new Error(`${type}: no LikenessError`)
      expect([JSON.stringify(error), error.stack, String(error.cause)].join('\n')).not.toContain(apiKey)
    }
  })
})
