import { parseReply } from '@likeness/adapter-kit'
import { type Account, nanoUSD } from '@likeness/core'
import type { Connection } from './connection.js'
import { errorText } from './errors.js'
import { creditsSchema } from './responses.js'

const operation = 'account'

/**
 * The account behind the key. GET `/v1/get-user-credits` (docs.segmind.com, account and billing APIs, read 2026-11): free,
 * 1 credit is 1 USD. That `free-credits` come on top of `credits` is an assumption.
 */
export function createAccount({ config, send }: Connection): Account {
  return {
    async check(options) {
      const url = '/v1/get-user-credits'
      const reply = await send({ name: operation, effect: 'read', method: 'GET', url, accept: [404] }, options)
      const date = Date.parse(reply.headers.date ?? '')
      const serverTime = Number.isNaN(date) ? undefined : date
      // "No credits found for the user": the key is good, and how much money is left is not known.
      if (reply.status === 404 && /credits/i.test(errorText(reply.body) ?? '')) return { serverTime }
      const credits = parseReply(creditsSchema, reply, { provider: config.id, operation })
      return { balance: nanoUSD(credits.credits + (credits['free-credits'] ?? 0)), serverTime }
    },
  }
}
