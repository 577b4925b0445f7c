import assert from 'node:assert/strict'
import {
  type FineTunedModel,
  type FineTuneRequest,
  type GenerateRequest,
  type GenerationStatus,
  type GenerationSucceeded,
  type ImageResult,
  type JobHandle,
  type JobStatus,
  type Provider,
  type Started,
  watch,
} from '@likeness/core'
import { skip } from './case.js'
import { readImage } from './photos/read-image.js'
import { fineTuneRequest, generateRequest } from './requests.js'
import type { Session } from './session.js'

/** All statuses of a job until its last one. */
export async function statusesOf(
  session: Session,
  handle: JobHandle,
  provider = session.provider,
): Promise<JobStatus[]> {
  const statuses: JobStatus[] = []
  for await (const status of watch(handle, provider, { clock: session.clock })) statuses.push(status)
  return statuses
}

/** The last status of a job. */
export async function settle(session: Session, handle: JobHandle, provider?: Provider): Promise<JobStatus> {
  const last = (await statusesOf(session, handle, provider)).at(-1)
  assert.ok(last, 'no status was read')
  return last
}

const reasonOf = (status: JobStatus) => (status.state === 'failed' ? `: ${status.error.message}` : '')

/** The model of a fine-tune that must have succeeded. */
export function modelOf(status: JobStatus): FineTunedModel {
  assert.ok(
    status.state === 'succeeded' && 'model' in status,
    `the training ended as ${status.state}${reasonOf(status)}`,
  )
  return status.model
}

/** The pictures of a generation that must have succeeded. */
export function picturesOf(status: JobStatus): GenerationSucceeded {
  assert.ok(
    status.state === 'succeeded' && 'images' in status,
    `the generation ended as ${status.state}${reasonOf(status)}`,
  )
  return status
}

/** A finished training. */
export interface Trained {
  readonly handle: JobHandle
  readonly model: FineTunedModel
}

/** Trains and waits. Live runs train once and share the model, unless the case asks for a training of its own. */
export async function train(
  session: Session,
  changes?: Partial<FineTuneRequest>,
  provider = session.provider,
): Promise<Trained> {
  const { fineTune } = session.fineTune(provider)
  const run = async () => {
    const started = await fineTune.start(fineTuneRequest(session, changes))
    return {
      handle: started.handle,
      model: modelOf(started.status ?? (await settle(session, started.handle, provider))),
    }
  }
  if (session.shared === undefined || changes !== undefined) return run()
  session.shared.trained ??= run()
  return session.shared.trained
}

/** A model to draw with; skips where the provider does not train. */
export async function trainedModel(session: Session): Promise<FineTunedModel> {
  return (await train(session)).model
}

/**
 * A picture as capabilities describe it: of a trained subject, where the provider trains. The base model of a vendor may
 * take other parameters.
 */
export async function usualRequest(session: Session, changes: Partial<GenerateRequest> = {}): Promise<GenerateRequest> {
  if (session.provider.fineTune === undefined) return generateRequest(undefined, changes)
  return generateRequest(await trainedModel(session), changes)
}

/** Whether what a vendor applied is that model: under its id, or the address of its weights. */
export function isOf(model: FineTunedModel, applied: string): boolean {
  return applied === model.id || (model.weights !== undefined && applied === model.weights.url)
}

/** A finished generation. */
export interface Drawn {
  readonly started: Started<GenerationStatus>
  readonly status: GenerationSucceeded
}

/** Starts a generation and waits for its pictures. */
export async function draw(session: Session, request: GenerateRequest, provider = session.provider): Promise<Drawn> {
  const { generate } = session.generate(provider)
  const started = await generate.start(request)
  return { started, status: picturesOf(started.status ?? (await settle(session, started.handle, provider))) }
}

/** The whole file of a picture. */
export async function read(
  session: Session,
  image: ImageResult | undefined,
  provider = session.provider,
): Promise<Buffer> {
  assert.ok(image, 'there is no picture')
  const { stream } = await session.generate(provider).generate.download(image)
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Type and size of a picture from its file. */
export async function look(session: Session, image: ImageResult | undefined) {
  return readImage(await read(session, image))
}

/** Starts the cheapest paid job that the provider offers. */
export async function startAny(
  session: Session,
  provider: Provider,
  options: Parameters<NonNullable<Provider['generate']>['start']>[1] = {},
): Promise<JobHandle> {
  if (provider.generate !== undefined) return (await provider.generate.start(generateRequest(), options)).handle
  if (provider.fineTune !== undefined) return (await provider.fineTune.start(fineTuneRequest(session), options)).handle
  return skip('the provider neither trains nor generates')
}
