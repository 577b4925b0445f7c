import { parseReply } from '@likeness/adapter-kit'
import type { CallOptions, FineTunedModel, LikenessError, ModelReference } from '@likeness/core'
import type { Connection } from './connection.js'
import { refusal } from './errors.js'
import { modelOf, overdueError, tuneState } from './fine-tune-status.js'
import { type Tune, tuneSchema } from './responses.js'

/** One tune as Astria knows it. https://docs.astria.ai/docs/api/tune/retrieve (2026-08-21) */
export async function readTune(
  { provider, transport }: Connection,
  id: string,
  options?: CallOptions,
  name = 'fine-tune.status',
): Promise<Tune> {
  const operation = { name, effect: 'read', method: 'GET', url: `/tunes/${encodeURIComponent(id)}` } as const
  return parseReply(tuneSchema, await transport.send(operation, options), { provider, operation: name })
}

/** The id of a reference, or the reason why it names nothing that Astria has. */
function tuneIdOf(provider: string, { id, url }: ModelReference): string {
  if (url !== undefined) {
    const hint = 'Name the tune by its id. Weights from elsewhere cannot be brought to Astria: train the subject there.'
    throw refusal(provider, 'url', 'is not something that Astria can take over', 'unsupported', hint)
  }
  if (id === undefined || id.trim() === '') throw refusal(provider, 'id', 'is missing; it must be the id of a tune')
  return id.trim()
}

function notReady(provider: string, tune: Tune, now: number): LikenessError | undefined {
  switch (tuneState(tune, now)) {
    case 'trained':
      return undefined
    case 'overdue':
      return overdueError(provider, tune)
    case 'unfinished': {
      const message = `is not trained yet${tune.eta ? `; it is expected by ${tune.eta}` : ''}`
      return refusal(provider, 'id', `tune ${tune.id} ${message}`, 'conflict', 'Adopt it when it is.')
    }
  }
}

/** Words of the reference that contradict what Astria says would make pictures of someone else. */
function checkAgreement(provider: string, reference: ModelReference, model: FineTunedModel, tune: Tune): void {
  const { base, trigger } = reference
  if (base !== undefined && base !== model.base) {
    throw refusal(provider, 'base', `is ${base}, but tune ${tune.id} was trained on ${model.base}`)
  }
  if (trigger !== undefined && tune.token && trigger !== tune.token) {
    throw refusal(provider, 'trigger', `is ${JSON.stringify(trigger)}, but tune ${tune.id} has ${tune.token}`)
  }
}

/**
 * The model of a tune that was made without Likeness: read at `GET /tunes/:id`.
 *
 * @throws LikenessError `not-found`; `conflict` for one that is not trained yet, `job-failed` for one that never will be;
 * `invalid-request` where the reference says something else of it; `expired`; `unsupported` for an address, with nothing
 * sent
 */
export async function adoptTune(
  connection: Connection,
  reference: ModelReference,
  options?: CallOptions,
): Promise<FineTunedModel> {
  const { provider, clock } = connection
  const tune = await readTune(connection, tuneIdOf(provider, reference), options, 'fine-tune.adopt')
  const unready = notReady(provider, tune, clock.now())
  if (unready !== undefined) throw unready
  const read = modelOf(provider, tune, reference.subject)
  checkAgreement(provider, reference, read, tune)
  // Astria's own date is the truth; where it names none, the caller's comes before the usual 30 days.
  const expiresAt = tune.expires_at ?? reference.expiresAt ?? read.expiresAt
  const trigger = reference.trigger ?? read.trigger
  const model = {
    ...read,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(trigger === undefined ? {} : { trigger }),
  }
  if (expiresAt !== undefined && Date.parse(expiresAt) <= clock.now()) {
    throw refusal(provider, 'id', `tune ${tune.id} expired on ${expiresAt}`, 'expired', 'Train it again.')
  }
  return model
}
