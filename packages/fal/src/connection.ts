import { createTransport, hostsOf as hostsOfURLs, resolveApiKey, type Transport } from '@likeness/adapter-kit'
import { type Clock, LikenessError, systemClock, type Warning } from '@likeness/core'
import { readError } from './errors.js'
import type { JobOptions } from './options.js'
import { createHttpQueue, type FalQueue } from './queue.js'
import { type FalHosts, type FalSettings, hostsOf, providerId } from './settings.js'

/** Everything that the calls of one provider share. */
export interface Connection {
  readonly provider: string
  readonly settings: FalSettings
  readonly hosts: FalHosts
  readonly clock: Clock
  /** To all of fal's hosts, with the key. */
  readonly transport: Transport
  readonly queue: FalQueue
  /** Hosts that files may come from although they are private. */
  readonly allowedHosts: readonly string[]
}

/** Prepares the HTTP of one provider. Opens nothing. */
export async function connect(settings: FalSettings): Promise<Connection> {
  const provider = providerId(settings)
  const hosts = hostsOf(settings)
  const clock = settings.clock ?? systemClock
  const transport = createTransport({
    provider,
    baseURL: hosts.queueURL,
    trustedOrigins: [hosts.syncURL, hosts.restURL, hosts.platformURL].map((url) => new URL(url).origin),
    authorization: async () => ({ authorization: `Key ${await resolveApiKey(settings, 'FAL_KEY', provider)}` }),
    settings,
    readError,
  })
  const { client } = settings
  const queue =
    client === undefined
      ? createHttpQueue(transport, hosts)
      : (await import('./ready-client.js')).createClientQueue(client, provider, clock)
  const allowedHosts = [
    ...(settings.allowedHosts ?? []),
    ...hostsOfURLs([hosts.queueURL, hosts.syncURL, hosts.restURL]),
  ]
  return { provider, settings, hosts, clock, transport, queue, allowedHosts }
}

/**
 * What a ready client cannot follow, and what must be known of it.
 *
 * @throws LikenessError `unsupported` instead, where the request says `onUnsupported: 'error'`
 */
export function queueWarnings(
  { queue, provider }: Connection,
  options: JobOptions,
  path: string,
  onUnsupported: 'warn' | 'error',
): Warning[] {
  const unsent = queue.lacks(options).map((name): Warning => {
    const parameter = `${path}.${name}`
    return { type: 'unsupported', provider, parameter, message: `The ready client cannot follow ${parameter}.` }
  })
  if (unsent.length > 0 && onUnsupported === 'error') {
    throw new LikenessError({
      kind: 'unsupported',
      message: `${provider}: ${unsent.map(({ message }) => message).join(' ')}`,
      provider,
      fields: unsent.map(({ parameter = path, message }) => ({ field: parameter, message })),
      hint: 'Leave the options out, or the `client` setting.',
    })
  }
  if (queue.notice === undefined) return unsent
  return [...unsent, { type: 'notice', provider, parameter: 'client', message: queue.notice }]
}
