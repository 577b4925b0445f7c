import { checkOptions, type Operation, parseReply } from '@likeness/adapter-kit'
import {
  type CallOptions,
  type FineTune,
  type FineTuneRequest,
  type JobHandle,
  LikenessError,
  type Warning,
} from '@likeness/core'
import { readTune } from './adopt.js'
import type { Connection } from './connection.js'
import { refusal } from './errors.js'
import { checkImageCount, hasKey, planTune, type TunePlan } from './fine-tune-request.js'
import { fineTuneStatus, isPastRetention, listItemOf } from './fine-tune-status.js'
import { type AstriaFineTuneOptions, fineTuneOptionsSchema } from './options.js'
import { estimateFineTune } from './prices.js'
import { type Tune, tuneListSchema, tuneSchema } from './responses.js'
import { rawOptions } from './settings.js'
import { type Callback, callbackOf, masked } from './webhooks.js'

const hour = 3600_000

/** Uploads are given time for this many bytes a second. */
const slowestUpload = 128 * 1024

/** How long a submit may take: longer than other requests by what its files need. */
export function submitTimeoutMs({ settings }: Connection, files: readonly { readonly bytes: number }[]): number {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return (settings.timeoutMs ?? 60_000) + Math.ceil((bytes / slowestUpload) * 1000)
}

/** Says of a lost submit that it may be sent again, where the account's idempotency makes that safe. */
export function withIdempotencyHint(error: unknown, { settings }: Connection): unknown {
  if (!LikenessError.is(error) || error.kind !== 'outcome-unknown' || settings.titleIdempotency !== true) return error
  const hint =
    "Send it again with the same idempotencyKey after a minute: the account's idempotency makes one job of it."
  return error.with({ retry: 'later', hint })
}

/** With the account's idempotency a submit may answer with what was there before. */
export function existingWarning(connection: Connection, createdAt: string | null | undefined, what: string): Warning[] {
  const { provider, settings, clock } = connection
  const old = typeof createdAt === 'string' && Date.parse(createdAt) < clock.now() - 2 * 60_000
  if (settings.titleIdempotency !== true || !old) return []
  return [
    { type: 'notice', provider, message: `Astria returned a ${what} that exists since ${createdAt}; none was made.` },
  ]
}

/** One page of a list, newest first. */
export type ReadPage<Item> = (beforeId: string | undefined) => Promise<readonly Item[]>

/**
 * Looks through a list from its newest end until everything further is older than `oldest`.
 *
 * @param oldest - milliseconds since the epoch
 */
export async function findNewest<Item extends { readonly id: string; readonly created_at?: string | null | undefined }>(
  readPage: ReadPage<Item>,
  oldest: number,
  matches: (item: Item) => boolean,
): Promise<Item | undefined> {
  for (let beforeId: string | undefined; ; ) {
    const page = await readPage(beforeId)
    const young = page.filter(({ created_at: date }) => typeof date !== 'string' || Date.parse(date) >= oldest)
    const found = young.find(matches)
    const last = page.at(-1)?.id
    if (found !== undefined || last === undefined || young.length < page.length || last === beforeId) return found
    beforeId = last
  }
}

/** What lists take: the cursor is the id of the last entry read. At most 120 entries come at once. */
export function pageQuery(provider: string, cursor: string | undefined, limit: number | undefined) {
  if (cursor !== undefined && !/^\d+$/.test(cursor))
    throw refusal(provider, 'cursor', `is not an id (given: ${cursor})`)
  return { limit: limit === undefined ? undefined : Math.min(120, limit), before_id: cursor }
}

