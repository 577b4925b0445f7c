import { judge, type Reply } from '@likeness/adapter-kit'
import { type CallOptions, type Clock, LikenessError } from '@likeness/core'
import { type ClientCall, clientFailure, replyOf } from './client-failure.js'
import type { JobOptions, Lifecycle } from './options.js'
import { type FalQueue, queueHeaders, replayed, type Submission } from './queue.js'
import type { UploadFile } from './storage.js'

interface CallArguments {
  requestId: string
  logs?: boolean
  abortSignal?: AbortSignal
}

interface SubmitOptions {
  input?: unknown
  webhookUrl?: string
  priority?: 'low' | 'normal'
  headers?: Record<string, string>
  abortSignal?: AbortSignal
}

/**
 * The part of fal's own clients that is used: `createFalClient(...)` or `fal` of `@fal-ai/client` (1.x), or the module
 * `@fal-ai/serverless-client`. Structural, so that neither has to be installed.
 */
export interface ReadyClient {
  readonly queue: {
    submit(endpointId: string, options: SubmitOptions): Promise<unknown>
    status(endpointId: string, options: CallArguments): Promise<unknown>
    result(endpointId: string, options: CallArguments): Promise<unknown>
    cancel(endpointId: string, options: CallArguments): Promise<unknown>
  }
  readonly storage: {
    upload(file: File, options?: { lifecycle?: { expiresIn?: number } }): Promise<string>
  }
  /** Only `@fal-ai/serverless-client` has it: the settings that its whole process shares. */
  readonly getConfig?: () => { readonly credentials?: unknown }
}

/** Thrown into a client that is about to send a paid request a second time. */
class RepeatedSubmit extends Error {
  override readonly name = 'RepeatedSubmit'
}

/**
 * An input that can be written out once only. `@fal-ai/client` repeats a submit after a lost answer, and this cannot be
 * switched off (1.10.1, `queue.js`: its own constants win over the `retry` setting); but it writes the body out anew for
 * each send, and does not repeat after an error that is none of the network's.
 */
class SingleSend {
  readonly #input: unknown
  #sent = false

  constructor(input: unknown) {
    this.#input = input
  }

  toJSON(): unknown {
    if (this.#sent) throw new RepeatedSubmit('the client was about to send the paid request again')
    this.#sent = true
    return this.#input
  }
}

/** `@fal-ai/serverless-client`: no signals, headers or retries, raw results, one key for the process. */
function isOlder(client: ReadyClient): boolean {
  return typeof client.getConfig === 'function'
}

/** What must be known of a ready client before money moves. */
export function clientNotice(client: ReadyClient): string {
  return isOlder(client)
    ? 'Jobs go through @fal-ai/serverless-client, which has one key for the whole process: fal.config() called for ' +
        'another key while jobs run sends their calls under it. Costs are unknown, since it hides the price header.'
    : 'Jobs go through @fal-ai/client, which sends a submit again after a lost answer and cannot be told not to. The ' +
        'second send is stopped here, so that such a submit ends as outcome-unknown; `fal.config()` of its singleton ' +
        'swaps the key of running jobs. Costs are unknown, since it hides the price header.'
}

const unsentByBoth = ['maxQueueLength', 'direct'] as const
const unsentByOlder = [
  'priority',
  'runnerHint',
  'objectLifecycle',
  'uploadLifecycle',
  'storeIO',
  'startTimeout',
  'noRetry',
  'retryConfig',
  'disableFallback',
  'tags',
] as const

/** Options that a ready client has no way to follow. */
export function clientLacks(client: ReadyClient, options: JobOptions): string[] {
  const names = isOlder(client) ? [...unsentByBoth, ...unsentByOlder] : unsentByBoth
  // The value of a switch that changes nothing is followed by not sending it.
  return names.filter((name) => options[name] !== undefined && options[name] !== (name === 'storeIO'))
}

/** Refuses calls after the process-wide key was replaced: the job would be looked for under another account. */
function keyWatch(client: ReadyClient, provider: string): () => void {
  let first: string | undefined
  return () => {
    const credentials = client.getConfig?.().credentials
    if (typeof credentials !== 'string') return
    first ??= credentials
    if (first === credentials) return
    throw new LikenessError({
      kind: 'authentication',
      message: `${provider}: fal.config() has replaced the key that this provider began with; nothing was sent`,
      provider,
      hint: 'Give every key a provider of its own, without a ready client or with createFalClient of @fal-ai/client.',
    })
  }
}

async function readAll(file: UploadFile): Promise<File> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of file.open()) chunks.push(new Uint8Array(chunk))
  return new File(chunks, file.name, { type: file.mediaType })
}

