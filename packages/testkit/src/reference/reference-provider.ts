import { type Capabilities, type Clock, LikenessError, type Provider, systemClock } from '@likeness/core'
import { capabilities } from './capabilities.js'
import { createFineTune } from './fine-tune.js'
import { createGenerate } from './generate.js'
import { referenceOrigin } from './routes.js'
import { createTransport, type Transport } from './transport.js'
import { createWebhooks } from './webhooks.js'

/** Settings of the reference vendor's adapter. */
export interface ReferenceSettings {
  readonly apiKey: string | (() => string | Promise<string>)
  /** Whether it can do everything, or as little as possible. @default 'full' */
  readonly profile?: 'full' | 'spartan'
  readonly id?: string
  readonly fetch?: typeof globalThis.fetch
  readonly clock?: Clock
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  readonly webhookSecret?: string
}

/** What the parts of the adapter share. */
export interface Parts {
  readonly id: string
  readonly clock: Clock
  readonly capabilities: Capabilities
  readonly send: Transport['send']
  readonly preview: Transport['preview']
  readonly fetch: typeof globalThis.fetch
  readonly webhookSecret: string
}

/** The method of a part that this profile does not declare. */
export function undeclared(provider: string, operation: string): () => Promise<never> {
  return async () => {
    throw new LikenessError({
      kind: 'unsupported',
      message: `${provider} has no ${operation}.`,
      provider,
      operation,
      hint: 'Nothing was sent.',
    })
  }
}

/** The adapter of a vendor that exists in memory only, and an example of how to write one. */
export function createReference(settings: ReferenceSettings): Provider {
  const { id = 'reference', clock = systemClock, fetch = globalThis.fetch } = settings
  const declared = capabilities[settings.profile ?? 'full']
  const { send, preview } = createTransport({
    provider: id,
    origin: referenceOrigin,
    apiKey: settings.apiKey,
    fetch,
    clock,
    headers: settings.headers ?? {},
    timeoutMs: settings.timeoutMs ?? 60_000,
  })
  const { webhookSecret = '' } = settings
  const parts: Parts = { id, clock, capabilities: declared, send, preview, fetch, webhookSecret }
  return {
    specificationVersion: 'v1',
    id,
    clock,
    capabilities: declared,
    ...(declared.fineTune && { fineTune: createFineTune(parts, declared.fineTune) }),
    ...(declared.generate && { generate: createGenerate(parts, declared.generate) }),
    ...(declared.webhooks !== 'none' && { webhooks: createWebhooks(parts) }),
    account: {
      async check(options) {
        const account = await send({ name: 'account', method: 'GET', path: '/account' }, options)
        const { balance } = account as { balance?: number }
        return balance === undefined ? {} : { balance }
      },
    },
  }
}
