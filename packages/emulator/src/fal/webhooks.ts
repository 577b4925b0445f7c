import type { KeyObject } from 'node:crypto'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { WebhookMessage } from '../core/vendor.js'
import type { FalJob } from './entities.js'

/** Signs webhooks as fal does, with a key pair of its own (docs "Webhooks", 2026). */
export interface Signer {
  /** The public half, as served under `/.well-known/jwks.json`. */
  readonly jwks: { readonly keys: readonly object[] }
  message(job: FalJob, body: string, now: number): WebhookMessage
}

const userId = 'emulated-user'

export function createSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { kty, crv, x } = publicKey.export({ format: 'jwk' })
  return {
    jwks: { keys: [{ kty, crv, x, use: 'sig', alg: 'EdDSA', kid: 'emulator' }] },
    message: (job, body, now) => ({ body, headers: signatureHeaders(privateKey, job.id, body, now) }),
  }
}

/** The signed text: request id, user id, unix seconds and the body's SHA-256, joined by single newlines. */
function signatureHeaders(key: KeyObject, requestId: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000))
  const text = [requestId, userId, timestamp, createHash('sha256').update(body).digest('hex')].join('\n')
  return {
    'x-fal-webhook-request-id': requestId,
    'x-fal-webhook-user-id': userId,
    'x-fal-webhook-timestamp': timestamp,
    'x-fal-webhook-signature': sign(null, Buffer.from(text), key).toString('hex'),
  }
}

export function webhookBody(job: FalJob): string {
  const ids = { request_id: job.id, gateway_request_id: job.gatewayRequestId }
  const { failure } = job
  if (failure === undefined) return JSON.stringify({ ...ids, status: 'OK', payload: job.output?.body ?? null })
  const payload = failure.source === 'model' ? { detail: failure.detail } : { detail: failure.message }
  return JSON.stringify({ ...ids, status: 'ERROR', error: `Invalid status code: ${failure.status}`, payload })
}

/** What an attacker who knows the job would send: success, with a picture of his own. */
export function forgedBody(job: FalJob): string {
  const payload = { images: [{ url: 'https://forged.invalid/picture.png', content_type: 'image/png' }] }
  return JSON.stringify({ request_id: job.id, gateway_request_id: job.id, status: 'OK', payload })
}

/** 10 tries in 2 hours (docs of 2023-2025; the newest speak of up to 31 until the result expires). Milliseconds. */
export const webhookRetries = [15, 30, 60, 120, 240, 480, 900, 1_200, 1_800, 2_100].map((seconds) => seconds * 1_000)
