import { checkOptions, type ZipEntry, zipStream } from '@likeness/adapter-kit'
import {
  type FineTune,
  type FineTunedModel,
  type FineTuneRequest,
  type FineTuneStatus,
  type JobHandle,
  LikenessError,
  type Started,
  unsupportedInFineTune,
  type Warning,
} from '@likeness/core'
import { adoptModel } from './adopt.js'
import { fineTuneCapabilities } from './capabilities.js'
import { type Connection, queueWarnings } from './connection.js'
import { eraseModel, hasRequest } from './erase.js'
import {
  checkFineTune,
  type DatasetEntry,
  datasetEntries,
  fineTuneBody,
  triggerOf,
  triggerWarnings,
} from './fine-tune-request.js'
import { fineTuneSucceeded } from './fine-tune-status.js'
import { cancelJob, jobData, readJob, readSubmit } from './job.js'
import { type FineTuneOptions, fineTuneOptionsSchema } from './options.js'
import { deleteAllPayloads } from './payloads.js'
import { previewedEntry, uploadPlaceholder } from './preview.js'
import { estimateFineTune } from './prices.js'
import { type Submission, submitOperation } from './queue.js'
import { optionsOf } from './settings.js'
import { type Trainer, trainerOf } from './trainers.js'
import { downloadWeights } from './weights.js'

interface Plan {
  readonly trainer: Trainer
  readonly options: FineTuneOptions
  readonly entries: readonly DatasetEntry[]
  readonly warnings: readonly Warning[]
}

/** Everything about a request that can be worked out offline. */
function planOf(connection: Connection, request: FineTuneRequest): Plan {
  const { provider, settings } = connection
  const { path, value } = optionsOf(request, provider)
  const trainer = trainerOf(value, settings.trainer)
  const options = checkOptions(fineTuneOptionsSchema(trainer.endpoint), value, path)
  checkFineTune(provider, trainer, request)
  const dataset = datasetEntries(provider, trainer, request)
  const warnings = [
    ...unsupportedInFineTune(provider, fineTuneCapabilities(trainer), request),
    ...queueWarnings(connection, options, path, request.onUnsupported),
    ...triggerWarnings(provider, trainer, request),
    ...dataset.warnings,
  ]
  return { trainer, options, entries: dataset.entries, warnings }
}

function zipEntry(entry: DatasetEntry): ZipEntry {
  if ('image' in entry) return { name: entry.name, bytes: entry.image.bytes, open: () => entry.image.stream() }
  const bytes = new TextEncoder().encode(entry.text)
  return {
    name: entry.name,
    bytes: bytes.byteLength,
    open: async function* () {
      yield bytes
    },
  }
}

const datasetName = 'images.zip'

function submissionOf(request: FineTuneRequest, { trainer, options }: Plan, datasetURL: string): Submission {
  return {
    kind: 'fine-tune',
    endpoint: trainer.endpoint,
    input: fineTuneBody(trainer, request, options, datasetURL),
    options,
    webhookUrl: request.webhookUrl,
  }
}

/** What only an upload's lifecycle tells: until when fal keeps the training images. */
function datasetExpiry({ uploadLifecycle }: FineTuneOptions, now: number): { datasetExpiresAt?: string } {
  const seconds = uploadLifecycle?.expirationSeconds
  return seconds === undefined ? {} : { datasetExpiresAt: new Date(now + seconds * 1000).toISOString() }
}

type Methods = 'validate' | 'preview' | 'start' | 'status' | 'cancel' | 'remove' | 'adopt' | 'downloadWeights' | 'erase'

/** The parts of training at fal that send something, or load the option schemas. */
export function createFineTune(connection: Connection): Pick<FineTune, Methods> {
  const { provider, settings, hosts, clock, queue, transport } = connection

  const status: FineTune['status'] = (handle, options) =>
    readJob({ queue, settings, succeeded: (job, reply) => fineTuneSucceeded(settings, job, reply) }, handle, options)

  /** @throws LikenessError `invalid-request` */
  function checkOwn(model: FineTunedModel): void {
    if (model.provider === provider) return
    const message = `belongs to ${model.provider}`
    throw new LikenessError({
      kind: 'invalid-request',
      message: `${provider}: the model ${model.id} ${message}`,
      provider,
      fields: [{ field: 'model.provider', message }],
    })
  }

  return {
    validate: async (request) => planOf(connection, request).warnings,

    async preview(request) {
      const plan = planOf(connection, request)
      const submission = submissionOf(request, plan, uploadPlaceholder(datasetName))
      return { ...(await transport.preview(submitOperation(submission))), files: plan.entries.map(previewedEntry) }
    },

    async start(request, callOptions): Promise<Started<FineTuneStatus>> {
      const plan = planOf(connection, request)
      const { trainer, options, entries, warnings } = plan
      const { bytes, open } = zipStream(entries.map(zipEntry))
      const dataset = { name: datasetName, mediaType: 'application/zip', bytes, open }
      const uploadedAt = clock.now()
      const datasetURL = await queue.upload(dataset, options.uploadLifecycle, callOptions)
      const submission = submissionOf(request, plan, datasetURL)
      const answer = readSubmit(await queue.submit(submission, callOptions), provider, 'fine-tune.submit')
      const estimate = estimateFineTune(settings, trainer, request.steps)
      const trigger = triggerOf(trainer, request)
      const handle: JobHandle = {
        version: 1,
        kind: 'fine-tune',
        provider,
        id: answer.request_id,
        idempotencyKey: request.idempotencyKey,
        startedAt: new Date(clock.now()).toISOString(),
        subject: request.subject,
        estimate,
        data: {
          ...jobData(hosts.queueURL, submission, answer),
          steps: request.steps ?? trainer.defaultSteps,
          ...(trigger === undefined ? {} : { trigger }),
          ...datasetExpiry(options, uploadedAt),
        },
      }
      return { handle, warnings, estimate }
    },

    status,

    cancel: (handle, options) => cancelJob(queue, handle, options),

    async remove(model, options) {
      checkOwn(model)
      if (!hasRequest(model)) {
        const message = `${provider}: ${model.id} was taken over by its address; fal has no training to delete it with`
        throw new LikenessError({ kind: 'unsupported', message, provider, operation: 'fine-tune.remove' })
      }
      await deleteAllPayloads(connection, model.id, 'fine-tune.remove', options)
    },

    adopt: (reference, options) => adoptModel(connection, reference, status, options),

    async downloadWeights(model, options) {
      checkOwn(model)
      return downloadWeights(connection, model, options)
    },

    async erase(model, options) {
      checkOwn(model)
      return eraseModel(connection, model, options)
    },
  }
}
