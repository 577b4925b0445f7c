import { LikenessError } from '@likeness/core'

/** Query parameter of a callback URL that holds our token. */
export const CALLBACK_PARAMETER = 'likeness'

const SHORTEST_SECRET = 16

// Loaded at the first signature: it would be most of what importing this package costs.
const crypto = () => process.getBuiltinModule('node:crypto')

/** What a callback's token says. */
export interface CallbackClaim {
  /** The idempotency key of the request that the callback is about. */
  readonly subject: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

function signature(secret: string, claim: string): Buffer {
  if (secret.length < SHORTEST_SECRET) {
    throw new LikenessError({
      kind: 'invalid-request',
      message: `webhookSecret must have at least ${SHORTEST_SECRET} characters`,
      fields: [{ field: 'webhookSecret', message: `must have at least ${SHORTEST_SECRET} characters` }],
      hint: 'Make one with: openssl rand -hex 32',
    })
  }
  // The prefix keeps a signature of this purpose from passing for one of another with the same secret.
  return crypto().createHmac('sha256', secret).update(`likeness callback 1\n${claim}`).digest()
}

/**
 * Adds a signed token to a callback URL, for vendors that do not sign their callbacks (Astria, Segmind). Whoever can
 * read the URL can replay it, hence the truth is still re-read from the vendor.
 *
 * @throws LikenessError `invalid-request` for a secret of fewer than 16 characters
 */
export function signCallback(url: string, options: CallbackClaim & { readonly secret: string }): string {
  const claim = `${Math.floor(options.expiresAt)}.${Buffer.from(options.subject).toString('base64url')}`
  const signed = new URL(url)
  const token = `${claim}.${signature(options.secret, claim).toString('base64url')}`
  signed.searchParams.set(CALLBACK_PARAMETER, token)
  return signed.href
}

function forged(message: string): LikenessError {
  return new LikenessError({ kind: 'authentication', message: `the callback ${message}` })
}

/**
 * Proves a callback by the token in its URL, in constant time.
 *
 * @param url as it was called, absolute or from the path on
 * @param now milliseconds since the epoch
 * @throws LikenessError `authentication` when the token is missing, forged or expired
 */
export function verifyCallback(url: string, secret: string, now: number): CallbackClaim {
  const base = 'http://callback.invalid'
  const token = URL.canParse(url, base) ? new URL(url, base).searchParams.get(CALLBACK_PARAMETER) : null
  if (token === null) throw forged('carries no token of ours')
  const [expires = '', subject = '', given = '', ...rest] = token.split('.')
  const expected = signature(secret, `${expires}.${subject}`)
  const actual = Buffer.from(given, 'base64url')
  const equal = actual.byteLength === expected.byteLength && crypto().timingSafeEqual(actual, expected)
  if (!equal || rest.length > 0 || !/^\d+$/.test(expires)) throw forged('carries a forged token')
  if (Number(expires) <= now) throw forged('carries an expired token')
  return { subject: Buffer.from(subject, 'base64url').toString('utf8'), expiresAt: Number(expires) }
}
