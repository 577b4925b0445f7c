import { parseReply, signCallback, verifyCallback } from '@likeness/adapter-kit'
import { type CallOptions, LikenessError, type Webhooks } from '@likeness/core'
import type { Connection } from './connection.js'
import { callbackSchema, type WebhookRecord, webhookListSchema } from './responses.js'
import type { SegmindConfig } from './settings.js'

/** Who the token speaks for: Segmind has one callback URL for the whole account, so no job is named. */
const accountSubject = 'segmind-account'

/** The last moment of the year 9999, in UTC. */
const farFuture = 253_402_300_799_000

function secretOf({ id, settings }: SegmindConfig): string {
  if (settings.webhookSecret !== undefined) return settings.webhookSecret
  throw new LikenessError({
    kind: 'authentication',
    message: `${id}: callbacks cannot be proven without a secret.`,
    provider: id,
    fields: [{ field: 'webhookSecret', message: 'is not set' }],
    hint: 'Set webhookSecret, at least 16 characters: openssl rand -hex 32',
  })
}

/** Proves callbacks and names their job. */
export function createWebhooks({ config }: Connection): Webhooks {
  const { id: provider, clock } = config
  const refuse = (kind: 'authentication' | 'invalid-request', message: string) =>
    new LikenessError({ kind, message, provider, operation: 'webhook.verify' })
  return {
    async verify(request) {
      const { subject } = verifyCallback(request.url, secretOf(config), clock.now())
      if (subject !== accountSubject) throw refuse('authentication', 'The token of the callback is for something else.')
      let body: unknown
      try {
        body = JSON.parse(new TextDecoder().decode(request.body))
      } catch {
        throw refuse('invalid-request', 'The callback is not JSON.')
      }
      const parsed = callbackSchema.safeParse(body)
      if (!parsed.success) throw refuse('invalid-request', 'The callback names no fine-tune.')
      const jobId = parsed.data.request_id || parsed.data.finetune_id || ''
      return { provider, jobId, kind: 'fine-tune', proof: 'token' }
    },
  }
}

/** A callback URL as it is registered. */
export interface RegisteredWebhook {
  readonly id: string
  /** With our token in it: a secret. */
  readonly url: string
  readonly events: readonly string[]
}

/**
 * The account's callback URL, over the management API that the official SDK uses (its answers are not documented). There
 * can be one for fine-tunes at a time: remove the old one before adding another. Segmind documents no signature, so
 * every URL gets a token of ours, which `webhooks.verify` checks; it needs the `webhookSecret` setting.
 */
export interface WebhookRegistration {
  /**
   * The URL with our token, for those who register it in the console (Developer tab). Valid until the secret changes.
   *
   * @throws LikenessError without a `webhookSecret`, or with one of fewer than 16 characters
   */
  sign(url: string): Promise<string>
  get(options?: CallOptions): Promise<readonly RegisteredWebhook[]>
  /**
   * Signs and registers a URL; returns it as registered.
   *
   * @param events - event types; that of fine-tunes is not documented @default ['FINETUNE'], an assumption
   */
  add(url: string, events?: readonly string[], options?: CallOptions): Promise<string>
  /** Signs a URL and puts it in the place of another; returns it as registered. */
  update(id: string, url: string, events?: readonly string[], options?: CallOptions): Promise<string>
  remove(id: string, options?: CallOptions): Promise<void>
}

function registered(record: WebhookRecord): RegisteredWebhook[] {
  const id = record.webhook_id ?? record.id
  if (!record.webhook_url || id === null || id === undefined) return []
  return [{ id: String(id), url: record.webhook_url, events: record.event?.types ?? [] }]
}

/** Builds it; sends nothing. */
export function createWebhookRegistration({ config, manage }: Connection): WebhookRegistration {
  const operation = 'webhook.register'
  const get = (path: string, query?: Record<string, string>, options?: CallOptions) =>
    manage({ name: operation, effect: 'read', method: 'GET', url: path, ...(query && { query }) }, options)
  const post = (path: string, value: unknown, options?: CallOptions) =>
    manage({ name: operation, effect: 'read', method: 'POST', url: path, body: { type: 'json', value } }, options)
  const sign = (url: string) =>
    signCallback(url, { secret: secretOf(config), subject: accountSubject, expiresAt: farFuture })
  return {
    sign: async (url) => sign(url),
    async get(options) {
      const reply = await get('/webhook/get', undefined, options)
      return parseReply(webhookListSchema, reply, { provider: config.id, operation }).flatMap(registered)
    },
    async add(url, events = ['FINETUNE'], options) {
      const signed = sign(url)
      await post('/webhook/add', { webhook_url: signed, event: { types: events } }, options)
      return signed
    },
    async update(id, url, events = ['FINETUNE'], options) {
      const signed = sign(url)
      await post('/webhook/update', { webhook_id: id, webhook_url: signed, event: { types: events } }, options)
      return signed
    },
    async remove(id, options) {
      // A GET that deletes: so the official SDK sends it.
      await get('/webhook/inactive', { webhook_id: id }, options)
    },
  }
}
