import {
  createPortfolio,
  type FineTuneOptions,
  type FineTuneRequest,
  fineTune,
  type GenerateOptions,
  generate,
  LikenessError,
  type Portfolio,
  type Provider,
  resume,
  startFineTune,
  startGenerate,
} from '@likeness/core'
import { createEmulator, createVirtualClock, type Emulator, type VirtualClock } from '@likeness/emulator'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAstria } from './provider.js'
import type { AstriaSettings } from './settings.js'

const key = 'sd_testing_0123456789'
const day = 24 * 3600_000
const dog = { className: 'dog', name: 'Rex' }

let clock: VirtualClock
let emulator: Emulator
let vendor: Emulator['vendors']['astria']
const callbacks: Request[] = []

beforeEach(() => {
  clock = createVirtualClock()
  callbacks.length = 0
  const deliver = async (request: Request) => {
    callbacks.push(request)
    return new Response('ok')
  }
  emulator = createEmulator({ clock, keys: { astria: key }, pace: 'realistic', deliver })
  vendor = emulator.vendors.astria
})

afterEach(() => emulator.close())

function connect(settings: AstriaSettings = {}): Provider {
  const { baseURL, apiKey } = emulator.endpoints.astria
  const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
  return createAstria({ baseURL, apiKey, fetch, clock, ...settings })
}

function training(provider: Provider, changes: Partial<FineTuneOptions> = {}): FineTuneOptions {
  return { provider, subject: dog, images: trainingPhotos(), ...changes }
}

async function train(provider: Provider, changes: Partial<FineTuneOptions> = {}): Promise<Portfolio> {
  const { model } = await fineTune(training(provider, changes))
  return createPortfolio(dog, [model])
}

function picture(provider: Provider, changes: Partial<GenerateOptions> = {}): GenerateOptions {
  return { provider, prompt: 'a photo of {subject}', ...changes }
}

async function failureOf(work: Promise<unknown>): Promise<LikenessError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!LikenessError.is(error)) throw new Error(`expected a LikenessError, got ${String(error)}`)
  return error
}

const submits = (operation: 'fine-tune.submit' | 'generation.submit') =>
  vendor.journal.filter((entry) => entry.operation === operation)

describe('a training', () => {
  it('uploads the very files, waits, and yields a model of the subject', async () => {
    const { model, cost, warnings, attempts, estimate } = await fineTune(training(connect()))
    expect(model).toMatchObject({
      provider: 'astria',
      base: 'flux-1-dev',
      subject: dog,
      trigger: 'ohwx',
      data: { kind: 'lora', baseTuneId: 1504944 },
    })
    expect(warnings.filter(({ parameter }) => parameter !== 'images')).toEqual([])
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['accepted'])
    expect(cost).toMatchObject({ source: 'vendor-response', amount: vendor.invoice[0]?.amount })
    expect(estimate?.minimum).toBeLessThanOrEqual(cost?.amount ?? 0)
    expect(estimate?.maximum).toBeGreaterThanOrEqual(cost?.amount ?? 0)
    const files = submits('fine-tune.submit').flatMap((entry) => entry.files)
    expect(files.map(({ bytes }) => bytes)).toEqual(trainingPhotos().map((photo) => photo.byteLength))
    expect(Date.parse(model.expiresAt ?? '') - Date.parse(model.createdAt)).toBe(30 * day)
  })

  it('sends captions as text files beside their pictures', async () => {
    const images = trainingPhotos().map((image, index) => ({ image, caption: `a toy, view ${index}` }))
    const { warnings } = await fineTune(training(connect(), { images }))
    expect(warnings.filter(({ parameter }) => parameter !== 'images')).toEqual([])
    const names = submits('fine-tune.submit').flatMap((entry) => entry.files.map(({ name }) => name))
    expect(names).toHaveLength(2 * images.length)
    expect(names[1]).toBe(names[0]?.replace(/\.png$/, '.txt'))
  })

  it('is found by the key in its title, also behind newer tunes', async () => {
    const provider = connect()
    const options = training(provider, { idempotencyKey: 'order-4711' })
    await startFineTune(options)
    for (let count = 0; count < 70; count++) await startFineTune(training(provider))
    const request: FineTuneRequest = {
      subject: dog,
      images: [],
      idempotencyKey: 'order-4711',
      mode: 'live',
      onUnsupported: 'warn',
    }
    const found = await provider.fineTune?.find(request, { since: clock.now() })
    expect(found?.id).toBe(vendor.jobs[0]?.id)
    const other = await provider.fineTune?.find({ ...request, idempotencyKey: 'order-471' }, { since: clock.now() })
    expect(other).toBeUndefined()
  })

  it('survives its process: a handle from JSON is resumed by another provider', async () => {
    const { handle } = await startFineTune(training(connect()))
    const result = await resume(JSON.parse(JSON.stringify(handle)), connect())
    expect(result.kind).toBe('fine-tune')
  })

  it('fails when it is long overdue, because Astria reports no failed training', async () => {
    vendor.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
    const started = clock.now()
    const error = await failureOf(fineTune(training(connect())))
    expect(error).toMatchObject({ kind: 'job-failed', retry: 'elsewhere', billed: 'maybe' })
    expect(clock.now() - started).toBeGreaterThan(2 * 3600_000)
    expect(clock.now() - started).toBeLessThan(4 * 3600_000)
  })
})

