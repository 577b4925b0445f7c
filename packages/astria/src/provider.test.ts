import { createPortfolio, fineTune, generate, startGenerate } from '@likeness/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dog, type Emulated, emulate, failureOf, picture, train, training } from '../test/emulated.js'
import { createAstria } from './provider.js'

let emulated: Emulated

beforeEach(() => {
  emulated = emulate()
})

afterEach(() => emulated.emulator.close())

describe('callbacks', () => {
  it('are proven by our token and name the job', async () => {
    const provider = emulated.connect({ webhookSecret: 'a secret of some length' })
    const webhookUrl = 'http://127.0.0.1:9/hook?user=1'
    const { model, handle } = await fineTune(training(provider, { webhookUrl, idempotencyKey: 'order-4711' }))
    const picked = await generate(picture(provider, { portfolio: createPortfolio(dog, [model]), webhookUrl }))
    expect(emulated.callbacks).toHaveLength(2)
    const events = await Promise.all(
      emulated.callbacks.map(async (request) => {
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
    expect(new URL(emulated.callbacks[0]?.url ?? '').searchParams.get('user')).toBe('1')
  })
})

describe('settings', () => {
  it('scope every request to the workspace, and a prompt to its own', async () => {
    const provider = emulated.connect({ workspaceId: 7 })
    await generate(picture(provider, { prompt: 'a dog' }))
    await generate(picture(provider, { prompt: 'a cat', providerOptions: { astria: { workspaceId: 8 } } }))
    const [one, other] = emulated.submits('generation.submit')
    expect([one, other].map((entry) => entry?.body)).toMatchObject([
      { prompt: { workspace_id: 7 } },
      { prompt: { workspace_id: 8 } },
    ])
    const scopes = emulated.vendor.journal
      .filter(({ operation }) => operation.startsWith('generation'))
      .map(({ headers }) => headers['x-workspace-id'])
    expect([...new Set(scopes)]).toEqual(['7', '8'])
    expect([one, other].map((entry) => entry?.headers['x-workspace-id'])).toEqual(['7', '8'])
  })

  it('may give the provider another id, under which its options are looked for first', async () => {
    const provider = emulated.connect({ id: 'astria-eu' })
    const { handle } = await startGenerate(
      picture(provider, {
        prompt: 'a dog',
        providerOptions: { 'astria-eu': { theme: 'one' }, astria: { theme: 'two' } },
      }),
    )
    await startGenerate(picture(provider, { prompt: 'a dog', providerOptions: { astria: { theme: 'two' } } }))
    expect(handle.provider).toBe('astria-eu')
    expect(emulated.submits('generation.submit').map(({ body }) => body)).toMatchObject([
      { prompt: { theme: 'one' } },
      { prompt: { theme: 'two' } },
    ])
    const wrong = picture(provider, { prompt: 'a dog', providerOptions: { 'astria-eu': { tema: 'x' } } })
    const error = await failureOf(startGenerate(wrong))
    expect(error.fields?.[0]?.field).toBe('providerOptions.astria-eu.tema')
  })

  it('work over real connections too', async () => {
    await emulated.emulator.listen()
    const { baseURL, apiKey } = emulated.emulator.endpoints.astria
    const provider = createAstria({ baseURL, apiKey, clock: emulated.clock })
    const portfolio = await train(provider)
    const { images } = await generate(picture(provider, { portfolio }))
    expect((await images[0]?.bytes())?.byteLength).toBeGreaterThan(1000)
    for (const type of ['reset-after', 'reset-before'] as const) {
      emulated.vendor.fault({ operation: 'generation.submit', fault: { type } })
      const billed = emulated.vendor.invoice.length
      await generate(picture(provider, { portfolio })).catch(() => undefined)
      expect(emulated.vendor.invoice.length - billed).toBe(type === 'reset-after' ? 1 : 0)
    }
  })
})

describe('the rest of the account', () => {
  it('tells the balance', async () => {
    emulated.vendor.setBalance(12_340_000_000)
    expect(await emulated.connect().account?.check()).toMatchObject({ balance: 12_340_000_000 })
  })

  it('lists everything page by page, and deletes it', async () => {
    const provider = emulated.connect()
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
    expect(await failureOf(provider.fineTune?.remove(model))).toMatchObject({ kind: 'not-found' })
  })

  it('deletes the pictures of one generation', async () => {
    const provider = emulated.connect()
    const { handle } = await generate(picture(provider, { prompt: 'a dog' }))
    await provider.generate?.remove(handle)
    expect((await provider.generate?.list())?.items).toEqual([])
    expect(await failureOf(provider.generate?.status(handle))).toMatchObject({ kind: 'not-found' })
  })

  it('cannot cancel, and sends nothing', async () => {
    const provider = emulated.connect()
    const { handle } = await startGenerate(picture(provider, { prompt: 'a dog' }))
    const before = emulated.vendor.journal.length
    const canceled = provider.generate?.cancel(handle)
    expect(await failureOf(canceled)).toMatchObject({ kind: 'unsupported' })
    expect(emulated.vendor.journal).toHaveLength(before)
  })
})

describe('refusals', () => {
  it('keep the key to themselves', async () => {
    const error = await failureOf(fineTune(training(emulated.connect({ apiKey: 'sd_wrong_0123456789' }))))
    expect(error).toMatchObject({ kind: 'authentication', status: 401, billed: 'no' })
    expect(JSON.stringify(error) + String(error.stack) + String(error.cause)).not.toContain('sd_wrong')
  })

  it('tell an empty balance from a wrong request', async () => {
    emulated.vendor.setBalance(0)
    const error = await failureOf(fineTune(training(emulated.connect())))
    expect(error).toMatchObject({ kind: 'insufficient-credits', retry: 'elsewhere', billed: 'no' })
    expect(emulated.submits('fine-tune.submit')).toHaveLength(1)
  })

  it('wait half a minute and more after a 429', async () => {
    emulated.vendor.fault({ operation: 'generation.submit', fault: { type: 'rate-limited' } })
    const before = emulated.clock.now()
    await startGenerate(picture(emulated.connect(), { prompt: 'a dog' }))
    expect(emulated.clock.now() - before).toBeGreaterThanOrEqual(30_000)
    expect(emulated.vendor.invoice).toHaveLength(1)
  })
})
