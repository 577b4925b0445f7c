import { CALLBACK_PARAMETER, signCallback, verifyCallback } from '@likeness/adapter-kit'
import { type FineTuneRequest, type GenerateRequest, LikenessError, type Warning, type Webhooks } from '@likeness/core'
import { retentionMs } from './capabilities.js'
import type { Connection } from './connection.js'
import { callbackSchema } from './responses.js'

const day = 24 * 3600_000

/**
 * How long a token is good for: as long as the job's result can be kept. Counted from midnight, because Astria's
 * idempotency compares the callback URL as well: the same request must have the same one when it is sent again.
 */
function expiryOf(now: number): number {
  return Math.floor(now / day) * day + retentionMs + 2 * day
}

/** What to send as `callback`, and what the caller must know about it. */
export interface Callback {
  readonly url: string | undefined
  readonly warnings: readonly Warning[]
}

/**
 * Puts our signed token into the callback URL: Astria's callbacks carry no signature, and its documentation says to
 * use the query. https://docs.astria.ai/docs/api/overview#callbacks (2026-08-21)
 */
export function callbackOf(connection: Connection, request: FineTuneRequest | GenerateRequest): Callback {
  const { webhookUrl, idempotencyKey } = request
  const { webhookSecret: secret } = connection.settings
  if (webhookUrl === undefined) return { url: undefined, warnings: [] }
  if (secret !== undefined) {
    const expiresAt = expiryOf(connection.clock.now())
    return { url: signCallback(webhookUrl, { subject: idempotencyKey, expiresAt, secret }), warnings: [] }
  }
  const message = 'Without the webhookSecret setting this callback cannot be proven; `verify` will refuse it.'
  return {
    url: webhookUrl,
    warnings: [{ type: 'notice', provider: connection.provider, parameter: 'webhookUrl', message }],
  }
}

/** The same with its token as `***`, to be shown: whoever has the token can forge the callback. */
export function masked(callback: Callback): Callback {
  if (callback.url === undefined) return callback
  const url = new URL(callback.url)
  if (!url.searchParams.has(CALLBACK_PARAMETER)) return callback
  url.searchParams.set(CALLBACK_PARAMETER, '***')
  return { ...callback, url: url.href }
}

function readBody(provider: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch (cause) {
    throw new LikenessError({
      kind: 'invalid-request',
      message: `${provider}: the callback is not JSON.`,
      provider,
      cause,
    })
  }
}

/** Callbacks of Astria. Each comes once and is not repeated when it fails, and its body is a part of the entity. */
export function createWebhooks(connection: Connection): Webhooks {
  const { provider, settings, clock } = connection
  return {
    async verify({ url, body }) {
      if (settings.webhookSecret === undefined) {
        throw new LikenessError({
          kind: 'authentication',
          message: `${provider}: the callback cannot be proven, because there is no webhookSecret.`,
          provider,
          hint: 'Set webhookSecret before jobs are started: their callback URLs then carry a signed token.',
        })
      }
      const { subject: idempotencyKey } = verifyCallback(url, settings.webhookSecret, clock.now())
      const parsed = callbackSchema.safeParse(readBody(provider, body))
      if (!parsed.success) {
        throw new LikenessError({
          kind: 'invalid-request',
          message: `${provider}: the callback names no tune and no prompt.`,
          provider,
        })
      }
      const { kind, id: jobId } = parsed.data
      return { provider, jobId, kind, idempotencyKey, proof: 'token' }
    },
  }
}