describe('a generation', () => {
  it('applies the fine-tune, and its pictures can be read', async () => {
    const provider = connect()
    const portfolio = await train(provider)
    const options = { portfolio, prompt: 'an oil painting of {subject}', n: 2, size: '512x768' } as const
    const { images, cost, estimate, warnings } = await generate(picture(provider, options))
    expect(warnings).toEqual([])
    expect(vendor.jobs.at(-1)?.appliedFineTunes).toEqual([portfolio.models[0]?.id])
    expect(images).toHaveLength(2)
    expect([...((await images[0]?.bytes()) ?? [])].slice(0, 2)).toEqual([0xff, 0xd8])
    expect(images[0]?.mediaType).toBe('image/jpeg')
    expect(cost).toMatchObject({ source: 'vendor-response', amount: 60_000_000 })
    expect(estimate?.minimum).toBe(60_000_000)
  })

  it('applies every model, or is refused before anything is sent', async () => {
    const provider = connect()
    const [first] = (await train(provider)).models
    const [second] = (await train(provider)).models
    const [mock] = (await train(provider, { mode: 'mock' })).models
    if (first === undefined || second === undefined || mock === undefined) throw new Error('not trained')
    const request = {
      prompt: '{subject} and a friend',
      n: 1,
      idempotencyKey: 'both-of-them',
      onUnsupported: 'warn',
    } as const
    await provider.generate?.start({ ...request, models: [{ model: first, strength: 0.7 }, { model: second }] })
    await clock.advance(3600_000)
    expect(vendor.jobs.at(-1)?.appliedFineTunes).toEqual([first.id, second.id])
    const before = vendor.journal.length
    const mixed = provider.generate?.start({ ...request, models: [{ model: first }, { model: mock }] })
    expect(await failureOf(mixed ?? Promise.resolve())).toMatchObject({ kind: 'unsupported' })
    expect(vendor.journal).toHaveLength(before)
  })

  it('rehearses for nothing with a mock training', async () => {
    const provider = connect()
    const { model, estimate } = await fineTune(training(provider, { mode: 'mock' }))
    expect(model.mock).toBe(true)
    expect(estimate?.maximum).toBe(0)
    const { images } = await generate(picture(provider, { portfolio: createPortfolio(dog, [model]) }))
    expect(images).toHaveLength(1)
    expect(submits('generation.submit').map(({ path }) => path)).toEqual([`/tunes/${model.id}/prompts`])
    expect(vendor.invoice.reduce((sum, { amount }) => sum + amount, 0)).toBe(0)
  })

  it('keeps the reason of a failed prompt', async () => {
    const provider = connect()
    vendor.fault({ operation: 'generation.submit', fault: { type: 'job-failed', message: 'No face was found' } })
    const error = await failureOf(generate(picture(provider, { prompt: 'a dog' })))
    expect(error).toMatchObject({ kind: 'job-failed', billed: 'maybe' })
    expect(error.message).toContain('No face was found')
  })

  it('expires with its tune or after 30 days', async () => {
    const provider = connect()
    const { handle } = await startGenerate(picture(provider, { prompt: 'a dog' }))
    await clock.advance(31 * day)
    vendor.expire(handle.id)
    expect(await provider.generate?.status(handle)).toEqual({ state: 'expired' })
  })
})

