import type { Reply } from '@likeness/adapter-kit'
import { type JobHandle, LikenessError } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { fineTuneSucceeded } from './fine-tune-status.js'
import { generationSucceeded } from './generate-status.js'
import { cancelJob, queuedJob, readJob, readSubmit } from './job.js'
import type { FalQueue } from './queue.js'

const reply = (body: unknown, status = 200, headers: Record<string, string> = {}): Reply => ({ status, headers, body })

const handle: JobHandle = {
  version: 1,
  kind: 'generation',
  provider: 'fal',
  id: 'job-1',
  idempotencyKey: 'key-00000001',
  startedAt: '2026-11-01T00:00:00.000Z',
  n: 2,
  data: { endpoint: 'fal-ai/flux-lora' },
}
const training: JobHandle = {
  ...handle,
  kind: 'fine-tune',
  subject: { className: 'dog' },
  data: { endpoint: 'fal-ai/flux-lora-fast-training', steps: 1000, trigger: 'ohwx' },
}

const never = () => Promise.reject(new Error('must not be called'))

function queueOf(answers: { status?: Reply; result?: Reply | LikenessError; cancel?: Reply }): FalQueue {
  return {
    lacks: () => [],
    submit: never,
    upload: never,
    status: async () => answers.status ?? never(),
    result: async () => {
      if (answers.result instanceof Error) throw answers.result
      return answers.result ?? never()
    },
    cancel: async () => answers.cancel ?? never(),
  }
}

const read = (status: Reply, result?: Reply | LikenessError) =>
  readJob(
    {
      queue: queueOf({ status, ...(result === undefined ? {} : { result }) }),
      settings: {},
      succeeded: (job, answer) => generationSucceeded({}, job, answer),
    },
    handle,
  )

const completed = reply({ status: 'COMPLETED', request_id: 'job-1', logs: null, metrics: { inference_time: 2 } })
const picture = (changes: object = {}) => ({ url: 'https://v3.fal.media/a.jpg', width: 8, height: 8, ...changes })
const modelError = (type: string, status: number, headers: Record<string, string> = {}) =>
  reply({ detail: [{ loc: ['body', 'prompt'], msg: 'no', type }] }, status, headers)

