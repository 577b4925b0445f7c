import { type CallOptions, type Erasure, type FineTunedModel, LikenessError } from '@likeness/core'
import type { Connection } from './connection.js'
import { defined } from './defined.js'
import { type DeletedFile, deletePayloads } from './payloads.js'

const operation = 'fine-tune.erase'

/** Whether fal has a request that the model came from, rather than an address alone. */
export function hasRequest({ data }: FineTunedModel): boolean {
  return data?.adoptedFrom !== 'url'
}

/** What remains of the training images: fal's storage has no way to delete an upload. */
function datasetOf(model: FineTunedModel): Erasure {
  const until = model.data?.datasetExpiresAt
  const detail =
    "fal's API deletes no uploads: the zip of the training images is deleted at fal.ai/dashboard, " +
    'or by providerOptions.fal.uploadLifecycle, which must be set before the training'
  if (typeof until === 'string') return { item: 'dataset', outcome: 'expires', until, id: model.id }
  return { item: 'dataset', outcome: 'impossible', id: model.id, detail }
}

function generationsOf(model: FineTunedModel): Erasure {
  const detail =
    'fal does not tell which pictures were drawn with a model: delete each by its handle (generate.remove), ' +
    'or let them expire by providerOptions.fal.objectLifecycle'
  return { item: 'generations', outcome: 'impossible', id: model.id, detail }
}

/** What became of the file of the weights. It counts as deleted where fal lists it as deleted, never by its silence. */
function weightsOf(model: FineTunedModel, files: readonly DeletedFile[]): Erasure {
  const file = files.find(({ url }) => url === model.weights?.url)
  const detail = file === undefined ? 'fal does not list it among the files of this request' : file.failure
  const outcome = detail === undefined ? 'deleted' : 'failed'
  return defined({ item: 'weights', outcome, id: model.id, count: detail === undefined ? 1 : undefined, detail })
}

/** What became of the other files that the training made: its configuration, previews. */
function outputsOf(model: FineTunedModel, files: readonly DeletedFile[]): Erasure {
  const others = files.filter(({ url }) => url !== model.weights?.url)
  const left = others.filter(({ failure }) => failure !== undefined)
  const count = others.length - left.length
  if (others.length === 0) return { item: 'outputs', outcome: 'absent', id: model.id }
  if (left.length === 0) return { item: 'outputs', outcome: 'deleted', count, id: model.id }
  const detail = `${left.length} of ${others.length} files: ${left[0]?.failure}`
  return { item: 'outputs', outcome: 'failed', count, id: model.id, detail }
}

function failed(model: FineTunedModel, error: LikenessError): Erasure[] {
  const { kind, message, hint } = error
  const items = ['weights', 'outputs'] as const
  if (kind === 'not-found') {
    const detail = 'fal knows no such request, or has deleted it'
    return items.map((item) => ({ item, outcome: 'absent', id: model.id, detail }))
  }
  const detail = hint === undefined ? message : `${message}. ${hint}`
  return items.map((item) => ({ item, outcome: 'failed', id: model.id, detail }))
}

/** Deletes what fal keeps of a model. What cannot be deleted is told, and so is what fails. */
export async function eraseModel(
  connection: Connection,
  model: FineTunedModel,
  options?: CallOptions,
): Promise<readonly Erasure[]> {
  if (!hasRequest(model)) {
    const detail = 'the weights were taken over by their address; fal has no training to delete them with'
    return [
      { item: 'weights', outcome: 'impossible', id: model.id, detail },
      { item: 'dataset', outcome: 'absent', id: model.id },
      generationsOf(model),
    ]
  }
  const told = [datasetOf(model), generationsOf(model)]
  try {
    const files = await deletePayloads(connection, model.id, operation, options)
    return [weightsOf(model, files), outputsOf(model, files), ...told]
  } catch (error) {
    if (!LikenessError.is(error) || error.kind === 'aborted') throw error
    return [...failed(model, error), ...told]
  }
}