describe('a submit whose answer is lost', () => {
  const faults = ['reset-after', 'bad-gateway-after', 'gateway-timeout-after', 'truncated-after'] as const

  it.each(faults)('makes one billed training: %s', async (type) => {
    vendor.fault({ operation: 'fine-tune.submit', fault: { type } })
    const { model, attempts } = await fineTune(training(connect()))
    expect(submits('fine-tune.submit')).toHaveLength(1)
    expect(vendor.invoice.map(({ jobId }) => jobId)).toEqual([model.id])
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['accepted'])
  })

  it.each(faults)('makes one billed generation: %s', async (type) => {
    const provider = connect()
    const portfolio = await train(provider)
    vendor.fault({ operation: 'generation.submit', fault: { type } })
    for (const seed of [undefined, 7]) {
      const billed = vendor.invoice.length
      const sent = submits('generation.submit').length
      const changes = seed === undefined ? { portfolio } : { portfolio, seed }
      await generate(picture(provider, changes))
      expect(submits('generation.submit')).toHaveLength(sent + 1)
      expect(vendor.invoice).toHaveLength(billed + 1)
      vendor.fault({ operation: 'generation.submit', fault: { type } })
    }
  })

  it('is known not to have arrived when the vendor has none', async () => {
    vendor.fault({ operation: 'fine-tune.submit', fault: { type: 'gateway-timeout' } })
    const error = await failureOf(fineTune(training(connect())))
    expect(error).toMatchObject({ kind: 'unavailable', billed: 'no' })
    expect(vendor.invoice).toEqual([])
  })

  it('may be sent again with the idempotency of the account', async () => {
    vendor.settings.idempotency = true
    const provider = connect({ titleIdempotency: true })
    const options = training(provider, { idempotencyKey: 'order-4711' })
    const first = await startFineTune(options)
    await clock.advance(3600_000)
    const second = await startFineTune(options)
    expect(second.handle.id).toBe(first.handle.id)
    expect(vendor.invoice).toHaveLength(1)
    expect(second.warnings.map(({ message }) => message).join()).toContain('exists since')
  })

  it('merges prompts by the seed that is made from the key, whatever the caller left out', async () => {
    vendor.settings.idempotency = true
    const provider = connect({ titleIdempotency: true, webhookSecret: 'a secret of some length' })
    const webhookUrl = 'https://app.example/hook'
    const portfolio = await train(provider)
    const one = await startGenerate(picture(provider, { portfolio, webhookUrl, idempotencyKey: 'picture-1' }))
    const same = await startGenerate(picture(provider, { portfolio, webhookUrl, idempotencyKey: 'picture-1' }))
    const other = await startGenerate(picture(provider, { portfolio, webhookUrl, idempotencyKey: 'picture-2' }))
    expect(same.handle.id).toBe(one.handle.id)
    expect(other.handle.id).not.toBe(one.handle.id)
  })
})

describe('callbacks', () => {
  it('are proven by our token and name the job', async () => {
    const provider = connect({ webhookSecret: 'a secret of some length' })
    const webhookUrl = 'http://127.0.0.1:9/hook?user=1'
    const { model, handle } = await fineTune(training(provider, { webhookUrl, idempotencyKey: 'order-4711' }))
    const picked = await generate(picture(provider, { portfolio: createPortfolio(dog, [model]), webhookUrl }))
    expect(callbacks).toHaveLength(2)
    const events = await Promise.all(
      callbacks.map(async (request) => {
        const body = new Uint8Array(await request.arrayBuffer())
        return provider.webhooks?.verify({ url: request.url, headers: request.headers, body })
      }),
    )
    expect(events[0]).toEqual({
      provider: 'astria',
      jobId: handle.id,
      kind: 'fine-tune',
      idempotencyKey: 'order-4711',
      proof: 'token',
    })
    expect(events[1]).toMatchObject({ jobId: picked.handle.id, kind: 'generation' })
    expect(new URL(callbacks[0]?.url ?? '').searchParams.get('user')).toBe('1')
  })
})

