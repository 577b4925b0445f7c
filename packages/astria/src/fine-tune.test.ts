import { type FineTuneRequest, fineTune, generate, resume, startFineTune, startGenerate } from '@likeness/core'
import { imageFile, trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { day, dog, type Emulated, emulate, failureOf, picture, train, training } from '../test/emulated.js'

let emulated: Emulated

beforeEach(() => {
  emulated = emulate()
})

afterEach(() => emulated.emulator.close())

describe('a training', () => {
  it('uploads the very files, waits, and yields a model of the subject', async () => {
    const { model, cost, warnings, attempts, estimate } = await fineTune(training(emulated.connect()))
    expect(model).toMatchObject({
      provider: 'astria',
      base: 'flux-1-dev',
      subject: dog,
      trigger: 'ohwx',
      data: { kind: 'lora', baseTuneId: 1504944 },
    })
    expect(warnings.filter(({ parameter }) => parameter !== 'images')).toEqual([])
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['accepted'])
    expect(cost).toMatchObject({ source: 'vendor-response', amount: emulated.vendor.invoice[0]?.amount })
    expect(estimate?.minimum).toBeLessThanOrEqual(cost?.amount ?? 0)
    expect(estimate?.maximum).toBeGreaterThanOrEqual(cost?.amount ?? 0)
    const files = emulated.submits('fine-tune.submit').flatMap((entry) => entry.files)
    expect(files.map(({ bytes }) => bytes)).toEqual(trainingPhotos().map((photo) => photo.byteLength))
    expect(Date.parse(model.expiresAt ?? '') - Date.parse(model.createdAt)).toBe(30 * day)
  })

  it('sends captions as text files beside their pictures', async () => {
    const images = trainingPhotos().map((image, index) => ({ image, caption: `a toy, view ${index}` }))
    const { warnings } = await fineTune(training(emulated.connect(), { images }))
    expect(warnings.filter(({ parameter }) => parameter !== 'images')).toEqual([])
    const names = emulated.submits('fine-tune.submit').flatMap((entry) => entry.files.map(({ name }) => name))
    expect(names).toHaveLength(2 * images.length)
    expect(names[1]).toBe(names[0]?.replace(/\.png$/, '.txt'))
  })

  it('is found by the key in its title, also behind newer tunes', async () => {
    const provider = emulated.connect()
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
    const found = await provider.fineTune?.find(request, { since: emulated.clock.now() })
    expect(found?.id).toBe(emulated.vendor.jobs[0]?.id)
    const other = await provider.fineTune?.find(
      { ...request, idempotencyKey: 'order-471' },
      { since: emulated.clock.now() },
    )
    expect(other).toBeUndefined()
  })

  it('survives its process: a handle from JSON is resumed by another provider', async () => {
    const { handle } = await startFineTune(training(emulated.connect()))
    const result = await resume(JSON.parse(JSON.stringify(handle)), emulated.connect())
    expect(result.kind).toBe('fine-tune')
  })

  it('is expired when it is gone after 30 days, and not found when it is gone before', async () => {
    const provider = emulated.connect()
    const { handle } = await startFineTune(training(provider))
    emulated.vendor.expire(handle.id)
    const status = () => provider.fineTune?.status(handle)
    expect(await failureOf(status())).toMatchObject({ kind: 'not-found' })
    await emulated.clock.advance(31 * day)
    expect(await status()).toEqual({ state: 'expired' })
  })

  it('fails when it is long overdue, because Astria reports no failed training', async () => {
    emulated.vendor.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
    const started = emulated.clock.now()
    const error = await failureOf(fineTune(training(emulated.connect())))
    expect(error).toMatchObject({ kind: 'job-failed', retry: 'elsewhere', billed: 'maybe' })
    expect(emulated.clock.now() - started).toBeGreaterThan(2 * 3600_000)
    expect(emulated.clock.now() - started).toBeLessThan(4 * 3600_000)
  })
})

