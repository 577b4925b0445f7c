import { isoDate } from '@likeness/adapter-kit'
import { type CallOptions, type FineTunedModel, LikenessError, type ModelReference } from '@likeness/core'
import type { Connection } from './connection.js'
import { chooseTraining } from './facts/choose.js'
import { defaultTrigger, type SegmindBaseModel, trainings } from './facts/trainings.js'
import { fineTunedModel, fineTuneState, readBaseModel } from './fine-tune-status.js'
import { readDetails, readRecords, recordId } from './models.js'
import type { FineTuneRecord } from './responses.js'

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

function refuse(provider: string, field: string, message: string, hint?: string): LikenessError {
  const fields = [{ field, message }]
  return new LikenessError({ kind: 'invalid-request', message: `${field}: ${message}.`, provider, fields, hint })
}

/** The record that a reference names: by finetune id, or by slug (`<uuid>-<name>`), which only the list tells. */
async function readReferred(
  connection: Connection,
  { id, url }: ModelReference,
  options?: CallOptions,
): Promise<FineTuneRecord> {
  const { id: provider } = connection.config
  if (url !== undefined) {
    const message = 'Segmind takes over its own fine-tunes, and loads no weights from an address.'
    const fields = [{ field: 'url', message: 'is not something that Segmind can take over' }]
    throw new LikenessError({ kind: 'unsupported', message, provider, fields, hint: 'Name it by finetune id or slug.' })
  }
  const wanted = id?.trim() ?? ''
  if (wanted === '') throw refuse(provider, 'id', 'is missing; it must be a finetune id or a slug')
  if (!uuid.test(wanted)) {
    const listed = (await readRecords(connection, options)).find(({ slug }) => slug === wanted)
    if (listed !== undefined) return listed
  }
  return readDetails(connection, wanted, options)
}

function checkAvailable(provider: string, record: FineTuneRecord, id: string): void {
  const state = fineTuneState(record.status)
  if (state === 'succeeded') return
  if (state === 'failed') {
    const message = `Fine-tune ${id} failed: ${record.error_message || 'no reason given'}`
    throw new LikenessError({ kind: 'job-failed', message, provider, requestId: id })
  }
  const hint = 'Adopt it when it is.'
  throw refuse(provider, 'id', `fine-tune ${id} is not AVAILABLE yet (${record.status})`, hint).with({
    kind: 'conflict',
  })
}

function baseModelOf(connection: Connection, record: FineTuneRecord, { base }: ModelReference): SegmindBaseModel {
  const { config } = connection
  const said = readBaseModel(record.base_model)
  if (said === undefined) {
    if (base !== undefined) return chooseTraining(base, undefined, config)
    const what = record.base_model ? `calls it ${record.base_model}` : 'does not tell it'
    throw refuse(config.id, 'base', `is missing, and Segmind ${what}`)
  }
  if (base !== undefined && base !== trainings[said].base) {
    throw refuse(config.id, 'base', `is ${base}, but this fine-tune is a ${said}, trained on ${trainings[said].base}`)
  }
  return said
}

/**
 * Records hold the prompt that describes the photos and not the trigger word. One that says the default word was
 * trained with it; one that does not was trained with another, which only the caller knows.
 */
function triggerOf(provider: string, record: FineTuneRecord, { trigger }: ModelReference, defaults: boolean): string {
  if (trigger !== undefined) return trigger
  const prompt = record.instance_prompt || undefined
  if (prompt === undefined ? defaults : new RegExp(`\\b${defaultTrigger}\\b`).test(prompt)) return defaultTrigger
  const hint = prompt && `It was trained with photos described as ${JSON.stringify(prompt)}.`
  throw refuse(provider, 'trigger', 'is missing, and Segmind does not tell the trigger word', hint)
}

/**
 * The model of a fine-tune that was made without Likeness, by its finetune id or its slug: read at
 * `/finetune/request/details` and `/finetune/request/list`.
 *
 * @throws LikenessError `not-found`; `conflict` for one that is not AVAILABLE yet, `job-failed` for one that never will be;
 * `invalid-request` for what must be given and for what contradicts the record; `unsupported` for an address, with
 * nothing sent
 */
export async function adoptFineTune(
  connection: Connection,
  reference: ModelReference,
  options?: CallOptions,
): Promise<FineTunedModel> {
  const { id: provider, clock } = connection.config
  const record = await readReferred(connection, reference, options)
  const id = recordId(record) ?? reference.id ?? ''
  checkAvailable(provider, record, id)
  const baseModel = baseModelOf(connection, record, reference)
  const model = fineTunedModel(record, {
    provider,
    id,
    subject: reference.subject,
    createdAt: isoDate(record.created_ts) ?? new Date(clock.now()).toISOString(),
    baseModel,
    trigger: triggerOf(provider, record, reference, trainings[baseModel].triggerDefaults),
  })
  return reference.expiresAt === undefined ? model : { ...model, expiresAt: reference.expiresAt }
}