describe('beyond Flux LoRA', () => {
  it('a FaceID tune is ready at once, and applied', async () => {
    const provider = connect()
    const providerOptions = { astria: { modelType: 'faceid' } }
    const { status } = await startFineTune(training(provider, { providerOptions }))
    if (status?.state !== 'succeeded') throw new Error('not ready')
    if (!('model' in status)) throw new Error('not a model')
    const portfolio = createPortfolio(dog, [status.model])
    await generate(picture(provider, { portfolio }))
    expect(vendor.jobs.at(-1)?.appliedFineTunes).toEqual([status.model.id])
  })

  it.each([
    ['SDXL', { baseTuneId: 666678 }],
    ['a checkpoint of Stable Diffusion', { baseTuneId: 690204 }],
  ])('%s is applied', async (_what, astria) => {
    const provider = connect()
    const portfolio = await train(provider, { providerOptions: { astria } })
    await generate(picture(provider, { portfolio }))
    expect(vendor.jobs.at(-1)?.appliedFineTunes).toEqual([portfolio.models[0]?.id])
  })

  it('prompts of the training run by themselves and are listed with it', async () => {
    const promptsAttributes = [{ text: '{subject} at sea', numImages: 2 }]
    const provider = connect()
    const { model, providerMetadata } = await fineTune(
      training(provider, { providerOptions: { astria: { promptsAttributes, characteristics: { coat: 'brown' } } } }),
    )
    await clock.advance(3600_000)
    const list = await provider.generate?.list({ model })
    expect(providerMetadata.astria?.promptIds).toEqual(list?.items.map(({ id }) => id))
    expect(list?.items[0]).toMatchObject({ state: 'succeeded', prompt: expect.stringContaining('ohwx dog at sea') })
    expect(list?.items[0]?.images).toHaveLength(2)
  })

  it('starts from a picture and a mask', async () => {
    const [image, mask] = trainingPhotos()
    const provider = connect()
    const { warnings } = await generate(picture(provider, { prompt: 'a hat', image, mask, imageStrength: 0.7 }))
    expect(warnings).toEqual([])
    const [submit] = submits('generation.submit')
    expect(submit?.files.map(({ field }) => field)).toEqual(['prompt[input_image]', 'prompt[mask_image]'])
  })
})

describe('settings', () => {
  it('scope every request to the workspace, and a prompt to its own', async () => {
    const provider = connect({ workspaceId: 7 })
    await generate(picture(provider, { prompt: 'a dog' }))
    await generate(picture(provider, { prompt: 'a cat', providerOptions: { astria: { workspaceId: 8 } } }))
    const [one, other] = submits('generation.submit')
    expect([one, other].map((entry) => entry?.body)).toMatchObject([
      { prompt: { workspace_id: 7 } },
      { prompt: { workspace_id: 8 } },
    ])
    const scopes = vendor.journal
      .filter(({ operation }) => operation.startsWith('generation'))
      .map(({ headers }) => headers['x-workspace-id'])
    expect([...new Set(scopes)]).toEqual(['7', '8'])
  })

  it('may give the provider another id, under which its options are looked for first', async () => {
    const provider = connect({ id: 'astria-eu' })
    const { handle } = await startGenerate(
      picture(provider, {
        prompt: 'a dog',
        providerOptions: { 'astria-eu': { theme: 'one' }, astria: { theme: 'two' } },
      }),
    )
    await startGenerate(picture(provider, { prompt: 'a dog', providerOptions: { astria: { theme: 'two' } } }))
    expect(handle.provider).toBe('astria-eu')
    expect(submits('generation.submit').map(({ body }) => body)).toMatchObject([
      { prompt: { theme: 'one' } },
      { prompt: { theme: 'two' } },
    ])
    const wrong = picture(provider, { prompt: 'a dog', providerOptions: { 'astria-eu': { tema: 'x' } } })
    const error = await failureOf(startGenerate(wrong))
    expect(error.fields?.[0]?.field).toBe('providerOptions.astria-eu.tema')
  })

  it('work over real connections too', async () => {
    await emulator.listen()
    const { baseURL, apiKey } = emulator.endpoints.astria
    const provider = createAstria({ baseURL, apiKey, clock })
    const portfolio = await train(provider)
    const { images } = await generate(picture(provider, { portfolio }))
    expect((await images[0]?.bytes())?.byteLength).toBeGreaterThan(1000)
    for (const type of ['reset-after', 'reset-before'] as const) {
      vendor.fault({ operation: 'generation.submit', fault: { type } })
      const billed = vendor.invoice.length
      await generate(picture(provider, { portfolio })).catch(() => undefined)
      expect(vendor.invoice.length - billed).toBe(type === 'reset-after' ? 1 : 0)
    }
  })
})

