import { createHash } from 'node:crypto'
import { type JobKind, nanoUSD } from '@likeness/core'
import type { BackendOperation } from '../backend.js'
import { encodePlainPng } from '../photos/png.js'
import type { createFaults } from './faults.js'
import { type StoredJob, type Submission, stateOf, type VendorState } from './vendor-state.js'

/** The vendor's address, in process only. */
export const referenceOrigin = 'https://reference.example.test'

/** Prices: a training, and one picture. */
export const prices = { training: nanoUSD(2), picture: nanoUSD(0.03) } as const

const kinds: Readonly<Record<string, JobKind>> = { 'fine-tunes': 'fine-tune', generations: 'generation' }

/** What a request means. */
export function classify(method: string, path: string): BackendOperation {
  const [, head = '', id, action] = path.split('/')
  const kind = kinds[head]
  if (kind === undefined) {
    if (head === 'uploads') return 'upload'
    if (head === 'pictures') return 'output.download'
    if (head === 'weights') return 'weights.download'
    return head === 'account' ? 'account' : 'other'
  }
  if (id === undefined) return method === 'POST' ? `${kind}.submit` : `${kind}.list`
  if (action === 'cancel') return `${kind}.cancel`
  return method === 'DELETE' ? `${kind}.remove` : `${kind}.status`
}

export const json = (body: unknown, status = 200): Response => Response.json(body, { status })

/** A refusal in the vendor's words. */
export const refuse = (status: number, code: string, message: string, field?: string): Response =>
  json({ error: { code, message, ...(field === undefined ? {} : { field }) } }, status)

const notFound = () => refuse(404, 'not_found', 'There is no such thing.')

interface World {
  readonly state: VendorState
  readonly faults: ReturnType<typeof createFaults>
  readonly now: () => number
  /** Called for each new job. */
  onAccepted(job: StoredJob): void
}

function describe(job: StoredJob, now: number) {
  const state = stateOf(job, now)
  const common = { id: job.id, state, created_at: new Date(job.createdAt).toISOString(), key: job.submission.key }
  if (state === 'broken') {
    const code = job.fate === 'blocked' ? 'blocked' : 'failed'
    return { ...common, error: { code, message: `The work ended badly (${job.fate}).` } }
  }
  if (state !== 'ready') return common
  if (job.kind === 'fine-tune') {
    const cost = job.submission.mock ? 0 : prices.training
    const { base = 'flux-1-dev' } = job.submission
    return { ...common, base, weights_url: `${referenceOrigin}/weights/${job.id}`, cost }
  }
  const { n = 1 } = job.submission
  const { width, height } = sizeOf(job)
  const pictures = Array.from({ length: n }, (_, index) => ({
    url: `${referenceOrigin}/pictures/${job.id}/${index}`,
    width,
    height,
    seed: job.seed + index,
  }))
  return { ...common, pictures, cost: n * prices.picture }
}

function sizeOf({ submission: { width, height, aspect_ratio } }: StoredJob): { width: number; height: number } {
  if (width !== undefined && height !== undefined) return { width, height }
  const [across = 1, down = 1] = (aspect_ratio ?? '1:1').split(':').map(Number)
  return { width: Math.round(1024 * Math.sqrt(across / down)), height: Math.round(1024 * Math.sqrt(down / across)) }
}

/** The fine-tunes that are really there; `undefined` when one that was asked for is not. */
function applied(world: World, submission: Submission): string[] | undefined {
  const ids: string[] = []
  for (const model of submission.models ?? []) {
    const id = model.id ?? model.weights_url?.split('/').at(-1) ?? ''
    const job = world.state.stored.get(id)
    if (job?.kind !== 'fine-tune' || stateOf(job, world.now()) !== 'ready') return undefined
    ids.push(id)
  }
  return ids
}

function submit(world: World, kind: JobKind, submission: Submission): Response {
  const { state, faults, now } = world
  const models = kind === 'generation' ? applied(world, submission) : []
  if (models === undefined) return refuse(422, 'invalid', 'The fine-tune is not there.', 'models')
  const unknown = (submission.images ?? []).find((id) => !state.uploads.has(id))
  if (unknown !== undefined) return refuse(422, 'invalid', `There is no upload ${unknown}.`, 'images')
  const job: StoredJob = {
    kind,
    id: state.newId(),
    createdAt: now(),
    submission,
    seed: submission.seed ?? state.nextSeed(),
    appliedFineTunes: models,
    fate: 'none',
    ended: 'no',
  }
  const amount = kind === 'generation' ? (submission.n ?? 1) * prices.picture : submission.mock ? 0 : prices.training
  const fault = faults.forJob(kind)?.type
  if (fault === 'job-failed') job.fate = 'failed'
  if (fault === 'job-blocked') job.fate = 'blocked'
  if (fault === 'job-stuck') job.fate = 'stuck'
  if (!state.bill(job, amount)) return refuse(402, 'no_money', 'The balance is empty.')
  state.stored.set(job.id, job)
  world.onAccepted(job)
  return json({ id: job.id, state: 'waiting' }, 201)
}

function list(world: World, kind: JobKind, query: URLSearchParams): Response {
  const all = [...world.state.stored.values()].filter((job) => job.kind === kind && job.ended !== 'removed').reverse()
  const key = query.get('key')
  const model = query.get('model')
  const matching = all
    .filter((job) => key === null || job.submission.key === key)
    .filter((job) => model === null || job.appliedFineTunes.includes(model))
  const from = Number(query.get('cursor') ?? 0)
  const limit = Number(query.get('limit') ?? 20)
  const items = matching.slice(from, from + limit).map((job) => describe(job, world.now()))
  return json({ items, ...(from + limit < matching.length ? { next: String(from + limit) } : {}) })
}

function act(world: World, job: StoredJob, operation: BackendOperation): Response {
  switch (operation) {
    case 'fine-tune.cancel':
    case 'generation.cancel':
      if (stateOf(job, world.now()) === 'ready' || job.ended !== 'no') return refuse(409, 'finished', 'It is finished.')
      job.ended = 'stopped'
      return json({ stopped: true })
    case 'fine-tune.remove':
    case 'generation.remove':
      job.ended = 'removed'
      for (const id of job.submission.images ?? []) world.state.uploads.delete(id)
      return new Response(null, { status: 204 })
    default:
      return json(describe(job, world.now()))
  }
}

/** A picture that depends on everything that should change it. */
function picture(job: StoredJob, index: number): Response {
  const { prompt, models } = job.submission
  const hash = createHash('sha256')
    .update(JSON.stringify([prompt, models, job.seed + index]))
    .digest()
  const { width, height } = sizeOf(job)
  const png = encodePlainPng(width, height, [hash[0] ?? 0, hash[1] ?? 0, hash[2] ?? 0])
  return new Response(new Uint8Array(png), { headers: { 'content-type': 'image/png' } })
}

/** Answers an authenticated request. Files need no key. */
export function answer(world: World, operation: BackendOperation, url: URL, body: unknown): Response {
  const [, head = '', id, part] = url.pathname.split('/')
  if (operation === 'account') return json({ balance: nanoUSD(100) })
  const kind = kinds[head]
  if (kind !== undefined && id === undefined) {
    if (operation.endsWith('.list')) return list(world, kind, url.searchParams)
    return submit(world, kind, body as Submission)
  }
  const job = world.state.stored.get(id ?? '')
  if (job === undefined || job.ended === 'removed' || job.ended === 'expired') return notFound()
  if (operation === 'output.download') return picture(job, Number(part))
  if (operation === 'weights.download') return new Response(`weights of ${job.id}`)
  return act(world, job, operation)
}