describe('a submit whose answer is lost', () => {
  const faults = ['reset-after', 'bad-gateway-after', 'gateway-timeout-after', 'truncated-after'] as const

  it.each(faults)('makes one billed training: %s', async (type) => {
    emulated.vendor.fault({ operation: 'fine-tune.submit', fault: { type } })
    const { model, attempts } = await fineTune(training(emulated.connect()))
    expect(emulated.submits('fine-tune.submit')).toHaveLength(1)
    expect(emulated.vendor.invoice.map(({ jobId }) => jobId)).toEqual([model.id])
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['accepted'])
  })

  it.each(faults)('makes one billed generation: %s', async (type) => {
    const provider = emulated.connect()
    const portfolio = await train(provider)
    emulated.vendor.fault({ operation: 'generation.submit', fault: { type } })
    for (const seed of [undefined, 7]) {
      const billed = emulated.vendor.invoice.length
      const sent = emulated.submits('generation.submit').length
      const changes = seed === undefined ? { portfolio } : { portfolio, seed }
      await generate(picture(provider, changes))
      expect(emulated.submits('generation.submit')).toHaveLength(sent + 1)
      expect(emulated.vendor.invoice).toHaveLength(billed + 1)
      emulated.vendor.fault({ operation: 'generation.submit', fault: { type } })
    }
  })

  it('is known not to have arrived when the vendor has none', async () => {
    emulated.vendor.fault({ operation: 'fine-tune.submit', fault: { type: 'gateway-timeout' } })
    const error = await failureOf(fineTune(training(emulated.connect())))
    expect(error).toMatchObject({ kind: 'unavailable', billed: 'no' })
    expect(emulated.vendor.invoice).toEqual([])
  })

  it('may be sent again with the idempotency of the account', async () => {
    emulated.vendor.settings.idempotency = true
    const provider = emulated.connect({ titleIdempotency: true })
    const options = training(provider, { idempotencyKey: 'order-4711' })
    const first = await startFineTune(options)
    await emulated.clock.advance(3600_000)
    const second = await startFineTune(options)
    expect(second.handle.id).toBe(first.handle.id)
    expect(emulated.vendor.invoice).toHaveLength(1)
    expect(second.warnings.map(({ message }) => message).join()).toContain('exists since')
  })

  it('says that it may, where the account makes one job of both', async () => {
    const request: FineTuneRequest = {
      subject: dog,
      images: trainingPhotos().map((photo, index) => imageFile(photo, `${index}.png`)),
      idempotencyKey: 'order-4711',
      mode: 'live',
      onUnsupported: 'warn',
    }
    for (const [titleIdempotency, retry] of [
      [true, 'later'],
      [false, 'never'],
    ] as const) {
      emulated.vendor.fault({ operation: 'fine-tune.submit', fault: { type: 'gateway-timeout-after' } })
      const started = emulated.connect({ titleIdempotency }).fineTune?.start(request)
      expect(await failureOf(started)).toMatchObject({ kind: 'outcome-unknown', retry, billed: 'maybe' })
    }
  })

  it("is found among others by seed and number, and by text where the seed is the caller's", async () => {
    const provider = emulated.connect()
    const base = { prompt: 'a dog', n: 2, models: [], onUnsupported: 'warn' } as const
    const find = (request: object) =>
      provider.generate?.find({ ...base, idempotencyKey: 'picture-1', ...request }, { since: emulated.clock.now() })
    await provider.generate?.start({ ...base, idempotencyKey: 'picture-0' })
    const wanted = await provider.generate?.start({ ...base, idempotencyKey: 'picture-1' })
    const seeded = await provider.generate?.start({ ...base, seed: 7, idempotencyKey: 'picture-2' })
    await provider.generate?.start({ ...base, seed: 7, prompt: 'a cat', idempotencyKey: 'picture-3' })
    expect((await find({}))?.id).toBe(wanted?.handle.id)
    expect((await find({ seed: 7 }))?.id).toBe(seeded?.handle.id)
    expect(await find({ n: 1 })).toBeUndefined()
    expect(await find({ idempotencyKey: 'picture-9' })).toBeUndefined()
    expect(await find({ seed: 7, prompt: 'a cow' })).toBeUndefined()
    await emulated.clock.advance(120_000)
    expect(await find({ seed: 7 })).toBeUndefined()
    expect((await find({}))?.id).toBe(wanted?.handle.id)
  })

  it('merges prompts by the seed that is made from the key, whatever the caller left out', async () => {
    emulated.vendor.settings.idempotency = true
    const provider = emulated.connect({ titleIdempotency: true, webhookSecret: 'a secret of some length' })
    const webhookUrl = 'https://app.example/hook'
    const portfolio = await train(provider)
    const one = await startGenerate(picture(provider, { portfolio, webhookUrl, idempotencyKey: 'picture-1' }))
    const same = await startGenerate(picture(provider, { portfolio, webhookUrl, idempotencyKey: 'picture-1' }))
    const other = await startGenerate(picture(provider, { portfolio, webhookUrl, idempotencyKey: 'picture-2' }))
    expect(same.handle.id).toBe(one.handle.id)
    expect(other.handle.id).not.toBe(one.handle.id)
  })
})