describe('the rest of the account', () => {
  it('tells the balance', async () => {
    vendor.setBalance(12_340_000_000)
    expect(await connect().account?.check()).toMatchObject({ balance: 12_340_000_000 })
  })

  it('lists everything page by page, and deletes it', async () => {
    const provider = connect()
    const portfolio = await train(provider)
    await train(provider)
    await generate(picture(provider, { portfolio }))
    const first = await provider.fineTune?.list({ limit: 1 })
    expect(first?.items).toHaveLength(1)
    const second = await provider.fineTune?.list({ limit: 1, cursor: first?.next })
    expect(second?.items[0]).toMatchObject({ state: 'succeeded', model: { id: portfolio.models[0]?.id } })
    const last = await provider.fineTune?.list({ limit: 1, cursor: second?.next })
    expect(last).toEqual({ items: [] })

    const pictures = await provider.generate?.list({ model: portfolio.models[0] })
    expect(pictures?.items).toHaveLength(1)
    expect(pictures?.items[0]?.images).toHaveLength(1)

    const [model] = portfolio.models
    if (model === undefined) throw new Error('not trained')
    await provider.fineTune?.remove(model)
    expect((await provider.fineTune?.list())?.items).toHaveLength(1)
    expect(await failureOf(provider.fineTune?.remove(model) ?? Promise.resolve())).toMatchObject({ kind: 'not-found' })
  })

  it('deletes the pictures of one generation', async () => {
    const provider = connect()
    const { handle } = await generate(picture(provider, { prompt: 'a dog' }))
    await provider.generate?.remove(handle)
    expect((await provider.generate?.list())?.items).toEqual([])
    expect(await failureOf(provider.generate?.status(handle) ?? Promise.resolve())).toMatchObject({ kind: 'not-found' })
  })

  it('cannot cancel, and sends nothing', async () => {
    const provider = connect()
    const { handle } = await startGenerate(picture(provider, { prompt: 'a dog' }))
    const before = vendor.journal.length
    const canceled = provider.generate?.cancel(handle) ?? Promise.resolve()
    expect(await failureOf(canceled)).toMatchObject({ kind: 'unsupported' })
    expect(vendor.journal).toHaveLength(before)
  })
})

describe('refusals', () => {
  it('keep the key to themselves', async () => {
    const error = await failureOf(fineTune(training(connect({ apiKey: 'sd_wrong_0123456789' }))))
    expect(error).toMatchObject({ kind: 'authentication', status: 401, billed: 'no' })
    expect(JSON.stringify(error) + String(error.stack) + String(error.cause)).not.toContain('sd_wrong')
  })

  it('tell an empty balance from a wrong request', async () => {
    vendor.setBalance(0)
    const error = await failureOf(fineTune(training(connect())))
    expect(error).toMatchObject({ kind: 'insufficient-credits', retry: 'elsewhere', billed: 'no' })
    expect(submits('fine-tune.submit')).toHaveLength(1)
  })

  it('wait half a minute and more after a 429', async () => {
    vendor.fault({ operation: 'generation.submit', fault: { type: 'rate-limited' } })
    const before = clock.now()
    await startGenerate(picture(connect(), { prompt: 'a dog' }))
    expect(clock.now() - before).toBeGreaterThanOrEqual(30_000)
    expect(vendor.invoice).toHaveLength(1)
  })
})