// https://docs.fal.ai (Asynchronous Inference; request errors), 2026; what was only seen is marked.
describe('where a job stands', () => {
  it.each<[title: string, status: Reply, result: Reply | LikenessError | undefined, expected: object]>([
    ['waiting', reply({ status: 'IN_QUEUE', queue_position: 3 }, 202), undefined, { state: 'queued', position: 3 }],
    ['waiting, place unknown', reply({ status: 'IN_QUEUE' }, 202), undefined, { state: 'queued' }],
    ['running', reply({ status: 'IN_PROGRESS', logs: null }, 202), undefined, { state: 'running' }],
    [
      'running, with logs',
      reply({ status: 'IN_PROGRESS', logs: [{ message: 'a' }, { message: ' 40%|████ |' }] }),
      undefined,
      { state: 'running', message: ' 40%|████ |', progress: 0.4 },
    ],
    ['a name nobody knows', reply({ status: 'PAUSED' }), undefined, { state: 'running', message: 'PAUSED' }],
    ['unknown request', reply({ status: 'NOT_FOUND' }, 404), undefined, { state: 'expired' }],
    ['done', completed, reply({ images: [picture(), picture()] }), { state: 'succeeded' }],
    ['done, result gone', completed, reply({ status: 'NOT_FOUND' }, 404), { state: 'expired' }],
    ['done, result gone (410)', completed, reply({ detail: 'Gone' }, 410), { state: 'expired' }],
    [
      'not done after all (seen)',
      completed,
      reply({ detail: 'Request is still in progress' }, 400),
      { state: 'running' },
    ],
    [
      'not done after all, as 500 (seen)',
      completed,
      new LikenessError({ kind: 'unavailable', message: 'fal: Request is still in progress (HTTP 500)', status: 500 }),
      { state: 'running' },
    ],
    [
      'canceled',
      reply({ status: 'COMPLETED', error: 'x', error_type: 'client_cancelled' }),
      undefined,
      { state: 'canceled' },
    ],
    [
      'canceled, told by the result (seen)',
      completed,
      reply({ detail: 'x', error_type: 'client_cancelled' }, 499),
      { state: 'canceled' },
    ],
  ])('%s', async (_, status, result, expected) => {
    expect(await read(status, result)).toMatchObject(expected)
  })

  it.each<[title: string, status: Reply, result: Reply | LikenessError, kind: string, more?: object]>([
    [
      'refused content, told by the result alone',
      completed,
      modelError('content_policy_violation', 422),
      'content-blocked',
    ],
    [
      'a refused field',
      completed,
      modelError('less_than_equal', 422),
      'invalid-request',
      { fields: [{ field: 'prompt' }] },
    ],
    [
      'text where a list is documented',
      completed,
      reply({ detail: 'bad input' }, 422),
      'job-failed',
      { billed: 'maybe' },
    ],
    [
      "the model's own failure, after the transport gave up",
      completed,
      new LikenessError({ kind: 'job-failed', message: 'oom', status: 500, code: 'internal_server_error' }),
      'job-failed',
      { billed: 'no' },
    ],
    [
      'told by the status, detailed by the result',
      reply({ status: 'COMPLETED', error: 'Invalid status code: 500', error_type: 'internal_server_error' }),
      modelError('internal_server_error', 500, { 'x-fal-billable-units': '0' }),
      'job-failed',
      { billed: 'no', message: 'fal: prompt: no' },
    ],
    [
      'told by the status alone',
      reply({ status: 'COMPLETED', error: 'The runner went away', error_type: 'runner_disconnected' }),
      reply({ images: [picture()] }),
      'unavailable',
      { code: 'runner_disconnected', message: 'fal: The runner went away' },
    ],
    [
      'told by the status, the result gone',
      reply({ status: 'COMPLETED', error: 'Timed out', error_type: 'request_timeout' }),
      reply({ status: 'NOT_FOUND' }, 404),
      'timeout',
    ],
    [
      'told by the status, the result behind a broken gateway',
      reply({ status: 'COMPLETED', error: 'Timed out', error_type: 'startup_timeout' }),
      reply('<html>', 502),
      'timeout',
    ],
    [
      'every picture withheld',
      completed,
      reply({ images: [picture()], has_nsfw_concepts: [true] }),
      'content-blocked',
      { billed: 'yes' },
    ],
    ['no picture at all', completed, reply({ images: [] }), 'job-failed'],
  ])('failed: %s', async (_, status, result, kind, more) => {
    const found = await read(status, result)
    if (found.state !== 'failed') throw new Error(`state ${found.state}`)
    expect(found.error).toMatchObject({ kind, provider: 'fal', ...more })
  })

  it("leaves fal's own trouble to the next read", async () => {
    const passing = new LikenessError({
      kind: 'unavailable',
      message: 'x',
      status: 503,
      code: 'runner_scheduling_failure',
    })
    await expect(read(completed, passing)).rejects.toBe(passing)
  })

  it('tells a wrong address from a job that is gone', async () => {
    await expect(read(reply({ detail: 'Application "x" not found' }, 404))).rejects.toMatchObject({ kind: 'not-found' })
    await expect(read(reply('<html>no</html>', 404))).rejects.toMatchObject({ kind: 'not-found' })
    await expect(read(completed, reply({ detail: 'Path /x not found' }, 404))).rejects.toMatchObject({
      kind: 'not-found',
    })
  })

  it('refuses handles of others', () => {
    expect(() => queuedJob({ ...handle, data: {} })).toThrow(expect.objectContaining({ kind: 'invalid-request' }))
    expect(() => queuedJob({ ...handle, data: { endpoint: 'a/../b?c' } })).toThrow()
  })
})

