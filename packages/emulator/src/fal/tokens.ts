import { randomBytes } from 'node:crypto'
import type { EmulatorClock } from '../core/clock.js'
import { json } from '../core/responses.js'
import type { ReceivedRequest } from '../core/vendor.js'
import { isRecord, readInput } from './input.js'

/** Short-lived tokens for browsers: `POST /tokens/` `{allowed_apps, token_expiration}` and its newer form `/tokens/realtime` with `duration`. */
export interface Tokens {
  issue(request: ReceivedRequest): Response
  /** A token of ours, not yet expired. */
  isValid(token: string): boolean
  reset(): void
}

/** Seconds (fal-js `auth.js`). */
const defaultLifetime = 120

export function createTokens(clock: EmulatorClock): Tokens {
  const expiries = new Map<string, number>()
  return {
    issue(request) {
      if (request.method !== 'POST') return json({ detail: 'Method Not Allowed' }, 405, { allow: 'POST' })
      const reader = readInput(request.body.type === 'json' && isRecord(request.body.value) ? request.body.value : {})
      const apps = reader.raw('allowed_apps')
      if (!Array.isArray(apps) || !apps.every((app) => typeof app === 'string'))
        reader.fail({ loc: ['body', 'allowed_apps'], msg: 'Field required', type: 'missing' })
      const fallback = reader.integer('duration', { min: 1, fallback: defaultLifetime }) ?? defaultLifetime
      const seconds = reader.integer('token_expiration', { min: 1, fallback }) ?? fallback
      if (reader.faults.length > 0) return json({ detail: reader.faults }, 422)
      const token = randomBytes(24).toString('base64url')
      expiries.set(token, clock.now() + seconds * 1_000)
      return json(token)
    },
    isValid: (token) => (expiries.get(token) ?? 0) > clock.now(),
    reset: () => expiries.clear(),
  }
}
