import { createHash } from 'node:crypto'
import {
  type CallOptions,
  type FineTunedModel,
  type FineTuneStatus,
  type JobHandle,
  LikenessError,
  type ModelReference,
} from '@likeness/core'
import { generateCapabilities } from './capabilities.js'
import type { Connection } from './connection.js'
import { defined } from './defined.js'
import { type Trainer, trainerOf, trainers } from './trainers.js'
import { isPublicAddress } from './weights.js'

const operation = 'fine-tune.adopt'

function refuse(provider: string, field: string, message: string): never {
  throw new LikenessError({
    kind: 'invalid-request',
    message: `${provider}: ${field} ${message}.`,
    provider,
    operation,
    fields: [{ field, message }],
    hint: 'Nothing was sent.',
  })
}

/** What fal may have trained under a request id: the configured trainer first, then the others of that base. */
function candidates(trainer: Trainer, base: string | undefined): Trainer[] {
  const others = Object.values(trainers).filter(({ endpoint }) => endpoint !== trainer.endpoint)
  return [trainer, ...others].filter((one) => base === undefined || one.base === base)
}

function handleOf({ provider, clock }: Connection, trainer: Trainer, reference: ModelReference, id: string): JobHandle {
  const trigger = reference.trigger ?? trainer.defaultTrigger
  return {
    version: 1,
    kind: 'fine-tune',
    provider,
    id,
    idempotencyKey: id,
    // fal does not tell when a request was made; this is when the model became known here.
    startedAt: new Date(clock.now()).toISOString(),
    subject: reference.subject,
    data: { endpoint: trainer.endpoint, ...(trigger === undefined ? {} : { trigger }) },
  }
}

/** The model of an ended training. @throws LikenessError where it has none */
function modelOf(provider: string, id: string, status: FineTuneStatus): FineTunedModel {
  const refused = (kind: 'conflict' | 'not-found' | 'expired', message: string, hint?: string) =>
    new LikenessError({ kind, message: `${provider}: the training ${id} ${message}`, provider, operation, hint })
  switch (status.state) {
    case 'succeeded':
      return status.model
    case 'failed':
      throw status.error
    case 'canceled':
      throw refused('not-found', 'was canceled, and has no weights')
    case 'expired':
      throw refused('expired', 'is known no more', 'Adopt its weights by their `url`, if they were kept.')
    case 'queued':
    case 'running':
    case 'deploying':
      throw refused('conflict', `has not ended yet, it is ${status.state}`, 'Adopt it when it has.')
  }
}

/** `undefined` where fal no longer has the trainer itself. */
async function statusOrNone(read: () => Promise<FineTuneStatus>): Promise<FineTuneStatus | undefined> {
  try {
    return await read()
  } catch (error) {
    if (LikenessError.is(error) && error.kind === 'not-found') return undefined
    throw error
  }
}

/** Reads the result of a training that this adapter, or anything else with the key, started. */
async function adoptRequest(
  connection: Connection,
  reference: ModelReference,
  id: string,
  status: (handle: JobHandle, options?: CallOptions) => Promise<FineTuneStatus>,
  options: CallOptions | undefined,
): Promise<FineTunedModel> {
  const { provider, settings } = connection
  const tried = candidates(trainerOf(undefined, settings.trainer), reference.base)
  if (tried.length === 0) refuse(provider, 'base', `is ${reference.base}, which none of the known trainers trains`)
  for (const trainer of tried) {
    const found = await statusOrNone(() => status(handleOf(connection, trainer, reference, id), options))
    // Under another trainer's address fal answers as for a request that it does not have. Assumed.
    if (found === undefined || found.state === 'expired') continue
    const { cost: _, ...model } = modelOf(provider, id, found)
    return defined({ ...model, expiresAt: reference.expiresAt })
  }
  const endpoints = tried.map(({ endpoint }) => endpoint).join(', ')
  throw new LikenessError({
    kind: 'not-found',
    message: `${provider}: no training ${id} at ${endpoints}, or its result was deleted`,
    provider,
    operation,
    hint: 'fal keeps results for a limited time; adopt the weights by their `url`, if they were kept.',
  })
}

/** Ids come into ledgers, messages and receipts: what may open the address stays out of them, and yet tells two apart. */
function idOf(url: string): string {
  const { origin, pathname, search } = new URL(url)
  const place = `${origin}${pathname}`
  return search === '' ? place : `${place}#${createHash('sha256').update(url).digest('hex').slice(0, 12)}`
}

/** Weights at an address. Nothing is read: whether they load shows at the first picture. */
function adoptAddress(connection: Connection, reference: ModelReference, url: string): FineTunedModel {
  const { provider, settings, clock, allowedHosts } = connection
  const trainer = trainerOf(undefined, settings.trainer)
  const base = reference.base ?? trainer.base
  if (!isPublicAddress(url, allowedHosts)) refuse(provider, 'url', 'must be an https address without user or password')
  const loadable = generateCapabilities.loads.filter((one) => one.base === base)
  const [first] = loadable
  if (first === undefined) {
    const bases = generateCapabilities.loads.map((one) => one.base).join(', ')
    refuse(provider, 'base', `is ${base}; loaded are weights of ${bases}`)
  }
  return defined({
    provider,
    id: reference.id ?? idOf(url),
    base,
    subject: reference.subject,
    trigger: reference.trigger,
    createdAt: new Date(clock.now()).toISOString(),
    expiresAt: reference.expiresAt,
    weights: { url, format: first.format, base, ...(base === trainer.base && { licence: trainer.licence }) },
    data: {
      endpoint: trainer.inferenceEndpoint,
      ...(reference.id === undefined ? { adoptedFrom: 'url' } : {}),
    },
  })
}

/**
 * The model of something trained before. With `url` nothing is sent, and `id` only names it; with `id` alone its result
 * is read at fal.
 *
 * @throws LikenessError `invalid-request`, `not-found`, `expired`, `conflict` where it has not ended
 */
export async function adoptModel(
  connection: Connection,
  reference: ModelReference,
  status: (handle: JobHandle, options?: CallOptions) => Promise<FineTuneStatus>,
  options?: CallOptions,
): Promise<FineTunedModel> {
  const { id, url } = reference
  if (url !== undefined) return adoptAddress(connection, reference, url)
  if (id === undefined || id === '') refuse(connection.provider, 'reference', 'needs an `id` or a `url`')
  return adoptRequest(connection, reference, id, status, options)
}
