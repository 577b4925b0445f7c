import {
  type FindOptions,
  type FineTuneRequest,
  type GenerateRequest,
  type JobHandle,
  LikenessError,
} from '@likeness/core'
import { trainingFor } from '../eligibility.js'
import type { Leaf } from '../strategy/node.js'
import { book } from './books.js'
import type { Environment } from './environment.js'
import { joinHandles, type Part } from './handles.js'
import { type AnyRequest, generation, training, type Work } from './jobs.js'
import { splitAt } from './prepare.js'

async function findAt<Request extends AnyRequest, Status>(
  work: Work<Request, Status>,
  leaf: Leaf,
  requests: readonly Request[],
  options: FindOptions,
): Promise<Part[]> {
  const handles: JobHandle[] = []
  for (const request of requests) {
    const handle = await work.at(leaf.provider).jobs.find(request, options)
    if (handle !== undefined) handles.push(handle)
  }
  return handles.map((handle) => ({ target: leaf.name, handle }))
}

/** What the leaf would have been sent; nothing where it was not eligible. */
function sentTo<Request>(requestsAt: () => Request[]): Request[] {
  try {
    return requestsAt()
  } catch (error) {
    if (LikenessError.is(error)) return []
    throw error
  }
}

/** The books had it as lost, or as sent; now it has a job, whose end will settle it. */
async function noteFound({ ledger }: Environment, handle: JobHandle): Promise<void> {
  if (ledger.find(handle.provider, handle.id) !== undefined) return
  await book(ledger.findRequest(handle.provider, handle.idempotencyKey)?.accept(handle))
}

/** From then on a vendor's word that it has no such job is believed: Astria asks for a minute (API overview, 2026-08-21). */
const BELIEVED_AFTER_MS = 60_000

async function noteMissing({ ledger, clock }: Environment, { provider }: Leaf, key: string): Promise<void> {
  const lost = ledger.findRequest(provider.id, key)
  if (lost?.entry.state !== 'unknown' || clock.now() - Date.parse(lost.entry.at) < BELIEVED_AFTER_MS) return
  await book(lost.refund(`${provider.id} has no such job`))
}

async function findAnywhere<Request extends AnyRequest, Status>(
  env: Environment,
  work: Work<Request, Status>,
  request: Request,
  requestsAt: (leaf: Leaf) => Request[],
  options: FindOptions,
): Promise<JobHandle | undefined> {
  for (const leaf of env.leaves) {
    const requests = sentTo(() => requestsAt(leaf))
    const parts = await findAt(work, leaf, requests, options)
    for (const { handle } of parts) await noteFound(env, handle)
    if (parts.length > 0) return joinHandles(env.id, request.idempotencyKey, parts)
    for (const { idempotencyKey } of requests) await noteMissing(env, leaf, idempotencyKey)
  }
  return undefined
}

/** Asks every target for a training whose submit got no answer. */
export function findTraining(env: Environment, request: FineTuneRequest, options: FindOptions) {
  return findAnywhere(env, training, request, (leaf) => [trainingFor(leaf, request)], options)
}

/** Asks every target for the generations of a request whose submit got no answer. */
export function findGeneration(env: Environment, request: GenerateRequest, options: FindOptions) {
  const now = env.clock.now()
  return findAnywhere(env, generation, request, (leaf) => splitAt(env, leaf, request, now), options)
}
