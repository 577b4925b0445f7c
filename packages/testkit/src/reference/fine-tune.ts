import {
  type CallOptions,
  estimateOf,
  type FineTune,
  type FineTuneCapabilities,
  type FineTunedModel,
  type FineTuneRequest,
  type FineTuneStatus,
  type JobHandle,
  LikenessError,
} from '@likeness/core'
import { costFrom, type JobAnswer, jobSchema, listSchema, orExpired, readAnswer, stateOf } from './answers.js'
import { checkFineTune } from './checks.js'
import { createCustody } from './custody.js'
import { type Parts, undeclared } from './reference-provider.js'
import { prices } from './routes.js'
import type { ReferenceRequest } from './transport.js'
import { uploadImage } from './uploads.js'
import { callbackOf } from './webhooks.js'

const defaultBase = 'flux-1-dev'
const defaultTrigger = 'ohwx'

function estimate(request: FineTuneRequest) {
  const amount = request.mode === 'mock' ? 0 : prices.training
  return estimateOf('2026-11-20', [{ label: 'training', quantity: 1, unit: 'run', unitAmount: amount, amount }])
}

function modelOf(parts: Parts, declared: FineTuneCapabilities, handle: JobHandle, answer: JobAnswer): FineTunedModel {
  const base = typeof handle.data.base === 'string' ? handle.data.base : defaultBase
  const trigger = typeof handle.data.trigger === 'string' ? handle.data.trigger : defaultTrigger
  return {
    provider: parts.id,
    id: handle.id,
    base,
    subject: handle.subject ?? { className: 'thing' },
    trigger,
    createdAt: answer.created_at ?? handle.startedAt,
    ...(handle.data.mock === true ? { mock: true } : {}),
    ...(declared.weights && answer.weights_url
      ? { weights: { url: answer.weights_url, format: 'diffusers-lora', base } }
      : {}),
  }
}

function handleOf(parts: Parts, id: string, startedAt: string, request: FineTuneRequest): JobHandle {
  const { subject, base, trigger, mode } = request
  return {
    version: 1,
    kind: 'fine-tune',
    provider: parts.id,
    id,
    idempotencyKey: request.idempotencyKey,
    startedAt,
    subject,
    estimate: estimate(request),
    data: {
      ...(base === undefined ? {} : { base }),
      ...(trigger === undefined ? {} : { trigger }),
      ...(mode === 'mock' ? { mock: true } : {}),
    },
  }
}

/** Training at the reference vendor. */
export function createFineTune(parts: Parts, declared: FineTuneCapabilities): FineTune {
  const { id: provider, send, clock } = parts

  async function status(handle: JobHandle, options?: CallOptions): Promise<FineTuneStatus> {
    const name = 'fine-tune.status'
    const read = send({ name, method: 'GET', path: `/fine-tunes/${encodeURIComponent(handle.id)}` }, options)
    const answer = await orExpired(read.then((body) => readAnswer(provider, name, jobSchema, body)))
    if (!('id' in answer)) return answer
    const state = stateOf(provider, answer)
    if (state !== 'ready') return state
    const cost = handle.data.mock === true ? {} : costFrom(answer.cost, 'training')
    return { state: 'succeeded', model: modelOf(parts, declared, handle, answer), ...cost }
  }

  /** The paid request, its photos under the ids of their uploads. */
  function submission(
    request: FineTuneRequest,
    body: Readonly<Record<string, unknown>>,
    images: readonly string[],
  ): ReferenceRequest {
    const callback = callbackOf(parts, declared.parameters.webhookUrl, request)
    return { name: 'fine-tune.submit', method: 'POST', path: '/fine-tunes', body: { ...body, ...callback, images } }
  }

  return {
    estimate,
    async validate(request) {
      return checkFineTune(provider, declared, request).warnings
    },
    async preview(request) {
      const { warnings: _, ...checked } = checkFineTune(provider, declared, request)
      const images = request.images.map(({ name }) => `<upload: ${name}>`)
      const files = request.images.map(({ name, bytes, mediaType }) => ({ name, bytes, mediaType }))
      return { ...parts.preview(submission(request, checked.body, images)), files }
    },
    ...createCustody(parts, declared),
    async start(request, options = {}) {
      const { warnings, body } = checkFineTune(provider, declared, request)
      const images: string[] = []
      for (const image of request.images) images.push(await uploadImage(send, provider, image, options))
      const startedAt = new Date(clock.now()).toISOString()
      const paid = submission(request, body, images)
      const { id } = readAnswer(provider, paid.name, jobSchema, await send(paid, options))
      const handle = handleOf(parts, id, startedAt, request)
      return { handle, warnings, estimate: handle.estimate }
    },
    status,
    pace: () => ({
      key: `${provider} fine-tune`,
      minimumMs: 2_000,
      maximumMs: 30_000,
      expectedMs: 40_000,
      deadlineMs: 3_600_000,
    }),
    find: declared.find
      ? async (request, { since, ...options }) => {
          const name = 'fine-tune.list'
          const path = `/fine-tunes?key=${encodeURIComponent(request.idempotencyKey)}`
          const page = readAnswer(provider, name, listSchema, await send({ name, method: 'GET', path }, options))
          const found = page.items?.find(({ created_at }) => Date.parse(created_at ?? '') >= since)
          return found && handleOf(parts, found.id, found.created_at ?? new Date(since).toISOString(), request)
        }
      : undeclared(provider, 'fine-tune.list'),
    cancel: declared.cancel
      ? async (handle, options) => cancelJob(parts, 'fine-tune.cancel', `/fine-tunes/${handle.id}/cancel`, options)
      : undeclared(provider, 'fine-tune.cancel'),
    remove: declared.remove
      ? async (model, options) =>
          void (await send({ name: 'fine-tune.remove', method: 'DELETE', path: `/fine-tunes/${model.id}` }, options))
      : undeclared(provider, 'fine-tune.remove'),
    list: declared.list
      ? async ({ cursor, limit, ...options } = {}) => {
          const name = 'fine-tune.list'
          const path = `/fine-tunes?limit=${limit ?? 20}${cursor === undefined ? '' : `&cursor=${cursor}`}`
          const page = readAnswer(provider, name, listSchema, await send({ name, method: 'GET', path }, options))
          const items = (page.items ?? []).map((answer) => {
            const state = stateOf(provider, answer)
            return { id: answer.id, state: state === 'ready' ? ('succeeded' as const) : state.state }
          })
          return { items, next: page.next ?? undefined }
        }
      : undeclared(provider, 'fine-tune.list'),
  }
}

/** Asks the vendor to stop a job. */
export async function cancelJob(parts: Parts, name: string, path: string, options: CallOptions | undefined) {
  try {
    await parts.send({ name, method: 'POST', path }, options)
    return 'canceled' as const
  } catch (error) {
    if (LikenessError.is(error) && error.kind === 'conflict') return 'finished' as const
    throw error
  }
}
