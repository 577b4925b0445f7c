import { checkOptions, download, type Reply } from '@likeness/adapter-kit'
import {
  type Generate,
  type GenerateRequest,
  type GenerationStatus,
  type ImageFile,
  type JobHandle,
  type JsonObject,
  type Started,
  unsupportedInGenerate,
  type Warning,
} from '@likeness/core'
import { generateCapabilities } from './capabilities.js'
import { type Connection, queueWarnings } from './connection.js'
import { defined } from './defined.js'
import { checkGenerate, endpointOf, generateBody } from './generate-request.js'
import { generationSucceeded } from './generate-status.js'
import { cancelJob, jobData, readJob, readSubmit } from './job.js'
import { type GenerateOptions, generateOptionsSchema } from './options.js'
import { deleteAllPayloads } from './payloads.js'
import { previewedImage, uploadPlaceholder } from './preview.js'
import { estimateRequest } from './prices.js'
import { type Submission, submitOperation } from './queue.js'
import { optionsOf } from './settings.js'

interface Plan {
  readonly endpoint: string
  readonly options: GenerateOptions
  readonly body: JsonObject
  readonly warnings: readonly Warning[]
}

const noOptions: GenerateOptions = {}

/** Everything about a request that can be worked out offline. */
function planOf(connection: Connection, request: GenerateRequest): Plan {
  const { provider, settings } = connection
  const { path, value } = optionsOf(request, provider)
  const options = value === undefined ? noOptions : checkOptions(generateOptionsSchema, value, path)
  checkGenerate(provider, generateCapabilities, request, options, path)
  const { body, warnings } = generateBody(provider, generateCapabilities, request, options)
  return {
    endpoint: endpointOf(provider, request, options.endpoint ?? settings.generationEndpoint),
    options,
    body,
    warnings: [
      ...unsupportedInGenerate(provider, generateCapabilities, request),
      ...queueWarnings(connection, options, path, request.onUnsupported),
      ...warnings,
    ],
  }
}

/** The submission, its pictures where `upload` has put them. */
async function submissionOf(
  request: GenerateRequest,
  { endpoint, options, body }: Plan,
  upload: (image: ImageFile) => Promise<string>,
): Promise<Submission> {
  const { image, mask, webhookUrl } = request
  const [image_url, mask_url] = await Promise.all([image && upload(image), image && mask && upload(mask)])
  return { kind: 'generation', endpoint, input: defined({ ...body, image_url, mask_url }), options, webhookUrl }
}

/** The parts of generation at fal that send something, or load the option schemas. */
export function createGenerate(
  connection: Connection,
): Pick<Generate, 'validate' | 'preview' | 'start' | 'status' | 'cancel' | 'remove' | 'download'> {
  const { provider, settings, hosts, clock, queue, transport, allowedHosts } = connection

  /** Whether the request goes round the queue; a ready client knows no way to. */
  const isDirect = ({ options }: Plan) => options.direct === true && queue.run !== undefined

  function handleOf(request: GenerateRequest, id: string, data: JsonObject): JobHandle {
    return {
      version: 1,
      kind: 'generation',
      provider,
      id,
      idempotencyKey: request.idempotencyKey,
      startedAt: new Date(clock.now()).toISOString(),
      n: request.n,
      estimate: estimateRequest(settings, request),
      data,
    }
  }

  /** The answer to a direct run is its result; of the job itself fal keeps nothing that could be asked about. */
  function endedDirectly(request: GenerateRequest, submission: Submission, data: JsonObject, reply: Reply) {
    const id = reply.headers['x-fal-request-id'] ?? crypto.randomUUID()
    const handle = handleOf(request, id, { endpoint: submission.endpoint, direct: true, ...data })
    return { handle, status: generationSucceeded(settings, handle, reply) }
  }

  return {
    validate: async (request) => planOf(connection, request).warnings,

    async preview(request) {
      const plan = planOf(connection, request)
      const submission = await submissionOf(request, plan, async ({ name }) => uploadPlaceholder(name))
      const preview = await transport.preview(submitOperation(submission, isDirect(plan) ? hosts.syncURL : undefined))
      const { image, mask } = request
      const files = [image, mask].flatMap((file) => (file === undefined ? [] : [previewedImage(file)]))
      return { ...preview, files }
    },

    async start(request, callOptions): Promise<Started<GenerationStatus>> {
      const plan = planOf(connection, request)
      const { options, warnings } = plan
      const submission = await submissionOf(request, plan, (image) =>
        queue.upload(
          { name: image.name, mediaType: image.mediaType, bytes: image.bytes, open: () => image.stream() },
          options.uploadLifecycle,
          callOptions,
        ),
      )
      const data: JsonObject = options.enableSafetyChecker === false ? { safetyChecker: false } : {}
      if (isDirect(plan) && queue.run !== undefined) {
        const { handle, status } = endedDirectly(request, submission, data, await queue.run(submission, callOptions))
        return { handle, warnings, estimate: handle.estimate, status }
      }
      const answer = readSubmit(await queue.submit(submission, callOptions), provider, 'generation.submit')
      const handle = handleOf(request, answer.request_id, { ...jobData(hosts.queueURL, submission, answer), ...data })
      return { handle, warnings, estimate: handle.estimate }
    },

    async status(handle, options): Promise<GenerationStatus> {
      if (handle.data.direct === true) return { state: 'expired' }
      return readJob(
        { queue, settings, succeeded: (job, reply) => generationSucceeded(settings, job, reply) },
        handle,
        options,
      )
    },

    cancel: (handle, options) =>
      handle.data.direct === true ? Promise.resolve('finished') : cancelJob(queue, handle, options),

    remove: (handle, options) => deleteAllPayloads(connection, handle.id, 'generation.remove', options),

    download: (image, options) =>
      download({
        url: image.url,
        provider,
        allowedHosts,
        clock,
        fetch: settings.fetch,
        abortSignal: options?.abortSignal,
      }),
  }
}
