import { checkOptions, download, hostsOf, type Operation, parseReply } from '@likeness/adapter-kit'
import {
  type CallOptions,
  type Generate,
  type GenerateRequest,
  type JobHandle,
  type JsonObject,
  LikenessError,
} from '@likeness/core'
import type { Connection } from './connection.js'
import { refusal } from './errors.js'
import {
  existingWarning,
  findNewest,
  pageQuery,
  type ReadPage,
  submitTimeoutMs,
  withIdempotencyHint,
} from './fine-tune.js'
import { isPastRetention } from './fine-tune-status.js'
import { type PromptPlan, planPrompt } from './generate-request.js'
import { generationStatus, promptItemOf } from './generate-status.js'
import { generateOptionsSchema } from './options.js'
import { estimateGenerate } from './prices.js'
import { type Prompt, promptListSchema, promptSchema } from './responses.js'
import { rawOptions, workspaceHeaders } from './settings.js'
import { type Callback, callbackOf, masked } from './webhooks.js'

const minute = 60_000

/** The methods of {@link Generate} that talk to Astria, or need its schemas. */
export function createGenerate(
  connection: Connection,
): Pick<Generate, 'validate' | 'preview' | 'start' | 'status' | 'find' | 'remove' | 'list' | 'download'> {
  const { provider, transport, clock, settings, baseURL } = connection

  function plan(request: GenerateRequest, callback: Callback): PromptPlan {
    const { path, value } = rawOptions(provider, request)
    const planned = planPrompt(request, checkOptions(generateOptionsSchema, value, path), {
      provider,
      workspaceId: settings.workspaceId,
      now: clock.now(),
      callback: callback.url,
    })
    return { ...planned, warnings: [...planned.warnings, ...callback.warnings] }
  }

  /** A request may name a workspace of its own; reading its prompt then needs it too. */
  function workspaceOf(request: GenerateRequest): JsonObject {
    const { workspaceId } = rawOptions(provider, request).value
    return typeof workspaceId === 'number' ? { workspaceId } : {}
  }

  function submission(request: GenerateRequest, { tuneId, body }: PromptPlan): Operation {
    const files = [request.image, request.mask].filter((file) => file !== undefined && file.url === undefined)
    return {
      name: 'generation.submit',
      effect: 'paid',
      method: 'POST',
      url: `/tunes/${tuneId}/prompts`,
      headers: workspaceHeaders(workspaceOf(request).workspaceId),
      body,
      timeoutMs: submitTimeoutMs(
        connection,
        files.filter((file) => file !== undefined),
      ),
    }
  }

  function handleOf(request: GenerateRequest, prompt: Prompt, { tuneId, mock }: PromptPlan): JobHandle {
    const [applied] = request.models
    // Prompts under a checkpoint or mock go with it; those of a LoRA stay under the base.
    const owned = applied?.model.id === tuneId ? { keptUntil: applied.model.expiresAt } : {}
    return {
      version: 1,
      kind: 'generation',
      provider,
      id: prompt.id,
      idempotencyKey: request.idempotencyKey,
      startedAt: new Date(clock.now()).toISOString(),
      n: request.n,
      estimate: estimateGenerate(request, rawOptions(provider, request).value, connection.prices),
      data: { tuneId: prompt.tune_id ?? tuneId, mock, ...owned, ...workspaceOf(request) },
    }
  }

  function promptUrl({ id, data }: JobHandle): string {
    const nested = typeof data.tuneId === 'string' ? `/tunes/${encodeURIComponent(data.tuneId)}` : ''
    return `${nested}/prompts/${encodeURIComponent(id)}`
  }

  async function readList(
    url: string,
    query: object,
    headers: Record<string, string>,
    options: CallOptions | undefined,
  ) {
    const name = 'generation.list'
    const operation: Operation = { name, effect: 'read', method: 'GET', url, query: { ...query }, headers }
    return parseReply(promptListSchema, await transport.send(operation, options), { provider, operation: name })
  }

  return {
    async validate(request) {
      return plan(request, callbackOf(connection, request)).warnings
    },

    async preview(request) {
      return transport.preview(submission(request, plan(request, masked(callbackOf(connection, request)))))
    },

    async start(request, options) {
      const planned = plan(request, callbackOf(connection, request))
      const { warnings } = planned
      const operation = submission(request, planned)
      try {
        const reply = await transport.send(operation, options)
        const prompt = parseReply(promptSchema, reply, { provider, operation: operation.name, paid: true })
        const handle = handleOf(request, prompt, planned)
        const status = generationStatus(provider, prompt, handle)
        const all = [...warnings, ...existingWarning(connection, prompt.created_at, 'prompt')]
        const ended = status.state === 'succeeded' ? { status } : {}
        return { handle, warnings: all, estimate: handle.estimate, ...ended }
      } catch (error) {
        throw withIdempotencyHint(error, connection)
      }
    },

    async status(handle, options) {
      const name = 'generation.status'
      const headers = workspaceHeaders(handle.data.workspaceId)
      try {
        const reply = await transport.send(
          { name, effect: 'read', method: 'GET', url: promptUrl(handle), headers },
          options,
        )
        return generationStatus(provider, parseReply(promptSchema, reply, { provider, operation: name }), handle)
      } catch (error) {
        const gone = LikenessError.is(error) && error.kind === 'not-found'
        if (gone && isPastRetention(handle, clock.now())) return { state: 'expired' }
        throw error
      }
    },

    async find(request, { since, ...options }) {
      const planned = plan(request, { url: undefined, warnings: [] })
      const headers = workspaceHeaders(workspaceOf(request).workspaceId)
      // "An array of prompts owned by the authenticated user": wherever the prompt was filed, it is in this list.
      const read: ReadPage<Prompt> = (beforeId) =>
        readList('/prompts', pageQuery(provider, beforeId, 60), headers, options)
      const derived = request.seed === undefined
      // A seed of ours is made from the key and belongs to no other request, whatever Astria made of the text; the
      // caller's own may come twice, so that text and time must agree as well.
      const prompt = await findNewest(
        read,
        since - (derived ? 60 * minute : minute),
        ({ text, seed, num_images: n }) =>
          seed === planned.seed && (n ?? request.n) === request.n && (derived || text?.trim() === planned.text.trim()),
      )
      return prompt === undefined ? undefined : handleOf(request, prompt, planned)
    },

    async remove(handle, options) {
      const headers = workspaceHeaders(handle.data.workspaceId)
      const operation: Operation = {
        name: 'generation.remove',
        effect: 'read',
        method: 'DELETE',
        url: promptUrl(handle),
        headers,
      }
      await transport.send(operation, options)
    },

    async list({ cursor, limit, model, ...options } = {}) {
      if (model !== undefined && model.provider !== provider) {
        throw refusal(provider, 'model', `${model.id} is a model of ${model.provider}`)
      }
      const url = model === undefined ? '/prompts' : `/tunes/${encodeURIComponent(model.id)}/prompts`
      const prompts = await readList(url, pageQuery(provider, cursor, limit), {}, options)
      const items = prompts.map((prompt) => promptItemOf(provider, prompt))
      const last = prompts.at(-1)?.id
      return last === undefined ? { items } : { items, next: last }
    },

    download({ url }, options) {
      const allowedHosts = [...(settings.allowedHosts ?? []), ...hostsOf([baseURL])]
      return download({ url, provider, allowedHosts, clock, fetch: settings.fetch, abortSignal: options?.abortSignal })
    },
  }
}
