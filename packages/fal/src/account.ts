import { parseReply } from '@likeness/adapter-kit'
import { type AccountStatus, type CallOptions, LikenessError, nanoUSD } from '@likeness/core'
import type { Connection } from './connection.js'
import { defaultEndpoint } from './generate-request.js'
import { billingReplySchema } from './responses.js'

/**
 * Proves the key with the status of a request that does not exist: 404 with a usable key, 401 with any other. Seen on
 * the wire in 2026-09; a call without any key gets 404 too, hence the check that there is one.
 *
 * The balance needs a key with the ADMIN scope; with others it is left out.
 */
export async function checkAccount(connection: Connection, options?: CallOptions): Promise<AccountStatus> {
  const { queue } = connection
  const reply = await queue.status({ kind: 'generation', endpoint: defaultEndpoint, id: crypto.randomUUID() }, options)
  const date = Date.parse(reply.headers.date ?? '')
  return {
    balance: connection.settings.client === undefined ? await balanceOf(connection, options) : undefined,
    serverTime: Number.isNaN(date) ? undefined : date,
  }
}

/** @see https://api.fal.ai/v1/openapi.json (account/billing), 2026-08-21 */
async function balanceOf(
  { transport, hosts, provider }: Connection,
  options?: CallOptions,
): Promise<number | undefined> {
  const operation = 'account'
  try {
    const reply = await transport.send(
      {
        name: operation,
        effect: 'read',
        method: 'GET',
        url: `${hosts.platformURL}/account/billing`,
        query: { expand: 'credits' },
      },
      options,
    )
    const { credits } = parseReply(billingReplySchema, reply, { provider, operation })
    const inDollars = credits?.currency === null || credits?.currency === undefined || credits.currency === 'USD'
    const balance = credits?.current_balance
    return inDollars && typeof balance === 'number' ? nanoUSD(balance) : undefined
  } catch (error) {
    // The key itself was accepted a moment ago: it only lacks the scope, or the platform has no such page.
    const kinds = ['authentication', 'permission', 'not-found']
    if (LikenessError.is(error) && kinds.includes(error.kind)) return undefined
    throw error
  }
}
