import { createHmac, timingSafeEqual } from 'node:crypto'
import { LikenessError, type WebhookEvent, type WebhookRequest, type Webhooks } from '@likeness/core'
import * as z from 'zod'
import type { Parts } from './reference-provider.js'
import { isSigned } from './signing.js'

const tokenOf = (secret: string, key: string) => createHmac('sha256', secret).update(key).digest('hex')

/** The callback URL as it is sent: with a token of ours that proves it, where the vendor signs nothing. */
export function callbackOf(
  parts: Parts,
  supported: boolean,
  { webhookUrl, idempotencyKey }: { readonly webhookUrl?: string | undefined; readonly idempotencyKey: string },
): { readonly callback?: string } {
  if (webhookUrl === undefined || !supported) return {}
  if (parts.capabilities.webhooks !== 'token') return { callback: webhookUrl }
  const url = new URL(webhookUrl)
  url.searchParams.set('key', idempotencyKey)
  url.searchParams.set('token', tokenOf(parts.webhookSecret, idempotencyKey))
  return { callback: url.href }
}

const bodySchema = z.looseObject({ job: z.string(), kind: z.enum(['fine-tune', 'generation']) })

function lowerCase(headers: WebhookRequest['headers']): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers)
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]))
}

/** Proves callbacks: by the vendor's signature, or by our token. */
export function createWebhooks(parts: Parts): Webhooks {
  const { id: provider, clock, send } = parts
  const fail = (kind: 'authentication' | 'invalid-request', message: string) =>
    new LikenessError({ kind, message, provider, operation: 'webhook.verify' })

  async function hasSignature(request: WebhookRequest): Promise<boolean> {
    const answer = await send({ name: 'signing-key', method: 'GET', path: '/signing-key' })
    const { key } = z.looseObject({ key: z.string() }).parse(answer)
    return isSigned(key, lowerCase(request.headers), request.body, clock.now())
  }

  function keyOfToken(request: WebhookRequest): string | undefined {
    const query = new URL(request.url).searchParams
    const key = query.get('key') ?? ''
    const given = Buffer.from(query.get('token') ?? '')
    const expected = Buffer.from(tokenOf(parts.webhookSecret, key))
    return given.length === expected.length && timingSafeEqual(given, expected) ? key : undefined
  }

  function read(body: Uint8Array): z.output<typeof bodySchema> {
    try {
      return bodySchema.parse(JSON.parse(Buffer.from(body).toString('utf8')))
    } catch {
      throw fail('invalid-request', 'The callback cannot be read.')
    }
  }

  return {
    async verify(request): Promise<WebhookEvent> {
      const signs = parts.capabilities.webhooks === 'signature'
      const idempotencyKey = signs ? undefined : keyOfToken(request)
      const proven = signs ? await hasSignature(request) : idempotencyKey !== undefined
      if (!proven) throw fail('authentication', 'The callback does not come from the vendor.')
      const { job, kind } = read(request.body)
      return { provider, jobId: job, kind, idempotencyKey, proof: signs ? 'signature' : 'token' }
    },
  }
}
