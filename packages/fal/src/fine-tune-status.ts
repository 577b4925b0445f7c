import { type ParseContext, parseReply, type Reply } from '@likeness/adapter-kit'
import {
  type Cost,
  type Failed,
  type FineTuneSucceeded,
  type JobHandle,
  type JsonObject,
  LikenessError,
} from '@likeness/core'
import { defined } from './defined.js'
import { expiryOf, queuedJob } from './job.js'
import { billableUnits, costOfUnits } from './prices.js'
import { fileReplySchema, fileSchema } from './responses.js'
import type { FalSettings } from './settings.js'
import { isTrainerId, type Trainer, trainers } from './trainers.js'

function fileAt(output: Readonly<Record<string, unknown>>, field: string | undefined) {
  const parsed = field === undefined ? undefined : fileSchema.safeParse(output[field])
  return parsed?.success === true ? parsed.data : undefined
}

/**
 * The training's cost. What one billable unit is, no page says for trainers; the prices are per step, so that a number
 * far below the steps of the run counts something else and tells nothing.
 */
function costOf(
  settings: FalSettings,
  trainer: Trainer,
  handle: JobHandle,
  headers: Reply['headers'],
): Cost | undefined {
  const steps = handle.data.steps
  const units = billableUnits(headers)
  const expected = typeof steps === 'number' ? steps : trainer.defaultSteps
  if (units !== undefined && units > 0 && units < expected / 2) return undefined
  return costOfUnits(settings, trainer.endpoint, headers)
}

/** The model that a trainer's output means. */
export function fineTuneSucceeded(settings: FalSettings, handle: JobHandle, reply: Reply): FineTuneSucceeded | Failed {
  const { provider, subject } = handle
  const { endpoint } = queuedJob(handle)
  const context: ParseContext = { provider, operation: 'fine-tune.status', requestId: handle.id }
  const output = parseReply(fileReplySchema, reply, context)
  if (!isTrainerId(endpoint) || subject === undefined) {
    throw new LikenessError({
      kind: 'invalid-request',
      message: `The handle ${handle.id} is no fine-tune that this adapter started.`,
      provider,
      fields: [{ field: 'handle', message: 'needs data.endpoint of a known trainer, and subject' }],
    })
  }
  const trainer = trainers[endpoint]
  const cost = costOf(settings, trainer, handle, reply.headers)
  const weights = fileAt(output, trainer.weightsField)
  if (weights === undefined) {
    const message = `${provider}: the training ended without ${trainer.weightsField}`
    const error = new LikenessError({
      kind: 'invalid-response',
      message,
      billed: 'maybe',
      provider,
      operation: context.operation,
      requestId: handle.id,
    })
    return { state: 'failed', error, cost }
  }
  const trigger = handle.data.trigger
  const configUrl = fileAt(output, trainer.configField)?.url
  const { datasetExpiresAt } = handle.data
  const data: JsonObject = {
    endpoint: trainer.inferenceEndpoint,
    ...(configUrl === undefined ? {} : { configUrl }),
    ...(datasetExpiresAt === undefined ? {} : { datasetExpiresAt }),
  }
  return {
    state: 'succeeded',
    cost,
    model: defined({
      provider,
      id: handle.id,
      base: trainer.base,
      subject,
      trigger: typeof trigger === 'string' ? trigger : undefined,
      createdAt: handle.startedAt,
      expiresAt: expiryOf(handle),
      weights: defined({
        url: weights.url,
        format: trainer.format,
        base: trainer.base,
        bytes: weights.file_size ?? undefined,
        licence: trainer.licence,
      }),
      cost,
      data,
    }),
  }
}
