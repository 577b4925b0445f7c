import { parseReply } from '@likeness/adapter-kit'
import type { Account } from '@likeness/core'
import type { Connection } from './connection.js'
import { nanoUSDFromMillicents } from './prices.js'
import { userSchema } from './responses.js'

/** `GET /users`, which Astria's own command line (2026-08-21) reads the balance from. */
export function createAccount({ provider, transport }: Connection): Account {
  return {
    async check(options) {
      const reply = await transport.send({ name: 'account', effect: 'read', method: 'GET', url: '/users' }, options)
      const { usd_balance_mc: balance } = parseReply(userSchema, reply, { provider, operation: 'account' })
      const serverTime = Date.parse(reply.headers.date ?? '')
      return {
        balance: typeof balance === 'number' ? nanoUSDFromMillicents(balance) : undefined,
        serverTime: Number.isNaN(serverTime) ? undefined : serverTime,
      }
    },
  }
}
