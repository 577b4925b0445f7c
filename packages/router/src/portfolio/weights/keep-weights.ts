import { rename, rm } from 'node:fs/promises'
import { type CallOptions, type Clock, type FineTunedModel, LikenessError, type Provider } from '@likeness/core'
import { clockOf } from '../training-plan.js'
import { vendorsOf } from '../vendors-of.js'
import { type KeptWeights, recordPath, weightsPath } from './kept-weights.js'
import { readSafetensors, SafetensorsError, type SafetensorsHeader } from './safetensors.js'
import { type PartialFile, writeJson, writePartial } from './write-weights.js'

const operation = 'weights.download'

export interface KeepWeightsOptions extends Omit<CallOptions, 'onAttempt'> {
  /** Who trained the model; or a router with it among its members. */
  readonly provider: Provider
  readonly model: FineTunedModel
  /** Folder of the app's; made where it is missing. */
  readonly folder: string
  /** @default the provider's, else the machine's */
  readonly clock?: Clock | undefined
}

/** Weights that are in the app's custody now. */
export interface Custody {
  readonly kept: KeptWeights
  /** Where the file lies. */
  readonly path: string
  /** The model, which knows its weights' hash, length and rank now. Put it into the portfolio with `addModel`. */
  readonly model: FineTunedModel
}

/** @throws LikenessError */
function checkKeepable(provider: Provider, model: FineTunedModel) {
  const { id, fineTune, capabilities } = provider
  if (model.provider !== id) {
    const message = `belongs to ${model.provider}, the provider given is ${id}`
    const fields = [{ field: 'model.provider', message }]
    throw new LikenessError({
      kind: 'invalid-request',
      message: `The model ${model.id} ${message}.`,
      fields,
      operation,
    })
  }
  if (fineTune === undefined || capabilities.fineTune?.weights !== true) {
    throw new LikenessError({
      kind: 'unsupported',
      message: `${id} does not let weights leave; nothing was sent.`,
      provider: id,
      operation,
    })
  }
  return fineTune
}

function broken(provider: string, message: string, cause?: unknown): LikenessError {
  return new LikenessError({ kind: 'invalid-response', message: `${provider}: ${message}`, provider, operation, cause })
}

/** @throws LikenessError `invalid-response` where it is not what was promised */
async function checkFile(
  provider: string,
  file: PartialFile,
  { weights }: FineTunedModel,
  announced: number | undefined,
): Promise<SafetensorsHeader> {
  if (announced !== undefined && announced !== file.bytes) {
    throw broken(provider, `the weights broke off after ${file.bytes} of ${announced} bytes`)
  }
  if (weights?.sha256 !== undefined && weights.sha256 !== file.sha256) {
    throw broken(provider, `the weights have the SHA-256 ${file.sha256}, the portfolio says ${weights.sha256}`)
  }
  try {
    return await readSafetensors(file.path)
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error
    throw broken(provider, `the weights are no safetensors file: ${error.message}`, error)
  }
}

function recordOf(model: FineTunedModel, file: PartialFile, header: SafetensorsHeader, keptAt: string): KeptWeights {
  const { weights } = model
  return {
    version: 1,
    sha256: file.sha256,
    bytes: file.bytes,
    format: weights?.format ?? 'safetensors',
    base: weights?.base ?? model.base,
    baseOfFile: header.base,
    rank: header.rank ?? weights?.rank,
    trigger: model.trigger ?? header.trigger,
    licence: weights?.licence,
    provider: model.provider,
    model: model.id,
    subject: model.subject,
    expiresAt: model.expiresAt,
    keptAt,
  }
}

function withCustody(model: FineTunedModel, { sha256, bytes, rank }: KeptWeights): FineTunedModel {
  return model.weights === undefined ? model : { ...model, weights: { ...model.weights, sha256, bytes, rank } }
}

/**
 * Downloads the weights of a model into a folder, before the vendor deletes them: `<sha256>.safetensors` and
 * `<sha256>.json` beside it. Memory stays flat; nothing stays of a download that breaks off.
 *
 * @throws LikenessError before anything is sent: `unsupported` where the vendor lets no weights leave, `invalid-request`
 * for another provider's model; else `invalid-response` where the file is cut off, is no safetensors file, or is not the
 * one whose hash the model knows; `aborted`; and what the vendor's answer means
 */
export async function keepWeights(options: KeepWeightsOptions): Promise<Custody> {
  const { model, folder, clock, ...call } = options
  const members = vendorsOf([options.provider])
  const provider = members.find(({ id }) => id === model.provider) ?? options.provider
  const fineTune = checkKeepable(provider, model)
  const download = await fineTune.downloadWeights(model, call)
  const file = await written(provider.id, folder, download.stream, call.abortSignal)
  try {
    const header = await checkFile(provider.id, file, model, download.bytes)
    const kept = recordOf(model, file, header, new Date(clockOf(provider, clock).now()).toISOString())
    const path = weightsPath(folder, kept.sha256)
    await rename(file.path, path)
    await writeJson(recordPath(folder, kept.sha256), kept)
    return { kept, path, model: withCustody(model, kept) }
  } catch (error) {
    await rm(file.path, { force: true })
    throw error
  }
}

/** @throws LikenessError `aborted`, or what reading from the vendor came to */
async function written(
  provider: string,
  folder: string,
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<PartialFile> {
  try {
    return await writePartial(folder, stream, signal)
  } catch (error) {
    if (!signal?.aborted || LikenessError.is(error)) throw error
    const message = 'Keeping the weights was aborted; nothing was kept.'
    throw new LikenessError({ kind: 'aborted', message, provider, operation, cause: signal.reason })
  }
}
