import { download, hostsOf, parseReply } from '@likeness/adapter-kit'
import { type CallOptions, type Download, type FineTunedModel, LikenessError, type Weights } from '@likeness/core'
import type { Connection } from './connection.js'
import { trainings } from './facts/trainings.js'
import { readBaseModel } from './fine-tune-status.js'
import { type FineTuneRecord, fineTuneDetailsSchema, fineTuneListSchema } from './responses.js'

/** A LoRA of rank 128 for Flux has more than a gigabyte. */
const maximumWeightsBytes = 4 * 1024 ** 3

/** What the vendor does with models, beside training them. */
export interface ModelMethods {
  /** Whether everyone may use the model. PUT `/finetune/request/access-update`. */
  updateAccess(model: FineTunedModel, access: { readonly public: boolean }, options?: CallOptions): Promise<void>
}

/** The record of one training. Also used to learn the slug of a model that was put into a portfolio by hand. */
export async function readDetails(
  { send, config }: Connection,
  id: string,
  options?: CallOptions,
): Promise<FineTuneRecord> {
  const operation = 'fine-tune.status'
  const url = '/finetune/request/details'
  // GET with a JSON body: so the official SDK sends it.
  const body = { type: 'json', value: { request_id: id } } as const
  const reply = await send({ name: operation, effect: 'read', method: 'GET', url, body }, options)
  return parseReply(fineTuneDetailsSchema, reply, { provider: config.id, operation })
}

/** All trainings of the account: the vendor gives them at once. */
export async function readRecords({ send, config }: Connection, options?: CallOptions): Promise<FineTuneRecord[]> {
  const operation = 'fine-tune.list'
  const url = '/finetune/request/list'
  const reply = await send({ name: operation, effect: 'read', method: 'GET', url }, options)
  return parseReply(fineTuneListSchema, reply, { provider: config.id, operation })
}

/** The id that the vendor knows a training by. */
export function recordId({ finetune_id, request_id, id }: FineTuneRecord): string | undefined {
  return finetune_id || request_id || id || undefined
}

function weightsError(
  provider: string,
  kind: 'unsupported' | 'not-found' | 'invalid-response',
  message: string,
): LikenessError {
  return new LikenessError({ kind, message, provider, operation: 'weights.download' })
}

/**
 * Weights with an address that opens without a key, for a while. They lie in a private bucket. GET
 * `/finetune/request/file/download`.
 *
 * @throws LikenessError `unsupported` for Flux Pro models, whose weights stay at the vendor
 */
export async function locateWeights(
  connection: Connection,
  model: FineTunedModel,
  options?: CallOptions,
): Promise<Weights> {
  const { id: provider } = connection.config
  const baseModel = readBaseModel(model.data?.baseModel)
  const training = baseModel ? trainings[baseModel] : Object.values(trainings).find(({ base }) => base === model.base)
  if (!training?.weights) {
    throw weightsError(provider, 'unsupported', `Weights of ${model.base} models stay at Segmind.`)
  }
  const stored = model.weights?.url ?? (await readDetails(connection, model.id, options)).cloud_storage_url
  if (!stored) throw weightsError(provider, 'not-found', `Segmind names no weights of model ${model.id}.`)
  const body = { type: 'form', fields: { cloud_storage_url: stored } } as const
  const url = '/finetune/request/file/download'
  const reply = await connection.send({ name: 'weights.download', effect: 'read', method: 'GET', url, body }, options)
  const address = typeof reply.body === 'string' ? reply.body.trim().replace(/^"|"$/g, '') : ''
  if (!URL.canParse(address)) {
    throw weightsError(provider, 'invalid-response', 'Segmind did not answer with an address of the weights.')
  }
  const { access: _, ...known } = model.weights ?? {}
  return { format: 'diffusers-lora', base: training.base, licence: training.licence, ...known, url: address }
}

/** Reads the weights from where the vendor says, without the key: see {@link locateWeights}. */
export async function downloadWeights(
  connection: Connection,
  model: FineTunedModel,
  options?: CallOptions,
): Promise<Download> {
  const { id: provider, settings, baseURL, managementURL } = connection.config
  const { url } = await locateWeights(connection, model, options)
  return download({
    url,
    provider,
    allowedHosts: [...(settings.allowedHosts ?? []), ...hostsOf([baseURL, managementURL])],
    clock: settings.clock,
    fetch: settings.fetch,
    maximumBytes: maximumWeightsBytes,
    abortSignal: options?.abortSignal,
  })
}

/** Builds them; sends nothing. */
export function createModelMethods(connection: Connection): ModelMethods {
  return {
    async updateAccess(model, access, options) {
      // Python-cased booleans in a form: so the official SDK sends them. The answer may be empty.
      const fields = { request_id: model.id, segmind_public: access.public ? 'True' : 'False' }
      const url = '/finetune/request/access-update'
      const body = { type: 'form', fields } as const
      await connection.send({ name: 'fine-tune.update', effect: 'read', method: 'PUT', url, body }, options)
    },
  }
}
