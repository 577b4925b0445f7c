import type { JsonValue } from '@likeness/core'
import { LikenessError } from '@likeness/core'
import * as z from 'zod'
import type { Account } from './account.js'

const time = z.number()
const openings = z.int().min(1)

const accountSchema = z.object({
  breaker: z.discriminatedUnion('state', [
    z.object({ state: z.literal('closed'), failures: z.int().min(0) }),
    z.object({ state: z.literal('open'), until: time, openings }),
    z.object({ state: z.literal('half-open'), openings }),
  ]),
  /** `probe` is the one request that a half-open breaker let through. */
  leases: z.array(z.object({ until: time, probe: z.literal(true).optional() })),
  sent: z.array(time),
})

const stateSchema = z.object({ version: z.literal(1), accounts: z.record(z.string(), accountSchema) })

/** One account as it was written down. */
export type AccountState = z.output<typeof accountSchema>

/** All accounts as JSON. Those that wait are not among it: they wait in this process. */
export function writeState(accounts: Iterable<Account>): JsonValue {
  const written = [...accounts].map(({ key, breaker, leases, sent }) => {
    const probing = breaker.state.state === 'half-open'
    const places = leases.map(({ until, turn }) => ({
      until,
      ...(probing && turn === breaker.turn && { probe: true }),
    }))
    return [key, { breaker: { ...breaker.state }, leases: places, sent: [...sent] }] as const
  })
  return { version: 1, accounts: Object.fromEntries(written) }
}

/** @throws LikenessError `invalid-request` naming every field that is not as `writeState` writes it */
export function readState(state: JsonValue): ReadonlyMap<string, AccountState> {
  const { data, error } = stateSchema.safeParse(state)
  if (error === undefined) return new Map(Object.entries(data.accounts))
  const fields = error.issues.map(({ path, message }) => ({ field: ['state', ...path].join('.'), message }))
  const list = fields.map(({ field, message }) => `${field}: ${message}`).join('; ')
  throw new LikenessError({ kind: 'invalid-request', message: `Invalid state of a limiter: ${list}.`, fields })
}
