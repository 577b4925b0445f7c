import { describe, expect, it } from 'vitest'
import type { FineTuneCapabilities } from '../capabilities.js'
import { LikenessError } from '../error.js'
import type { FineTune, FineTuneRequest } from '../fine-tune.js'
import { createPortfolio } from '../portfolio.js'
import { type FineTuneOptions, fineTune, startFineTune } from './fine-tune.js'
import { startGenerate } from './generate.js'
import { planFineTune, planGenerate } from './plan.js'
import { oneImage, testClock, testHandle, testProvider } from './test-provider.js'

const clock = testClock()
const estimate = { minimum: 5, maximum: 7, currency: 'USD', lines: [], asOf: '2026-01-01' } as const
const handle = testHandle(clock, { kind: 'fine-tune', subject: { className: 'dog' }, estimate })

/** The first bytes of a PNG of that size; the last number makes them another picture. */
function png(width: number, height: number, salt = 0): Uint8Array {
  const header = Buffer.alloc(33)
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(header)
  header.writeUInt32BE(width, 16)
  header.writeUInt32BE(height, 20)
  header.writeUInt8(salt, 28)
  return header
}

const photos = (count: number, side = 1024) => Array.from({ length: count }, (_, index) => png(side, side, index))

const capabilities: FineTuneCapabilities = {
  bases: ['flux-1-dev'],
  images: { minimum: 2, maximum: 6, mediaTypes: ['image/png'], minimumSide: 64, recommendedSide: 512 },
  parameters: {
    base: true,
    trigger: true,
    steps: true,
    learningRate: true,
    rank: true,
    captions: true,
    webhookUrl: true,
    mode: true,
  },
  weights: false,
  adopts: [],
  find: false,
  cancel: false,
  remove: false,
  list: false,
}

const never = () => Promise.reject(new Error('not part of this test'))

/** A provider that trains, what was submitted to it, and how often it was asked for a status. */
function trainer(changes: Partial<FineTune> = {}) {
  const submitted: FineTuneRequest[] = []
  const base = testProvider({ clock })
  const provider = {
    ...base,
    capabilities: { ...base.capabilities, fineTune: capabilities },
    fineTune: {
      estimate: () => estimate,
      validate: async () => [{ type: 'notice' as const, provider: 'test', message: 'of the adapter' }],
      async start(request: FineTuneRequest) {
        submitted.push(request)
        return {
          handle,
          warnings: [{ type: 'notice' as const, provider: 'test', message: 'of the adapter' }],
          estimate,
        }
      },
      status: never,
      pace: () => ({ key: 'test', minimumMs: 100, maximumMs: 5_000, deadlineMs: 60_000 }),
      find: never,
      cancel: never,
      remove: never,
      list: never,
      preview: never,
      adopt: never,
      downloadWeights: never,
      erase: never,
      ...changes,
    },
  }
  const options = (images: FineTuneOptions['images'], rest: Partial<FineTuneOptions> = {}): FineTuneOptions => ({
    provider,
    subject: { className: 'dog' },
    images,
    ...rest,
  })
  return { provider, submitted, options }
}

describe('startFineTune', () => {
  it('refuses images that the vendor would refuse, all of them at once, and submits nothing', async () => {
    const { submitted, options } = trainer()
    const jpeg = { image: png(32, 32), name: 'tiny.png' }
    const error = await startFineTune(options([jpeg])).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'invalid-request', billed: 'no', provider: 'test' })
    expect(LikenessError.is(error) && error.fields?.map(({ field }) => field)).toEqual(['images', 'images (tiny.png)'])
    expect(submitted).toEqual([])
  })

  it('sums up notices of one sort, and tells two of them apart', async () => {
    const { options } = trainer()
    const many = await startFineTune(options(photos(4, 256)))
    expect(many.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^image-1\.png: is 256x256, .* \(and 3 more like it\)$/),
      'of the adapter',
    ])
    const two = await startFineTune(options(photos(2, 256)))
    expect(two.warnings).toMatchObject([
      { type: 'notice', parameter: 'images', message: expect.stringMatching(/^image-1\.png: .*recommended$/) },
      { type: 'notice', parameter: 'images', message: expect.stringMatching(/^image-2\.png: .*recommended$/) },
      { message: 'of the adapter' },
    ])
  })

  it('hands on the handle, the estimate and one key', async () => {
    const { submitted, options } = trainer()
    const seen: unknown[] = []
    const job = await startFineTune(options(photos(2), { onStarted: (started) => seen.push(started) }))
    expect(job).toMatchObject({ handle, estimate, attempts: [] })
    expect(seen).toEqual([handle])
    expect(submitted).toHaveLength(1)
    expect(submitted[0]?.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/)
    expect(submitted[0]?.images.map(({ name }) => name)).toEqual(['image-1.png', 'image-2.png'])
  })

  it('is refused where the provider cannot train, or the signal has fired, or the deadline is no number', async () => {
    const { provider, submitted, options } = trainer()
    const { fineTune: _, ...other } = provider
    await expect(startFineTune({ ...options(photos(2)), provider: other })).rejects.toMatchObject({
      kind: 'unsupported',
    })
    const abortSignal = AbortSignal.abort()
    await expect(startFineTune(options(photos(2), { abortSignal }))).rejects.toMatchObject({ kind: 'aborted' })
    await expect(fineTune(options(photos(2), { timeoutMs: Number.NaN }))).rejects.toMatchObject({
      fields: [{ field: 'timeoutMs' }],
    })
    expect(submitted).toEqual([])
  })
})

