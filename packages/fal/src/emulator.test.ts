import { createHash } from 'node:crypto'
import {
  addModel,
  createPortfolio,
  type FineTunedModel,
  fineTune,
  generate,
  LikenessError,
  startFineTune,
  startGenerate,
  watch,
} from '@likeness/core'
import { createEmulator, createVirtualClock, type Emulator } from '@likeness/emulator'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFal } from './provider.js'
import type { FalSettings } from './settings.js'

const subject = { className: 'toy robot', kind: 'product' } as const

describe('fal adapter against the emulator', () => {
  let emulator: Emulator
  beforeEach(() => {
    emulator = createEmulator({ clock: createVirtualClock() })
  })
  afterEach(() => emulator.close())

  const fal = (settings: FalSettings = {}) =>
    createFal({
      ...emulator.endpoints.fal,
      fetch: (input, init) => emulator.fetch(input, init),
      clock: emulator.clock,
      ...settings,
    })

  async function trained(settings?: FalSettings): Promise<FineTunedModel> {
    const { model } = await fineTune({ provider: fal(settings), subject, images: trainingPhotos(), trigger: 'ohwx' })
    return model
  }

  it('trains, and draws with the weights that came out', async () => {
    const provider = fal()
    const result = await fineTune({ provider, subject, images: trainingPhotos(), trigger: 'ohwx', steps: 700 })
    const { model } = result
    expect(model).toMatchObject({
      provider: 'fal',
      base: 'flux-1-dev',
      trigger: 'ohwx',
      subject,
      weights: { format: 'diffusers-lora', base: 'flux-1-dev', bytes: expect.any(Number) },
      data: { endpoint: 'fal-ai/flux-lora', configUrl: expect.stringContaining('config.json') },
    })
    expect(JSON.parse(JSON.stringify(model))).toEqual(model)
    const { vendors } = emulator
    const upload = vendors.fal.journal.find(({ operation, method }) => operation === 'upload' && method === 'PUT')
    expect(upload?.files.filter(({ width }) => width !== undefined)).toHaveLength(6)
    expect(upload?.authenticated).toBe(false)
    expect(vendors.fal.journal.find(({ operation }) => operation === 'fine-tune.submit')?.body).toEqual({
      images_data_url: expect.stringMatching(/^http/),
      trigger_word: 'ohwx',
      steps: 700,
    })
    expect(vendors.fal.invoice.map(({ amount }) => amount)).toEqual([result.cost?.amount])
    expect(result.cost).toMatchObject({ source: 'price-table', amount: 1_400_000_000 })
    expect(result.estimate?.maximum).toBe(1_400_000_000)

    const portfolio = addModel(createPortfolio(subject), model)
    const drawn = await generate({ provider, portfolio, prompt: '{subject} on the moon', n: 2, seed: 5, strength: 0.9 })
    expect(drawn.images).toHaveLength(2)
    const [, job] = vendors.fal.jobs
    expect(job?.appliedFineTunes).toEqual([model.weights?.url])
    expect(vendors.fal.journal.find(({ operation }) => operation === 'generation.submit')?.body).toEqual({
      prompt: 'ohwx toy robot on the moon',
      num_images: 2,
      seed: 5,
      loras: [{ path: model.weights?.url, scale: 0.9 }],
    })
    const bytes = await drawn.images[0]?.bytes()
    expect(Buffer.from(bytes ?? []).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
    expect(drawn.cost?.amount).toBe(vendors.fal.invoice[1]?.amount)
    const asked = vendors.fal.journal.filter(({ operation }) => operation.startsWith('generation'))
    expect(asked.every(({ query }) => !('logs' in query))).toBe(true)
  })

  it('starts from a picture, and changes it where a mask is white', async () => {
    const model = await trained()
    const portfolio = createPortfolio(subject, [model])
    const [image, mask] = trainingPhotos()
    const request = { provider: fal(), portfolio, prompt: '{subject}', image, imageStrength: 0.4 } as const
    const first = await generate(request)
    const second = await generate({ ...request, mask })
    expect([first.images.length, second.images.length]).toEqual([1, 1])
    const submits = emulator.vendors.fal.journal.filter(({ operation }) => operation === 'generation.submit')
    expect(submits.map(({ path }) => path)).toEqual([
      '/queue/fal-ai/flux-lora/image-to-image',
      '/queue/fal-ai/flux-lora/inpainting',
    ])
    expect(submits[1]?.body).toMatchObject({
      strength: 0.4,
      image_url: expect.stringMatching(/^http/),
      mask_url: expect.stringMatching(/^http/),
    })
    expect(emulator.vendors.fal.jobs.at(-1)?.appliedFineTunes).toEqual([model.weights?.url])
  })

  it.each(['fal-ai/flux-lora-portrait-trainer', 'fal-ai/turbo-flux-trainer'] as const)(
    'trains with %s',
    async (trainer) => {
      const provider = fal()
      const { model, cost, estimate } = await fineTune({
        provider,
        subject,
        images: trainingPhotos(),
        trigger: 'sks',
        learningRate: 0.0002,
        providerOptions: { fal: { trainer } },
      })
      expect(model.trigger).toBe('sks')
      const submit = emulator.vendors.fal.journal.find(({ operation }) => operation === 'fine-tune.submit')
      expect(submit).toMatchObject({
        path: `/queue/${trainer}`,
        body: { trigger_phrase: 'sks', learning_rate: 0.0002 },
      })
      expect(cost?.amount).toBe(estimate?.maximum)
      expect(emulator.vendors.fal.invoice[0]?.amount).toBe(cost?.amount)
    },
  )

  it('writes captions beside the pictures, with the trigger word in them', async () => {
    const images = trainingPhotos().map((image, index) => (index < 2 ? { image, caption: 'on a table' } : image))
    const { warnings } = await fineTune({ provider: fal(), subject, images, trigger: 'ohwx' })
    const upload = emulator.vendors.fal.journal.find(
      ({ operation, method }) => operation === 'upload' && method === 'PUT',
    )
    expect(upload?.files.filter(({ name }) => name.endsWith('.txt'))).toHaveLength(6)
    expect(warnings.find(({ parameter }) => parameter === 'captions')?.message).toContain('4 of 6 images')
  })

  it('buys one job under a lost answer, and says that it cannot know', async () => {
    const { fal: vendor } = emulator.vendors
    vendor.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    const attempt = generate({ provider: fal(), prompt: 'a garden' })
    await expect(attempt).rejects.toMatchObject({ kind: 'outcome-unknown', billed: 'maybe', retry: 'never' })
    expect(vendor.invoice).toHaveLength(1)
    expect(vendor.journal.filter(({ paid }) => paid)).toHaveLength(1)
  })

  it('reads through trouble on the way to the result', async () => {
    const { fal: vendor } = emulator.vendors
    vendor.fault({ operation: 'generation.status', fault: { type: 'bad-gateway' } })
    vendor.fault({ operation: 'generation.result', fault: { type: 'server-error' } })
    vendor.fault({ operation: 'generation.result', fault: { type: 'html-error' } })
    const { images } = await generate({ provider: fal(), prompt: 'a garden' })
    expect(images).toHaveLength(1)
    expect(vendor.invoice).toHaveLength(1)
  })

  it.each([true, false])('sees a failed job, told in its status: %s', async (errorsInStatus) => {
    const { fal: vendor } = emulator.vendors
    vendor.settings.errorsInStatus = errorsInStatus
    vendor.fault({ fault: { type: 'job-failed', message: 'CUDA out of memory' } })
    await expect(generate({ provider: fal(), prompt: 'a garden' })).rejects.toMatchObject({
      kind: 'job-failed',
      code: 'internal_server_error',
      billed: 'no',
      message: expect.stringContaining('CUDA out of memory'),
    })
  })

  it('sees blocked content, as an error and as a black picture', async () => {
    const { fal: vendor } = emulator.vendors
    for (const blockedAs of ['error', 'black-image'] as const) {
      vendor.settings.blockedAs = blockedAs
      vendor.fault({ fault: { type: 'job-blocked' } })
      await expect(generate({ provider: fal(), prompt: 'a garden' })).rejects.toMatchObject({ kind: 'content-blocked' })
    }
  })

  it('cancels a waiting job, and finds a done one finished', async () => {
    const provider = fal()
    const { handle } = await startGenerate({ provider, prompt: 'a garden' })
    expect(await provider.generate?.cancel(handle)).toBe('requested')
    await emulator.clock.sleep(10)
    expect(await provider.generate?.status(handle)).toEqual({ state: 'canceled' })
    expect(await provider.generate?.cancel(handle)).toBe('finished')
    const done = await generate({ provider, prompt: 'a garden' })
    expect(await provider.generate?.cancel(done.handle)).toBe('finished')
    emulator.vendors.fal.expire(done.handle.id)
    expect(await provider.generate?.status(done.handle)).toEqual({ state: 'expired' })
  })

  it('tells a wrong key from a right one, and the balance where it may', async () => {
    emulator.vendors.fal.setBalance(7_500_000_000)
    await expect(fal({ apiKey: 'id:wrongwrongwrong' }).account?.check()).rejects.toMatchObject({
      kind: 'authentication',
    })
    expect(await fal().account?.check()).toMatchObject({ balance: 7_500_000_000 })
    emulator.vendors.fal.fault({ operation: 'account', fault: { type: 'forbidden' } })
    expect(await fal().account?.check()).toMatchObject({ balance: undefined })
    emulator.vendors.fal.fault({ operation: 'account', times: 9, fault: { type: 'server-error' } })
    await expect(fal({ maxRetries: 0 }).account?.check()).rejects.toMatchObject({ kind: 'unavailable' })
    emulator.vendors.fal.setBalance(0)
    await expect(generate({ provider: fal(), prompt: 'a garden' })).rejects.toMatchObject({
      kind: 'insufficient-credits',
      billed: 'no',
      status: 403,
    })
  })

  it('returns pictures inline when asked to', async () => {
    const { images } = await generate({
      provider: fal(),
      prompt: 'a garden',
      size: '256x256',
      providerOptions: { fal: { syncMode: true } },
    })
    expect(images[0]?.url).toMatch(/^data:image\/jpeg;base64,/)
    expect((await images[0]?.bytes())?.byteLength).toBeGreaterThan(100)
  })

  it('runs without the queue when asked to', async () => {
    const options = { provider: fal(), prompt: 'a garden', providerOptions: { fal: { direct: true } } } as const
    const { images, cost, handle } = await generate(options)
    expect(images).toHaveLength(1)
    expect(cost?.amount).toBe(35_000_000)
    expect(handle.id).toBe(emulator.vendors.fal.jobs[0]?.id)
    expect(emulator.vendors.fal.journal.map(({ path }) => path)).toEqual(['/run/fal-ai/flux-lora'])
  })

  it('loads weights that were trained elsewhere, and refuses others unsent', async () => {
    const model = await trained()
    const foreign = { ...model, provider: 'elsewhere', data: { endpoint: 'not/for/us' } }
    const provider = fal()
    const { vendors } = emulator
    await generate({ provider, portfolio: createPortfolio(subject, [foreign]), prompt: '{subject}' })
    expect(vendors.fal.jobs.at(-1)?.appliedFineTunes).toEqual([model.weights?.url])
    const sent = vendors.fal.journal.length
    const { weights: _, ...bare } = foreign
    const portfolio = createPortfolio(subject, [bare])
    await expect(generate({ provider, portfolio, prompt: '{subject}' })).rejects.toMatchObject({
      kind: 'no-eligible-provider',
    })
    expect(vendors.fal.journal).toHaveLength(sent)
  })

  it('keeps the key out of every error', async () => {
    const key = emulator.endpoints.fal.apiKey
    const { fal: vendor } = emulator.vendors
    const faults = [
      'unauthorized',
      'forbidden',
      'invalid-field',
      'server-error',
      'html-error',
      'truncated-json',
    ] as const
    for (const type of faults) {
      vendor.fault({ operation: 'generation.submit', fault: { type } })
      const error = await generate({ provider: fal(), prompt: 'a garden' }).catch((reason: unknown) => reason)
      if (!LikenessError.is(error)) throw new Error(`${type}: no LikenessError`)
      const text = [JSON.stringify(error), error.stack, String(error.cause)].join('\n')
      expect(text).not.toContain(key)
    }
  })

  it('does the same over sockets, following the addresses that fal returns', async () => {
    await emulator.listen()
    const provider = createFal({ ...emulator.endpoints.fal, clock: emulator.clock })
    const { model } = await fineTune({ provider, subject, images: trainingPhotos(), trigger: 'ohwx' })
    const portfolio = createPortfolio(subject, [model])
    const [image] = trainingPhotos()
    const drawn = await generate({ provider, portfolio, prompt: '{subject}', image, size: '256x256' })
    expect((await drawn.images[0]?.bytes())?.byteLength).toBeGreaterThan(100)
    expect(emulator.vendors.fal.jobs.at(-1)?.appliedFineTunes).toEqual([model.weights?.url])
    // The addresses are the ones that would be built, so that the handle need not carry them.
    expect(drawn.handle.data).toEqual({ endpoint: 'fal-ai/flux-lora/image-to-image' })
  })

  it('uploads more than 90 MiB in parts, of which the same photos come out', async () => {
    await emulator.listen()
    const { endpoints, clock, vendors } = emulator
    // What follows the end of a PNG makes the file larger and the picture no different.
    const photos = trainingPhotos().map((photo, index) => Buffer.concat([photo, Buffer.alloc(16 * 1024 ** 2, index)]))
    const hashes = photos.map((photo) => createHash('sha256').update(photo).digest('hex'))
    await startFineTune({ provider: createFal({ ...endpoints.fal, clock }), subject, images: photos, trigger: 'ohwx' })
    const uploads = vendors.fal.journal.filter(({ operation }) => operation === 'upload')
    expect(uploads[0]?.path).toMatch(/initiate-multipart$/)
    expect(uploads.filter(({ method }) => method === 'PUT')).toHaveLength(10)
    const received = uploads.flatMap(({ files }) => files).filter(({ width }) => width !== undefined)
    expect(received.map(({ sha256 }) => sha256).sort()).toEqual(hashes.sort())
  })

  it('tells the log line and the progress of a training, when asked to', async () => {
    const provider = fal()
    const lines: string[] = []
    const started = await startFineTune({
      provider,
      subject,
      images: trainingPhotos(),
      trigger: 'ohwx',
      providerOptions: { fal: { logs: true } },
    })
    for await (const status of watch(started.handle, provider)) {
      if (status.state === 'running' && status.message !== undefined) lines.push(`${status.message} ${status.progress}`)
    }
    expect(lines).toContain('50%|█████     | 0.5')
  })

  it('sends what has no neutral name', async () => {
    const options = {
      priority: 'low',
      storeIO: false,
      startTimeout: 900,
      tags: { app: 'x' },
      maxQueueLength: 9,
      uploadLifecycle: { expirationSeconds: 600 },
      objectLifecycle: { expirationSeconds: 3600, initialAcl: { default: 'hide' } },
      createMasks: false,
    } as const
    const request = { subject, images: trainingPhotos(), trigger: 'ohwx', providerOptions: { second: options } }
    const { model } = await fineTune({ provider: fal({ id: 'second' }), ...request })
    const { journal } = emulator.vendors.fal
    expect(journal.find(({ path }) => path.endsWith('/initiate'))?.headers).toMatchObject({
      'x-fal-object-lifecycle': '{"expiration_duration_seconds":600}',
    })
    expect(journal.find(({ paid }) => paid)).toMatchObject({
      query: { fal_max_queue_length: '9' },
      headers: {
        'x-fal-queue-priority': 'low',
        'x-fal-store-io': '0',
        'x-fal-request-timeout': '900',
        'x-fal-tags': 'app=x',
        'x-fal-object-lifecycle-preference': '{"expiration_duration_seconds":3600,"initial_acl":{"default":"hide"}}',
      },
      body: { create_masks: false },
    })
    expect(model.provider).toBe('second')
    expect(Date.parse(model.expiresAt ?? '') - Date.parse(model.createdAt)).toBe(3_600_000)
  })

  it('gives up in the queue when the caller says how long a job may wait', async () => {
    const { settings } = emulator.vendors.fal
    settings.maxConcurrent = 0
    const options = { provider: fal(), prompt: 'a garden', providerOptions: { fal: { startTimeout: 5 } } } as const
    await expect(generate(options)).rejects.toMatchObject({ kind: 'timeout', billed: 'no', status: 504 })
    settings.maxConcurrent = 2
  })

  it('polls again when fal puts a job back into its queue', async () => {
    emulator.vendors.fal.settings.interruptions = 2
    const { images } = await generate({ provider: fal(), prompt: 'a garden' })
    expect(images).toHaveLength(1)
  })
})
