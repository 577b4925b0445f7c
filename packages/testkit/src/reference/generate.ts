import {
  type CallOptions,
  estimateOf,
  type Generate,
  type GenerateCapabilities,
  type GenerateRequest,
  type GenerationStatus,
  type ImageFile,
  type ImageResult,
  type JobHandle,
  LikenessError,
  renderPrompt,
  subjectWords,
} from '@likeness/core'
import { costFrom, type JobAnswer, jobSchema, listSchema, orExpired, readAnswer, stateOf } from './answers.js'
import { checkGenerate } from './checks.js'
import { download } from './download.js'
import { cancelJob } from './fine-tune.js'
import { type Parts, undeclared } from './reference-provider.js'
import { prices } from './routes.js'
import type { ReferenceRequest } from './transport.js'
import { uploadImage } from './uploads.js'
import { callbackOf } from './webhooks.js'

function estimate({ n }: GenerateRequest) {
  const amount = n * prices.picture
  return estimateOf('2026-11-20', [
    { label: 'pictures', quantity: n, unit: 'image', unitAmount: prices.picture, amount },
  ])
}

function promptOf({ prompt, models }: GenerateRequest): string {
  const model = models[0]?.model
  return model === undefined ? prompt : renderPrompt(prompt, subjectWords(model.trigger, model.subject.className))
}

function picturesOf(answer: JobAnswer): ImageResult[] {
  return (answer.pictures ?? []).map(({ url, width, height, seed }) => ({
    url,
    mediaType: 'image/png',
    ...(width ? { width } : {}),
    ...(height ? { height } : {}),
    ...(typeof seed === 'number' ? { seed } : {}),
  }))
}

function handleOf(parts: Parts, id: string, startedAt: string, request: GenerateRequest): JobHandle {
  const { idempotencyKey, n } = request
  const common = { version: 1, kind: 'generation', provider: parts.id, id, idempotencyKey, startedAt, n } as const
  return { ...common, estimate: estimate(request), data: {} }
}

/** Making pictures at the reference vendor. */
export function createGenerate(parts: Parts, declared: GenerateCapabilities): Generate {
  const { id: provider, send, clock } = parts

  async function status(handle: JobHandle, options?: CallOptions): Promise<GenerationStatus> {
    const name = 'generation.status'
    const read = send({ name, method: 'GET', path: `/generations/${encodeURIComponent(handle.id)}` }, options)
    const answer = await orExpired(read.then((body) => readAnswer(provider, name, jobSchema, body)))
    if (!('id' in answer)) return answer
    const state = stateOf(provider, answer)
    if (state !== 'ready') return state
    const images = picturesOf(answer)
    const message = 'The vendor did not send this picture.'
    const failures = Array.from({ length: Math.max(0, (handle.n ?? 1) - images.length) }, () => ({
      error: new LikenessError({ kind: 'job-failed', message, provider }),
    }))
    return { state: 'succeeded', images, failures, ...costFrom(answer.cost, 'pictures') }
  }

  /** The pictures that go along, by the fields that name them. */
  function uploaded({ image, mask }: GenerateRequest): (readonly ['image' | 'mask', ImageFile])[] {
    return [
      ...(image && declared.parameters.image ? [['image', image] as const] : []),
      ...(mask && declared.parameters.mask ? [['mask', mask] as const] : []),
    ]
  }

  /** The paid request, its pictures under the ids of their uploads. */
  function submission(
    request: GenerateRequest,
    body: Readonly<Record<string, unknown>>,
    files: Readonly<Record<string, string>>,
  ): ReferenceRequest {
    const callback = callbackOf(parts, declared.parameters.webhookUrl, request)
    const whole = { ...body, ...files, ...callback, prompt: promptOf(request) }
    return { name: 'generation.submit', method: 'POST', path: '/generations', body: whole }
  }

  return {
    estimate,
    async validate(request) {
      return checkGenerate(provider, declared, request).warnings
    },
    async preview(request) {
      const { body } = checkGenerate(provider, declared, request)
      const sent = uploaded(request)
      const files = sent.map(([, { name, bytes, mediaType }]) => ({ name, bytes, mediaType }))
      const placeholders = Object.fromEntries(sent.map(([field, { name }]) => [field, `<upload: ${name}>`]))
      return { ...parts.preview(submission(request, body, placeholders)), files }
    },
    async start(request, options = {}) {
      const { warnings, body } = checkGenerate(provider, declared, request)
      const files: Record<string, string> = {}
      for (const [field, file] of uploaded(request)) files[field] = await uploadImage(send, provider, file, options)
      const startedAt = new Date(clock.now()).toISOString()
      const paid = submission(request, body, files)
      const { id } = readAnswer(provider, paid.name, jobSchema, await send(paid, options))
      const handle = handleOf(parts, id, startedAt, request)
      return { handle, warnings, estimate: handle.estimate }
    },
    status,
    pace: () => ({
      key: `${provider} generation`,
      minimumMs: 200,
      maximumMs: 5_000,
      expectedMs: 1_500,
      deadlineMs: 600_000,
    }),
    find: declared.find
      ? async (request, { since, ...options }) => {
          const name = 'generation.list'
          const path = `/generations?key=${encodeURIComponent(request.idempotencyKey)}`
          const page = readAnswer(provider, name, listSchema, await send({ name, method: 'GET', path }, options))
          const found = page.items?.find(({ created_at }) => Date.parse(created_at ?? '') >= since)
          return found && handleOf(parts, found.id, found.created_at ?? new Date(since).toISOString(), request)
        }
      : undeclared(provider, 'generation.list'),
    cancel: declared.cancel
      ? async (handle, options) => cancelJob(parts, 'generation.cancel', `/generations/${handle.id}/cancel`, options)
      : undeclared(provider, 'generation.cancel'),
    remove: declared.remove
      ? async (handle, options) =>
          void (await send({ name: 'generation.remove', method: 'DELETE', path: `/generations/${handle.id}` }, options))
      : undeclared(provider, 'generation.remove'),
    list: declared.list
      ? async ({ cursor, limit, model: _, ...options } = {}) => {
          const name = 'generation.list'
          const path = `/generations?limit=${limit ?? 20}${cursor === undefined ? '' : `&cursor=${cursor}`}`
          const page = readAnswer(provider, name, listSchema, await send({ name, method: 'GET', path }, options))
          const items = (page.items ?? []).map((answer) => {
            const state = stateOf(provider, answer)
            return {
              id: answer.id,
              state: state === 'ready' ? ('succeeded' as const) : state.state,
              images: picturesOf(answer),
            }
          })
          return { items, next: page.next ?? undefined }
        }
      : undeclared(provider, 'generation.list'),
    download: (image, options) => download(parts, image, options),
  }
}