function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** fal's queue and storage through a ready client. See `FalSettings.client`. */
export function createClientQueue(client: ReadyClient, provider: string, clock: Clock): FalQueue {
  const older = isOlder(client)
  const watchKey = keyWatch(client, provider)

  /** Runs one call of the client. Failures whose status is in `accept` come back as answers. */
  async function call(
    name: string,
    effect: 'read' | 'paid',
    options: CallOptions | undefined,
    accept: readonly number[],
    send: (signal: { abortSignal?: AbortSignal }) => Promise<Reply>,
  ): Promise<Reply> {
    const at = clock.now()
    const signal = options?.abortSignal
    const context: ClientCall = { provider, operation: name, effect, signal }
    if (signal?.aborted) throw clientFailure(context, signal.reason, judge(effect, 'aborted-unsent'))
    watchKey()
    const report = (outcome: 'accepted' | 'rejected' | 'unknown', error?: LikenessError) => {
      if (effect !== 'paid') return
      const ms = clock.now() - at
      options?.onAttempt?.({ provider, operation: name, outcome, at: new Date(at).toISOString(), ms, error })
    }
    try {
      const reply = await untilAborted(send(signal === undefined ? {} : { abortSignal: signal }), signal)
      report('accepted')
      return reply
    } catch (error) {
      const reply = replyOf(error)
      if (reply !== undefined && accept.includes(reply.status)) return reply
      const failure =
        error instanceof RepeatedSubmit
          ? clientFailure(context, error, judge('paid', 'connection-lost'))
          : clientFailure(context, error, undefined, reply)
      report(
        failure.kind === 'outcome-unknown' || (failure.kind === 'aborted' && failure.billed === 'maybe')
          ? 'unknown'
          : 'rejected',
        failure,
      )
      throw failure
    }
  }

  const ok = (body: unknown): Reply => ({ status: 200, headers: {}, body })

  return {
    lacks: (options) => clientLacks(client, options),
    notice: clientNotice(client),
    submit: (submission, options) =>
      call(`${submission.kind}.submit`, 'paid', options, [], async (signal) =>
        ok(await client.queue.submit(submission.endpoint, submitOptions(submission, options, older, signal))),
      ),
    status: (job, options) =>
      call(`${job.kind}.status`, 'read', options, [404], async (signal) =>
        ok(await client.queue.status(job.endpoint, { requestId: job.id, logs: job.logs === true, ...signal })),
      ),
    result: (job, failureKnown, options) =>
      call(
        `${job.kind}.result`,
        'read',
        options,
        failureKnown ? [...replayed, 500, 502, 503, 504] : replayed,
        async (signal) => {
          const result = await client.queue.result(job.endpoint, { requestId: job.id, ...signal })
          return older ? ok(result) : unwrapped(result)
        },
      ),
    cancel: (job, options) =>
      call(`${job.kind}.cancel`, 'read', options, [400, 404], async (signal) => {
        await client.queue.cancel(job.endpoint, { requestId: job.id, ...signal })
        // The clients keep the status to themselves: 200 or 202, of which only the weaker can be claimed.
        return { status: 202, headers: {}, body: undefined }
      }),
    upload: async (file, lifecycle, options) => {
      const reply = await call('upload', 'read', options, [], async () =>
        ok(await client.storage.upload(await readAll(file), ...lifecycleOptions(lifecycle))),
      )
      return String(reply.body)
    },
  }
}

function submitOptions(
  { input, options, webhookUrl }: Submission,
  callOptions: CallOptions | undefined,
  older: boolean,
  signal: { abortSignal?: AbortSignal },
): SubmitOptions {
  const common = { input: new SingleSend(input), ...(webhookUrl === undefined ? {} : { webhookUrl }) }
  if (older) return common
  return {
    ...common,
    ...signal,
    // The client writes this header itself, over any other.
    ...(options.priority === undefined ? {} : { priority: options.priority }),
    headers: { ...callOptions?.headers, ...queueHeaders(options) },
  }
}

function lifecycleOptions(lifecycle: Lifecycle | undefined): [{ lifecycle: { expiresIn?: number } }] | [] {
  if (lifecycle === undefined) return []
  const { expirationSeconds, initialAcl } = lifecycle
  const settings = {
    ...(expirationSeconds === undefined ? {} : { expiresIn: expirationSeconds }),
    ...(initialAcl === undefined ? {} : { initialAcl }),
  }
  return [{ lifecycle: settings }]
}

/** `@fal-ai/client` wraps results as `{ data, requestId }`. */
function unwrapped(result: unknown): Reply {
  if (typeof result !== 'object' || result === null || !('data' in result))
    return { status: 200, headers: {}, body: result }
  const requestId: unknown = Reflect.get(result, 'requestId')
  const headers = typeof requestId === 'string' && requestId !== '' ? { 'x-fal-request-id': requestId } : {}
  return { status: 200, headers, body: result.data }
}
