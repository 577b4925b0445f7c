import { describe, expect, it } from 'vitest'
import { signCallback, verifyCallback } from './callback-token.js'

const secret = 'a-secret-of-enough-length'
const now = Date.UTC(2026, 10, 20)
const options = { secret, subject: 'request ä/1', expiresAt: now + 60_000 }
const signed = signCallback('https://app.test/hooks?tenant=7&likeness=old', options)
const token = new URL(signed).searchParams.get('likeness') ?? ''
const withToken = (changed: string) => `https://app.test/hooks?likeness=${encodeURIComponent(changed)}`

function forged(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    expect(error).toMatchObject({ kind: 'authentication', retry: 'never' })
    expect(String(error)).not.toContain(secret)
    return String(error)
  }
  throw new Error('it was believed')
}

describe('a signed callback', () => {
  it('is believed and tells its subject', () => {
    expect(verifyCallback(signed, secret, now)).toEqual({ subject: 'request ä/1', expiresAt: now + 60_000 })
    expect(verifyCallback(signed.replace('https://app.test', ''), secret, now).subject).toBe('request ä/1')
  })

  it('keeps the rest of the URL', () => {
    const url = new URL(signed)
    expect(url.searchParams.get('tenant')).toBe('7')
    expect(url.searchParams.getAll('likeness')).toHaveLength(1)
    expect(token).toMatch(/^[\w.-]+$/)
  })

  it('expires', () => {
    expect(verifyCallback(signed, secret, now + 59_999).subject).toBe('request ä/1')
    expect(forged(() => verifyCallback(signed, secret, now + 60_000))).toContain('expired')
  })

  it.each([
    ['another secret', () => verifyCallback(signed, `${secret}!`, now)],
    ['another subject', () => verifyCallback(withToken(token.replace(/\.[^.]+\./, '.b3RoZXI.')), secret, now)],
    ['a later end', () => verifyCallback(withToken(token.replace(/^\d+/, (n) => `${Number(n) + 1}`)), secret, now)],
    ['a longer number', () => verifyCallback(withToken(`0${token}`), secret, now)],
    ['a cut signature', () => verifyCallback(withToken(token.slice(0, -4)), secret, now)],
    ['no signature', () => verifyCallback(withToken(token.split('.').slice(0, 2).join('.')), secret, now)],
    ['something more', () => verifyCallback(withToken(`${token}.x`), secret, now)],
    ['nothing in it', () => verifyCallback(withToken('..'), secret, now)],
    ['no token', () => verifyCallback('https://app.test/hooks', secret, now)],
    ['no URL', () => verifyCallback('http://[', secret, now)],
  ])('is not believed with %s', (_, run) => {
    forged(run)
  })

  it('needs a secret of 16 characters', () => {
    expect(() => signCallback('https://app.test/', { ...options, secret: 'x'.repeat(15) })).toThrow(/16 characters/)
    expect(() => verifyCallback(signed, 'short', now)).toThrow(/16 characters/)
    expect(signCallback('https://app.test/', { ...options, secret: 'x'.repeat(16) })).toContain('likeness=')
  })
})
