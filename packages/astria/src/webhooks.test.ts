import { type FineTuneRequest, LikenessError, systemClock } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import type { Connection } from './connection.js'
import { createAstria } from './provider.js'
import type { AstriaSettings } from './settings.js'
import { callbackOf } from './webhooks.js'

const webhookSecret = 'a secret of some length'
const noon = Date.parse('2026-11-20T12:00:00Z')

const request: FineTuneRequest = {
  subject: { className: 'man' },
  images: [],
  mode: 'live',
  idempotencyKey: 'order-4711',
  onUnsupported: 'warn',
  webhookUrl: 'https://app.example/hook?user=1',
}

function signed(now = noon, settings: AstriaSettings = { webhookSecret }) {
  const connection = { provider: 'astria', settings, clock: { ...systemClock, now: () => now } } as Connection
  return callbackOf(connection, request)
}

function verify(url: string, body: unknown, settings: AstriaSettings = { webhookSecret }, now = noon) {
  const provider = createAstria({ ...settings, clock: { ...systemClock, now: () => now } })
  const bytes =
    typeof body === 'string' ? new TextEncoder().encode(body) : new TextEncoder().encode(JSON.stringify(body))
  if (provider.webhooks === undefined) throw new Error('no webhooks')
  return provider.webhooks.verify({ url, headers: {}, body: bytes })
}

async function kindOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((reason: unknown) => reason)
  return LikenessError.is(error) ? error.kind : 'none'
}

const url = signed().url ?? ''
const proven = { provider: 'astria', idempotencyKey: 'order-4711', proof: 'token' }

describe('a callback', () => {
  it.each<[string, unknown, object]>([
    ['wrapped and reduced, a tune', { tune: { id: 26, trained_at: null } }, { jobId: '26', kind: 'fine-tune' }],
    ['wrapped and reduced, a prompt', { prompt: { id: 29, images: [] } }, { jobId: '29', kind: 'generation' }],
    ['the entity as it is', { id: 29, text: 'a' }, { jobId: '29', kind: undefined }],
    ['an array of prompts', [{ id: 29 }, { id: 30 }], { jobId: '29', kind: 'generation' }],
  ])('%s', async (_what, body, expected) => {
    expect(await verify(url, body)).toEqual({ ...proven, ...expected })
  })

  it.each<[string, string, string, unknown]>([
    ['without a token', 'authentication', 'https://app.example/hook', { tune: { id: 26 } }],
    ['with a forged token', 'authentication', `${url}x`, { tune: { id: 26 } }],
    ['that is not JSON', 'invalid-request', url, '<html>'],
    ['that names nothing', 'invalid-request', url, { ping: true }],
    ['that is an empty array', 'invalid-request', url, []],
  ])('%s is refused', async (_what, kind, address, body) => {
    expect(await kindOf(verify(address, body))).toBe(kind)
  })

  it('is refused with the secret of another, without one, and after its time', async () => {
    const body = { tune: { id: 26 } }
    expect(await kindOf(verify(url, body, { webhookSecret: 'another secret of length' }))).toBe('authentication')
    expect(await kindOf(verify(url, body, {}))).toBe('authentication')
    expect(await kindOf(verify(url, body, { webhookSecret }, noon + 31 * 24 * 3600_000))).toBe('none')
    expect(await kindOf(verify(url, body, { webhookSecret }, noon + 33 * 24 * 3600_000))).toBe('authentication')
  })
})

describe('the callback URL', () => {
  it('keeps its own query, and the same request has the same one all day', () => {
    expect(new URL(url).searchParams.get('user')).toBe('1')
    expect(signed(noon + 6 * 3600_000)).toEqual(signed(noon))
  })

  it('is sent as it is without a secret, and a notice says that it cannot be proven', () => {
    const { url: plain, warnings } = signed(noon, {})
    expect(plain).toBe(request.webhookUrl)
    expect(warnings).toMatchObject([{ type: 'notice', parameter: 'webhookUrl' }])
  })

  it('is refused with a secret that is too short', () => {
    expect(() => signed(noon, { webhookSecret: 'short' })).toThrow(/webhookSecret/)
  })
})
