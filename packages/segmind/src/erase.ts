import { type CallOptions, type Erasure, type FineTunedModel, LikenessError } from '@likeness/core'
import type { Connection } from './connection.js'
import { createModelMethods, readDetails } from './models.js'

const hour = 3600_000
const day = 24 * hour

const noEndpoint = 'Segmind documents no endpoint that deletes it: ask its support to'
const logging = 'https://docs.segmind.com/api-reference/logging'

/** What was found out about a fine-tune, and done to hide it. */
type Found =
  | { readonly state: 'absent' }
  | { readonly state: 'kept'; readonly note: string }
  | { readonly state: 'unknown'; readonly note: string }

/** The error of something that must not end the rest; being stopped by the caller must. */
function told(error: unknown): LikenessError {
  if (!LikenessError.is(error) || error.kind === 'aborted') throw error
  return error
}

/** Looks for the fine-tune, and takes it from the public if it is there: the one thing that the API offers. */
async function hide(connection: Connection, model: FineTunedModel, options?: CallOptions): Promise<Found> {
  try {
    const { public_model } = await readDetails(connection, model.id, options)
    if (public_model !== true) return { state: 'kept', note: '' }
  } catch (error) {
    const known = told(error)
    if (known.kind === 'not-found') return { state: 'absent' }
    return { state: 'unknown', note: ` Whether it is there could not be read: ${known.message}` }
  }
  try {
    await createModelMethods(connection).updateAccess(model, { public: false }, options)
    return { state: 'kept', note: ' It was public and is private now.' }
  } catch (error) {
    return { state: 'kept', note: ` It is public, and could not be made private: ${told(error).message}` }
  }
}

/**
 * What becomes of a fine-tune's data at Segmind, whose API deletes nothing: what the vendor deletes itself, and what its
 * support must be asked for. A public model is made private.
 *
 * Documents: docs.segmind.com, fine-tuning pages (no delete), "Async inference" (requests are kept for an hour) and
 * "Logging" (outputs 7 days, prompts without an end, photos on request), read 2026-11.
 *
 * @throws LikenessError `invalid-request` for a model of another provider, `aborted`
 */
export async function eraseFineTune(
  connection: Connection,
  model: FineTunedModel,
  options?: CallOptions,
): Promise<readonly Erasure[]> {
  const { id: provider, clock } = connection.config
  if (model.provider !== provider) {
    const message = `${model.id} is a model of ${model.provider}`
    const fields = [{ field: 'model', message }]
    throw new LikenessError({ kind: 'invalid-request', message: `model: ${message}.`, provider, fields })
  }
  const found = await hide(connection, model, options)
  const { id } = model
  const after = (ms: number) => new Date(clock.now() + ms).toISOString()
  const note = found.state === 'absent' ? '' : found.note
  const trained: Erasure =
    found.state === 'absent'
      ? { item: 'model', outcome: 'absent', id }
      : { item: 'model', outcome: 'impossible', id, detail: `${noEndpoint} delete fine-tune ${id}.${note}` }
  return [
    trained,
    { item: 'weights', outcome: 'impossible', id, detail: `${noEndpoint} delete the weights of fine-tune ${id}.` },
    {
      item: 'dataset',
      outcome: 'impossible',
      id,
      detail: `Segmind keeps training photos for a limited time and deletes them when its support is asked to: ${logging}`,
    },
    {
      item: 'generations',
      outcome: 'expires',
      until: after(hour),
      id,
      detail: `Results can be asked for during an hour. Prompts are logged, without a stated end: ${logging}`,
    },
    { item: 'outputs', outcome: 'expires', until: after(7 * day), id, detail: `Kept for 7 days: ${logging}` },
  ]
}
