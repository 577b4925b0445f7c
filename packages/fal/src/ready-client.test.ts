import { createHash } from 'node:crypto'
import { createFalClient, fal as singleton } from '@fal-ai/client'
import * as serverless from '@fal-ai/serverless-client'
import { createPortfolio, fineTune, generate, LikenessError, startGenerate } from '@likeness/core'
import { createEmulator, type Emulator } from '@likeness/emulator'
import { trainingPhotos } from '@likeness/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFal } from './provider.js'
import type { ReadyClient } from './ready-client.js'

const subject = { className: 'toy robot', kind: 'product' } as const

// The clients have no base URL: their fetch is handed to the emulator, which knows fal's hosts.
const clients = {
  'createFalClient of @fal-ai/client': (credentials: string, fetch: typeof globalThis.fetch): ReadyClient =>
    createFalClient({ credentials, fetch }),
  'fal of @fal-ai/client': (credentials: string, fetch: typeof globalThis.fetch): ReadyClient => {
    singleton.config({ credentials, fetch })
    return singleton
  },
  'the module @fal-ai/serverless-client': (credentials: string, fetch: typeof globalThis.fetch): ReadyClient => {
    serverless.config({ credentials, fetch })
    return serverless
  },
}
const newer = clients['createFalClient of @fal-ai/client']
const older = clients['the module @fal-ai/serverless-client']

