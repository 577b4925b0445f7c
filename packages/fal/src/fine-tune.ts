import { checkOptions, type ZipEntry, zipStream } from '@likeness/adapter-kit'
import {
  type FineTune,
  type FineTuneRequest,
  type FineTuneStatus,
  type JobHandle,
  type Started,
  unsupportedInFineTune,
  type Warning,
} from '@likeness/core'
import { fineTuneCapabilities } from './capabilities.js'
import { type Connection, queueWarnings } from './connection.js'
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
import { estimateFineTune } from './prices.js'
import type { Submission } from './queue.js'
import { optionsOf } from './settings.js'
import { type Trainer, trainerOf } from './trainers.js'

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

/** The parts of training at fal that send something, or load the option schemas. */
export function createFineTune(connection: Connection): Pick<FineTune, 'validate' | 'start' | 'status' | 'cancel'> {
  const { provider, settings, hosts, clock, queue } = connection
  return {
    validate: async (request) => planOf(connection, request).warnings,

    async start(request, callOptions): Promise<Started<FineTuneStatus>> {
      const { trainer, options, entries, warnings } = planOf(connection, request)
      const { bytes, open } = zipStream(entries.map(zipEntry))
      const dataset = { name: 'images.zip', mediaType: 'application/zip', bytes, open }
      const datasetURL = await queue.upload(dataset, options.uploadLifecycle, callOptions)
      const submission: Submission = {
        kind: 'fine-tune',
        endpoint: trainer.endpoint,
        input: fineTuneBody(trainer, request, options, datasetURL),
        options,
        webhookUrl: request.webhookUrl,
      }
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
        },
      }
      return { handle, warnings, estimate }
    },

    status: (handle, options) =>
      readJob({ queue, settings, succeeded: (job, reply) => fineTuneSucceeded(settings, job, reply) }, handle, options),

    cancel: (handle, options) => cancelJob(queue, handle, options),
  }
}