describe('fineTune', () => {
  it('keeps the job although the listener throws', async () => {
    const model = {
      provider: 'test',
      id: '1',
      base: 'flux-1-dev',
      subject: { className: 'dog' },
      createdAt: '2026-01-01T00:00:00.000Z',
    }
    const { options } = trainer({ status: async () => ({ state: 'succeeded', model }) })
    const warning = new Promise<Error>((resolve) => void process.once('warning', resolve))
    const onStarted = () => {
      throw new Error('the database is down')
    }
    expect(await fineTune(options(photos(2), { onStarted }))).toMatchObject({ handle, model })
    expect(await warning).toMatchObject({ message: 'the database is down' })
  })

  it('waits for a job whose submit answered with a state that is not the last', async () => {
    const { options } = trainer({
      start: async () => ({ handle, warnings: [], status: { state: 'queued' } }),
      status: async () => ({ state: 'canceled' }),
    })
    // Whether what ran until then was charged is not known.
    await expect(fineTune(options(photos(2)))).rejects.toMatchObject({ code: 'canceled', billed: 'maybe', handle })
  })
})

describe('planFineTune', () => {
  it('tells price, problems and warnings, and submits nothing', async () => {
    const { submitted, options } = trainer({ start: never })
    expect(await planFineTune(options(photos(2, 256)))).toMatchObject({
      estimate,
      problems: [{ code: 'low-resolution' }, { code: 'low-resolution' }],
      warnings: [{ message: 'of the adapter' }],
    })
    expect(submitted).toEqual([])
  })

  it('tells of refused images before what the adapter would make of them', async () => {
    const { options } = trainer({ validate: never })
    const plan = await planFineTune(options(photos(1)))
    expect(plan).toMatchObject({ estimate, warnings: [], problems: [{ severity: 'error', code: 'too-few' }] })
  })

  it('throws what the start would throw', async () => {
    const refused = new LikenessError({ kind: 'invalid-request', message: 'no such option' })
    const { provider, options } = trainer({ validate: () => Promise.reject(refused) })
    await expect(planFineTune(options(photos(2)))).rejects.toBe(refused)
    await expect(planFineTune(options([]))).rejects.toMatchObject({ fields: [{ field: 'images' }] })
    const { fineTune: _, ...other } = provider
    await expect(planFineTune({ ...options(photos(2)), provider: other })).rejects.toMatchObject({
      kind: 'unsupported',
    })
  })
})

describe('planGenerate', () => {
  const mock = {
    provider: 'test',
    id: '1',
    base: 'flux-1-dev',
    subject: { className: 'dog' },
    createdAt: '2026-01-01T00:00:00.000Z',
    mock: true,
  }
  const portfolio = createPortfolio({ className: 'dog' }, [mock])

  it('tells price and warnings, and submits nothing', async () => {
    const { provider } = trainer()
    const plan = await planGenerate({ provider, portfolio, prompt: 'a castle' })
    expect(plan.estimate).toBeUndefined()
    expect(plan.warnings).toMatchObject([
      { type: 'notice', parameter: 'prompt' },
      { type: 'notice', parameter: 'portfolio', message: expect.stringContaining('mock') },
    ])
  })

  it('throws what the start would throw', async () => {
    const { provider } = trainer()
    const { generate: _, ...other } = provider
    await expect(planGenerate({ provider: other, prompt: 'x' })).rejects.toMatchObject({ kind: 'unsupported' })
    await expect(planGenerate({ provider, prompt: 'x', n: 5 })).rejects.toMatchObject({ fields: [{ field: 'n' }] })
    const empty = createPortfolio({ className: 'dog' })
    await expect(planGenerate({ provider, portfolio: empty, prompt: '{subject}' })).rejects.toMatchObject({
      kind: 'no-eligible-provider',
    })
  })
})

describe('startGenerate', () => {
  it('yields the end of a job that its submit answered with', async () => {
    const provider = testProvider({
      clock,
      start: async () => ({ handle: testHandle(clock), warnings: [], status: oneImage }),
    })
    expect(await startGenerate({ provider, prompt: 'x' })).toMatchObject({ status: oneImage })
  })
})