/** The methods of {@link FineTune} that talk to Astria, or need its schemas. */
export function createFineTune(
  connection: Connection,
): Pick<FineTune, 'validate' | 'preview' | 'start' | 'status' | 'find' | 'remove' | 'list'> {
  const { provider, transport, clock } = connection

  function optionsOf(request: FineTuneRequest): AstriaFineTuneOptions {
    const { path, value } = rawOptions(provider, request)
    return checkOptions(fineTuneOptionsSchema, value, path)
  }

  /** For a request that goes out; `find` is given one without images. */
  function plan(request: FineTuneRequest, callback: Callback): TunePlan {
    const options = optionsOf(request)
    checkImageCount(provider, request, options)
    const planned = planTune(provider, request, options, callback.url)
    return { ...planned, warnings: [...planned.warnings, ...callback.warnings] }
  }

  function submission(request: FineTuneRequest, { body }: TunePlan): Operation {
    const timeoutMs = submitTimeoutMs(connection, body.type === 'multipart' ? request.images : [])
    return { name: 'fine-tune.submit', effect: 'paid', method: 'POST', url: '/tunes', body, timeoutMs }
  }

  function handleOf(request: FineTuneRequest, tune: Tune, data: TunePlan['data']): JobHandle {
    return {
      version: 1,
      kind: 'fine-tune',
      provider,
      id: tune.id,
      idempotencyKey: request.idempotencyKey,
      startedAt: new Date(clock.now()).toISOString(),
      subject: request.subject,
      estimate: estimateFineTune(request, rawOptions(provider, request).value, connection.prices),
      data: typeof tune.eta === 'string' ? { ...data, eta: tune.eta } : data,
    }
  }

  async function readList(query: Operation['query'], options: CallOptions | undefined): Promise<Tune[]> {
    const operation = {
      name: 'fine-tune.list',
      effect: 'read',
      method: 'GET',
      url: '/tunes',
      query: query ?? {},
    } as const
    return parseReply(tuneListSchema, await transport.send(operation, options), { provider, operation: operation.name })
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
      const { warnings, data } = planned
      const operation = submission(request, planned)
      try {
        const reply = await transport.send(operation, options)
        const tune = parseReply(tuneSchema, reply, { provider, operation: operation.name, paid: true })
        const handle = handleOf(request, tune, data)
        const status = fineTuneStatus(provider, tune, handle, clock.now())
        const all = [...warnings, ...existingWarning(connection, tune.created_at, 'tune')]
        // A FaceID tune is not trained: it is ready at once.
        const ended = status.state === 'succeeded' ? { status } : {}
        return { handle, warnings: all, estimate: handle.estimate, ...ended }
      } catch (error) {
        throw withIdempotencyHint(error, connection)
      }
    },

    async status(handle, options) {
      try {
        return fineTuneStatus(provider, await readTune(connection, handle.id, options), handle, clock.now())
      } catch (error) {
        const gone = LikenessError.is(error) && error.kind === 'not-found'
        if (gone && isPastRetention(handle, clock.now())) return { state: 'expired' }
        throw error
      }
    },

    async find(request, { since, ...options }) {
      const { data } = planTune(provider, request, optionsOf(request), undefined)
      const read: ReadPage<Tune> = (beforeId) => readList(pageQuery(provider, beforeId, 60), options)
      // The key is in the title, so that a wide margin for clocks that differ costs nothing but a page.
      const tune = await findNewest(read, since - hour, ({ title }) => hasKey(title, request.idempotencyKey))
      return tune === undefined ? undefined : handleOf(request, tune, data)
    },

    async remove(model, options) {
      if (model.provider !== provider) throw refusal(provider, 'model', `${model.id} is a model of ${model.provider}`)
      const url = `/tunes/${encodeURIComponent(model.id)}`
      // Documented is 200, seen is 204.
      await transport.send({ name: 'fine-tune.remove', effect: 'read', method: 'DELETE', url }, options)
    },

    async list({ cursor, limit, ...options } = {}) {
      const tunes = await readList(pageQuery(provider, cursor, limit), options)
      const items = tunes.map((tune) => listItemOf(provider, tune, clock.now()))
      // "Repeat until an empty page is returned": a short page is not said to be the last.
      const last = tunes.at(-1)?.id
      return last === undefined ? { items } : { items, next: last }
    },
  }
}
