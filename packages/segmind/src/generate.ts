import { checkOptions, download, hostsOf, type Operation, parseReply } from '@likeness/adapter-kit'
import { type CallOptions, type Generate, type GenerateRequest, type JobHandle, LikenessError } from '@likeness/core'
import { type Connection, optionsOf } from './connection.js'
import { slugOf } from './fine-tune-status.js'
import { type PlannedGeneration, planGeneration } from './generate-request.js'
import { generationState, generationStatus, synchronousResult } from './generate-status.js'
import { readDetails } from './models.js'
import { generateOptionsSchema } from './options.js'
import { estimatePictures } from './prices.js'
import { generationResultSchema, generationStatusSchema, submittedGenerationSchema } from './responses.js'
import type { SegmindInference } from './settings.js'

/** v1 answers with the picture itself. Calls of a minute and more were seen to end in the gateway's 504. */
const synchronousTimeoutMs = 180_000

/** The methods of `Generate` that send something. */
export type GenerateMethods = Pick<Generate, 'validate' | 'preview' | 'start' | 'status' | 'download'>

interface Plan extends PlannedGeneration {
  readonly inference: SegmindInference
}

/** Builds them; sends nothing. */
export function createGenerate(connection: Connection): GenerateMethods {
  const { config, send } = connection
  const { id: provider, clock, settings } = config

  function plan(request: GenerateRequest): Plan {
    const { path, value } = optionsOf(request, provider)
    const options = checkOptions(generateOptionsSchema, value, path)
    return { ...planGeneration(request, options, config), inference: options.inference ?? config.inference }
  }

  /** Path segment of the endpoint. A model that was put into the portfolio by its id alone is looked up. */
  async function slugFor(request: GenerateRequest, { slug }: Plan, options?: CallOptions): Promise<string> {
    if (slug !== undefined) return slug
    const id = request.models[0]?.model.id ?? ''
    const own = slugOf(await readDetails(connection, id, options))
    if (own !== undefined) return own
    const message = `Segmind names no slug of model ${id}, so it cannot be called.`
    throw new LikenessError({ kind: 'invalid-response', message, provider, hint: 'Is it AVAILABLE yet?' })
  }

  /** @param segment - the slug as it stands in the path */
  function submission({ inference, body }: Plan, segment: string): Operation {
    return {
      name: 'generation.submit',
      effect: 'paid',
      method: 'POST',
      url: `/${inference}/${segment}`,
      body: { type: 'json', value: body },
      ...(inference === 'v1' && { timeoutMs: settings.timeoutMs ?? synchronousTimeoutMs }),
    }
  }

  /** The vendor's URL where it is on the configured origin, else the documented one below the base URL. */
  function jobURL(handle: JobHandle, kind: 'status' | 'result'): string {
    const given = handle.data[`${kind}URL`]
    if (typeof given === 'string' && URL.canParse(given) && new URL(given).origin === new URL(config.baseURL).origin) {
      return given
    }
    return `/v2/requests/${encodeURIComponent(handle.id)}${kind === 'status' ? '/status' : ''}`
  }

  /** The answer of one of a job's URLs. A failed job is an answer, though served as 422. */
  function read(handle: JobHandle, kind: 'status' | 'result', options?: CallOptions) {
    const name = `generation.${kind}`
    return send({ name, effect: 'read', method: 'GET', url: jobURL(handle, kind), accept: [422] }, options)
  }

  return {
    async validate(request) {
      return plan(request).warnings
    },

    async preview(request) {
      const planned = plan(request)
      const { slug } = planned
      // The slug of a model that is known by its id alone is read from the vendor first.
      const segment =
        slug === undefined
          ? `<slug:${encodeURIComponent(request.models[0]?.model.id ?? '')}>`
          : encodeURIComponent(slug)
      return connection.preview(submission(planned, segment))
    },

    async start(request, options) {
      const planned = plan(request)
      const { inference } = planned
      const operation = submission(planned, encodeURIComponent(await slugFor(request, planned, options)))
      const reply = await send(operation, options)
      const estimate = estimatePictures(planned.endpoint, request, settings)
      const common = {
        version: 1,
        kind: 'generation',
        provider,
        idempotencyKey: request.idempotencyKey,
        startedAt: new Date(clock.now()).toISOString(),
        n: request.n,
        ...(estimate && { estimate }),
      } as const
      const { warnings } = planned
      if (inference === 'v1') {
        const id = reply.headers['x-request-id'] ?? `v1-${request.idempotencyKey}`
        const handle: JobHandle = { ...common, id, data: { inference } }
        return { handle, warnings, estimate, status: synchronousResult(reply, provider) }
      }
      const body = parseReply(submittedGenerationSchema, reply, { provider, operation: operation.name, paid: true })
      const handle: JobHandle = {
        ...common,
        id: body.request_id,
        data: {
          inference,
          ...(body.status_url && { statusURL: body.status_url }),
          ...(body.response_url && { resultURL: body.response_url }),
        },
      }
      return { handle, warnings, estimate }
    },

    async status(handle, options) {
      // Its answer came with the submit, and the vendor keeps nothing that could be read again.
      if (handle.data.inference === 'v1') return { state: 'expired' }
      try {
        const first = await read(handle, 'status', options)
        const where = { provider, operation: 'generation.status', requestId: handle.id }
        const state = generationState(parseReply(generationStatusSchema, first, where), handle, first.status)
        if (state !== 'completed') return state
        const second = await read(handle, 'result', options)
        const body = parseReply(generationResultSchema, second, { ...where, operation: 'generation.result' })
        return generationStatus(body, handle, second.status)
      } catch (error) {
        // Records are kept for an hour, then "Request <id> not found".
        if (LikenessError.is(error) && error.kind === 'not-found') return { state: 'expired' }
        throw error
      }
    },

    download(image, { abortSignal } = {}) {
      return download({
        url: image.url,
        provider,
        allowedHosts: [...(settings.allowedHosts ?? []), ...hostsOf([config.baseURL, config.managementURL])],
        clock: settings.clock,
        fetch: settings.fetch,
        abortSignal,
      })
    },
  }
}