describe('ready clients', () => {
  let emulator: Emulator
  beforeEach(() => {
    emulator = createEmulator({
      pace: { fineTuneQueued: 5, fineTuneRunning: 10, generationQueued: 5, generationRunning: 10 },
    })
  })
  afterEach(() => emulator.close())

  const provider = (make: (typeof clients)[keyof typeof clients]) => {
    const { queueURL } = emulator.endpoints.fal
    const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
    const client = make(emulator.endpoints.fal.apiKey, fetch)
    return createFal({ client, fetch, minimumPollMs: 5, allowedHosts: [new URL(queueURL).host] })
  }

  it.each(Object.entries(clients))('train and draw through %s', async (_, make) => {
    const fal = provider(make)
    const trained = await fineTune({ provider: fal, subject, images: trainingPhotos(), trigger: 'ohwx', steps: 300 })
    expect(trained.warnings.filter(({ parameter }) => parameter === 'client')).toHaveLength(1)
    // No price header reaches us.
    expect(trained.cost).toBeUndefined()
    const portfolio = createPortfolio(subject, [trained.model])
    const drawn = await generate({ provider: fal, portfolio, prompt: '{subject} in snow', size: '256x256', seed: 3 })
    expect(drawn.images[0]).toMatchObject({ width: 256, height: 256, seed: 3 })
    const { jobs, journal } = emulator.vendors.fal
    expect(jobs.at(-1)?.appliedFineTunes).toEqual([trained.model.weights?.url])
    expect(journal.find(({ operation }) => operation === 'generation.submit')?.body).toEqual({
      prompt: 'ohwx toy robot in snow',
      num_images: 1,
      image_size: { width: 256, height: 256 },
      seed: 3,
      loras: [{ path: trained.model.weights?.url }],
    })
    const upload = journal.find(({ operation, method }) => operation === 'upload' && method === 'PUT')
    const received = upload?.files.filter(({ width }) => width !== undefined).map(({ sha256 }) => sha256)
    const originals = trainingPhotos().map((photo) => createHash('sha256').update(photo).digest('hex'))
    expect(received?.sort()).toEqual(originals.sort())
  })

  it.each(Object.entries(clients))('buy one job when the answer to a submit is lost, through %s', async (_, make) => {
    const vendor = emulator.vendors.fal
    vendor.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    const attempt = generate({ provider: provider(make), prompt: 'a garden' })
    await expect(attempt).rejects.toMatchObject({ kind: 'outcome-unknown', billed: 'maybe', retry: 'never' })
    expect(vendor.invoice).toHaveLength(1)
    expect(vendor.journal.filter(({ paid }) => paid)).toHaveLength(1)
  })

  it.each(Object.entries(clients))('read refusals and failed jobs through %s', async (_, make) => {
    const vendor = emulator.vendors.fal
    const fal = provider(make)
    vendor.fault({ operation: 'generation.submit', fault: { type: 'insufficient-credits' } })
    await expect(generate({ provider: fal, prompt: 'a garden' })).rejects.toMatchObject({
      kind: 'insufficient-credits',
      status: 403,
    })
    vendor.fault({ operation: 'generation.submit', fault: { type: 'invalid-field' } })
    await expect(generate({ provider: fal, prompt: 'a garden' })).rejects.toMatchObject({
      kind: 'invalid-request',
      fields: [{ field: 'prompt' }],
    })
    vendor.fault({ fault: { type: 'job-blocked' } })
    await expect(generate({ provider: fal, prompt: 'a garden' })).rejects.toMatchObject({ kind: 'content-blocked' })
    vendor.fault({ fault: { type: 'job-failed', message: 'CUDA out of memory' } })
    await expect(generate({ provider: fal, prompt: 'a garden' })).rejects.toMatchObject({
      kind: 'job-failed',
      message: expect.stringContaining('CUDA out of memory'),
    })
  })

  it.each(Object.entries(clients))('cancel and expire through %s', async (_, make) => {
    const fal = provider(make)
    const { handle } = await startGenerate({ provider: fal, prompt: 'a garden' })
    expect(await fal.generate?.cancel(handle)).toBe('requested')
    const done = await generate({ provider: fal, prompt: 'a garden' })
    expect(await fal.generate?.cancel(done.handle)).toBe('finished')
    emulator.vendors.fal.expire(done.handle.id)
    expect(await fal.generate?.status(done.handle)).toEqual({ state: 'expired' })
  })

  it('sends queue options where the client can, and names those it cannot', async () => {
    const options = {
      priority: 'low',
      runnerHint: 'warm',
      startTimeout: 30,
      maxQueueLength: 5,
      objectLifecycle: { expirationSeconds: 3600 },
      storeIO: false,
      direct: true,
      logs: true,
      acceleration: 'none',
    } as const
    const request = { prompt: 'a garden', providerOptions: { fal: options } } as const
    const modern = await generate({ provider: provider(newer), ...request })
    const lacks = (warnings: typeof modern.warnings) =>
      warnings.filter(({ type }) => type === 'unsupported').map(({ parameter }) => parameter)
    expect(lacks(modern.warnings)).toEqual(['providerOptions.fal.maxQueueLength', 'providerOptions.fal.direct'])
    expect(emulator.vendors.fal.journal.find(({ paid }) => paid)?.headers).toMatchObject({
      'x-fal-queue-priority': 'low',
      'x-fal-runner-hint': 'warm',
      'x-fal-request-timeout': '30',
      'x-fal-object-lifecycle-preference': '{"expiration_duration_seconds":3600}',
    })
    const old = await generate({ provider: provider(older), ...request })
    const names = ['maxQueueLength', 'direct', 'priority', 'runnerHint', 'objectLifecycle', 'storeIO', 'startTimeout']
    expect(lacks(old.warnings)).toEqual(names.map((name) => `providerOptions.fal.${name}`))
    const sent = emulator.vendors.fal.journal.length
    await expect(generate({ provider: provider(older), ...request, onUnsupported: 'error' })).rejects.toMatchObject({
      kind: 'unsupported',
    })
    expect(emulator.vendors.fal.journal).toHaveLength(sent)
  })

  it('refuses to go on under a key that fal.config() put in the place of the first', async () => {
    const fal = provider(older)
    const { handle } = await startGenerate({ provider: fal, prompt: 'a garden' })
    const sent = emulator.vendors.fal.journal.length
    serverless.config({ credentials: 'id:another-tenant', fetch: (input, init) => emulator.fetch(input, init) })
    await expect(fal.generate?.status(handle)).rejects.toMatchObject({ kind: 'authentication' })
    expect(emulator.vendors.fal.journal).toHaveLength(sent)
  })

  it.each([newer, older])('sends nothing when already aborted, and stops waiting when aborted later', async (make) => {
    const fal = provider(make)
    const controller = new AbortController()
    const { handle } = await startGenerate({ provider: fal, prompt: 'a garden' })
    controller.abort(new Error('enough'))
    const sent = emulator.vendors.fal.journal.length
    const error = await fal.generate?.status(handle, { abortSignal: controller.signal }).catch((reason) => reason)
    expect(LikenessError.is(error) && error.kind).toBe('aborted')
    expect(emulator.vendors.fal.journal).toHaveLength(sent)
    emulator.vendors.fal.fault({ operation: 'generation.status', fault: { type: 'stall' } })
    const later = new AbortController()
    const waiting = fal.generate?.status(handle, { abortSignal: later.signal })
    later.abort()
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted' })
  })

  it('checks the key', async () => {
    expect(await provider(newer).account?.check()).toMatchObject({ balance: undefined })
    const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
    const wrong = createFal({ client: createFalClient({ credentials: 'id:wrong', fetch }) })
    await expect(wrong.account?.check()).rejects.toMatchObject({ kind: 'authentication' })
  })
})
