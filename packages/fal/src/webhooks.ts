import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { createTransport, parseReply } from '@likeness/adapter-kit'
import { LikenessError, systemClock, type WebhookEvent, type WebhookRequest, type Webhooks } from '@likeness/core'
import { readError } from './errors.js'
import { jwksSchema, webhookBodySchema } from './responses.js'
import { type FalSettings, hostsOf, providerId } from './settings.js'

/** How far a callback's timestamp may be off, in milliseconds, either way. */
const TOLERANCE_MS = 300_000

/** fal asks not to keep the keys longer. */
const KEYS_KEPT_MS = 24 * 3_600_000

/** The least time between two fetches, so that forged callbacks do not make us ask fal each time. */
const REFETCH_AFTER_MS = 60_000

const names = {
  requestId: 'x-fal-webhook-request-id',
  userId: 'x-fal-webhook-user-id',
  timestamp: 'x-fal-webhook-timestamp',
  signature: 'x-fal-webhook-signature',
} as const

type SignedHeaders = Readonly<Record<keyof typeof names, string>>

function headerOf(headers: WebhookRequest['headers'], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  // Doubled headers are not what fal sends.
  return typeof entry === 'string' ? entry : undefined
}

function forged(provider: string, message: string, hint?: string): LikenessError {
  return new LikenessError({
    kind: 'authentication',
    message: `${provider}: the callback is not genuine: ${message}`,
    provider,
    operation: 'webhook',
    hint,
  })
}

function signedHeaders(provider: string, request: WebhookRequest): SignedHeaders {
  const read = (name: string): string => {
    const value = headerOf(request.headers, name)
    if (value === undefined || value === '') throw forged(provider, `header ${name} is missing`)
    return value
  }
  return {
    requestId: read(names.requestId),
    userId: read(names.userId),
    timestamp: read(names.timestamp),
    signature: read(names.signature),
  }
}

/**
 * The bytes that fal signs.
 *
 * @see https://docs.fal.ai (webhooks), 2025 and 2026
 */
export function signedBytes(
  { requestId, userId, timestamp }: Omit<SignedHeaders, 'signature'>,
  body: Uint8Array,
): Buffer {
  const hash = createHash('sha256').update(body).digest('hex')
  return Buffer.from([requestId, userId, timestamp, hash].join('\n'), 'utf8')
}

interface Keys {
  readonly keys: readonly KeyObject[]
  readonly at: number
}

/** fal's public keys, kept for a day at most. */
function createKeyStore(settings: FalSettings) {
  const provider = providerId(settings)
  const clock = settings.clock ?? systemClock
  const { jwksURL } = hostsOf(settings)
  let known: Keys | undefined
  let pending: Promise<Keys> | undefined

  async function fetchKeys(): Promise<Keys> {
    const { origin, pathname, search } = new URL(jwksURL)
    // The keys are public: no secret goes along, whatever host is configured.
    const transport = createTransport({ provider, baseURL: origin, authorization: () => ({}), settings, readError })
    const reply = await transport.send({ name: 'webhook', effect: 'read', method: 'GET', url: pathname + search })
    const { keys } = parseReply(jwksSchema, reply, { provider, operation: 'webhook' })
    const usable = keys.flatMap(({ kty, crv, x }) =>
      kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string'
        ? [createPublicKey({ format: 'jwk', key: { kty, crv, x } })]
        : [],
    )
    known = { keys: usable, at: clock.now() }
    return known
  }

  function refreshed(): Promise<Keys> {
    pending ??= fetchKeys().finally(() => {
      pending = undefined
    })
    return pending
  }

  const age = () => (known === undefined ? Number.POSITIVE_INFINITY : clock.now() - known.at)

  return {
    current: async (): Promise<Keys> => (known !== undefined && age() < KEYS_KEPT_MS ? known : refreshed()),
    /** Newer keys than those at hand, unless they were fetched just now. */
    newer: async (): Promise<Keys | undefined> => (age() < REFETCH_AFTER_MS ? undefined : refreshed()),
  }
}

function hexBytes(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}

function jobOf(provider: string, { body }: WebhookRequest): { id: string; kind: WebhookEvent['kind'] } {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'))
  } catch (cause) {
    throw new LikenessError({
      kind: 'invalid-request',
      message: `${provider}: the callback is not JSON`,
      provider,
      cause,
    })
  }
  const parsed = webhookBodySchema.safeParse(value)
  if (!parsed.success) {
    throw new LikenessError({
      kind: 'invalid-request',
      message: `${provider}: the callback names no request`,
      provider,
    })
  }
  const { request_id: id, payload } = parsed.data
  const shows = (field: string) => typeof payload === 'object' && payload !== null && field in payload
  if (shows('images')) return { id, kind: 'generation' }
  return { id, kind: shows('config_file') || shows('diffusers_lora_file') ? 'fine-tune' : undefined }
}

/** Proves fal's callbacks by their Ed25519 signature. */
export function createWebhooks(settings: FalSettings): Webhooks {
  const provider = providerId(settings)
  const clock = settings.clock ?? systemClock
  const store = createKeyStore(settings)

  return {
    async verify(request): Promise<WebhookEvent> {
      const headers = signedHeaders(provider, request)
      const seconds = /^\d{1,12}$/.test(headers.timestamp) ? Number(headers.timestamp) : Number.NaN
      if (!(Math.abs(clock.now() - seconds * 1000) <= TOLERANCE_MS)) {
        throw forged(provider, 'its timestamp is more than 5 minutes off', 'Check the clock of this machine.')
      }
      const signature = hexBytes(headers.signature)
      if (signature === undefined) throw forged(provider, 'its signature is not hexadecimal')
      const message = signedBytes(headers, request.body)
      const matches = ({ keys }: Keys) => keys.some((key) => verify(null, message, key, signature))
      if (!matches(await store.current())) {
        const newer = await store.newer()
        if (newer === undefined || !matches(newer)) throw forged(provider, 'no key of fal made its signature')
      }
      const { id, kind } = jobOf(provider, request)
      if (id !== headers.requestId) throw forged(provider, 'body and headers name different requests')
      return { provider, jobId: id, kind, proof: 'signature' }
    },
  }
}