describe('pictures', () => {
  const result = (body: object, changes: Partial<JobHandle> = {}, headers: Record<string, string> = {}) =>
    generationSucceeded({}, { ...handle, ...changes }, reply(body, 200, headers))

  it('keeps the ones that came, and says why others did not', () => {
    const got = result({ images: [picture(), picture()], has_nsfw_concepts: [true, false], seed: 9 })
    if (got.state !== 'succeeded') throw new Error(got.state)
    expect(got.images).toStrictEqual([{ url: 'https://v3.fal.media/a.jpg', width: 8, height: 8 }])
    expect(got.failures).toMatchObject([{ index: 0, error: { kind: 'content-blocked' } }])
    expect(got.metadata).toEqual({ requestId: 'job-1', seed: 9 })
  })

  it('notes pictures that are missing', () => {
    const got = result({ images: [picture()] })
    expect(got).toMatchObject({ state: 'succeeded', failures: [{ error: { kind: 'job-failed' } }] })
  })

  it('keeps flagged pictures when the checker was switched off', () => {
    const body = { images: [picture(), picture()], has_nsfw_concepts: [true, true] }
    expect(result(body, { data: { ...handle.data, safetyChecker: false } })).toMatchObject({ failures: [] })
  })

  it('counts what was billed, and knows until when files are kept', () => {
    const data = { ...handle.data, expirationSeconds: 3600 }
    const got = result({ images: [picture(), picture()], seed: 4 }, { data }, { 'x-fal-billable-units': '1.5' })
    expect(got).toMatchObject({
      cost: { amount: 52_500_000, source: 'price-table', lines: [{ quantity: 1.5, unit: 'megapixel' }] },
      images: [{ seed: 4, expiresAt: '2026-11-01T01:00:00.000Z' }, {}],
    })
    expect(result({ images: [picture(), picture()] }).cost).toBeUndefined()
  })

  it('reads the type of an inline picture from its address', () => {
    const url = 'data:image/png;base64,AAAA'
    expect(result({ images: [picture({ url }), picture({ url })] })).toMatchObject({
      images: [{ url, mediaType: 'image/png' }, {}],
    })
  })
})

describe('trained models', () => {
  const lora = {
    url: 'https://v3.fal.media/lora.safetensors',
    file_size: 89745224,
    content_type: 'application/octet-stream',
  }
  const result = (body: object, headers: Record<string, string> = {}) =>
    fineTuneSucceeded({}, training, reply(body, 200, headers))

  it('hold all that their use needs', () => {
    const body = { diffusers_lora_file: lora, config_file: { url: 'https://v3.fal.media/config.json' } }
    expect(result(body, { 'x-fal-billable-units': '1000' })).toStrictEqual({
      state: 'succeeded',
      cost: expect.objectContaining({ amount: 2_000_000_000 }),
      model: {
        provider: 'fal',
        id: 'job-1',
        base: 'flux-1-dev',
        subject: { className: 'dog' },
        trigger: 'ohwx',
        createdAt: '2026-11-01T00:00:00.000Z',
        weights: {
          url: lora.url,
          format: 'diffusers-lora',
          base: 'flux-1-dev',
          bytes: 89745224,
          licence: 'LicenseRef-FLUX-1-dev-Non-Commercial-License',
        },
        cost: expect.objectContaining({ source: 'price-table' }),
        data: { configUrl: 'https://v3.fal.media/config.json', endpoint: 'fal-ai/flux-lora' },
      },
    })
  })

  it('fail without weights', () => {
    expect(result({ config_file: lora })).toMatchObject({ state: 'failed', error: { kind: 'invalid-response' } })
  })

  it('have no cost when the units cannot be steps', () => {
    expect(result({ diffusers_lora_file: lora }, { 'x-fal-billable-units': '1' }).cost).toBeUndefined()
    expect(result({ diffusers_lora_file: lora }).cost).toBeUndefined()
  })
})

// https://docs.fal.ai (Asynchronous Inference, cancel), 2026
describe('cancel', () => {
  it.each<[Reply, string]>([
    [reply({ status: 'CANCELLATION_REQUESTED' }, 202), 'requested'],
    [reply('OK', 200), 'canceled'],
    [reply({ status: 'ALREADY_COMPLETED' }, 400), 'finished'],
    [reply({ status: 'NOT_FOUND' }, 404), 'finished'],
  ])('%j', async (answer, outcome) => {
    expect(await cancelJob(queueOf({ cancel: answer }), handle)).toBe(outcome)
  })

  it('throws other refusals', async () => {
    const refusal = reply({ detail: 'bad' }, 400)
    await expect(cancelJob(queueOf({ cancel: refusal }), handle)).rejects.toMatchObject({ kind: 'invalid-request' })
    const elsewhere = reply({ detail: 'Application "x" not found' }, 404)
    await expect(cancelJob(queueOf({ cancel: elsewhere }), handle)).rejects.toMatchObject({ kind: 'not-found' })
  })
})

it('cannot know what became of a submit without an id in its answer', () => {
  expect(() => readSubmit(reply({ status: 'IN_QUEUE' }), 'fal', 'generation.submit')).toThrow(
    expect.objectContaining({ kind: 'outcome-unknown', billed: 'maybe' }),
  )
})
