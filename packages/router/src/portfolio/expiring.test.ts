import { createPortfolio, type FineTunedModel } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { expiring, linkExpiry } from './expiring.js'
import { createVendors, sneaker } from './test-vendors.js'
import { usableAt } from './usable-at.js'

const day = 24 * 3600_000
const now = Date.UTC(2026, 10, 1)
const later = (ms: number) => new Date(now + ms).toISOString()

function model(provider: string, changes: Partial<FineTunedModel> = {}): FineTunedModel {
  return { provider, id: `${provider}-1`, base: 'flux-1-dev', subject: sneaker, createdAt: later(-day), ...changes }
}

const signed =
  'https://bucket.s3.amazonaws.com/a.safetensors?X-Amz-Date=20261101T000000Z&X-Amz-Expires=3600&X-Amz-Signature=secret'

describe('expiring', () => {
  it('tells what goes within a week, the most urgent first, and no address', () => {
    const weights = { url: signed, format: 'diffusers-lora', base: 'flux-1-dev' }
    const portfolio = createPortfolio(sneaker, [
      model('astria', { expiresAt: later(6.5 * day) }),
      model('segmind', { weights }),
      model('other', { expiresAt: later(8 * day) }),
      model('gone', { expiresAt: later(-day) }),
      model('fal'),
    ])
    const notices = expiring(portfolio, { now })
    expect(notices.map(({ provider, what, expired }) => [provider, what, expired])).toEqual([
      ['gone', 'model', true],
      ['segmind', 'weights-link', false],
      ['astria', 'model', false],
    ])
    expect(notices.map(({ leftMs }) => leftMs)).toEqual([0, 3600_000, 6.5 * day])
    expect(notices[2]?.message).toBe(
      'The model astria-1 of Runner at astria is deleted in 6 days, on 2026-11-07T12:00:00.000Z.',
    )
    expect(JSON.stringify(notices)).not.toContain('secret')
    expect(expiring(portfolio, { now, withinMs: 9 * day })).toHaveLength(4)
  })

  it.each([
    ['X-Goog-Date=20261101T000000Z&X-Goog-Expires=60', now + 60_000],
    ['Expires=1793491200', 1793491200_000],
    ['X-Amz-Date=20261101T000000Z&X-Amz-Expires=', undefined],
    ['X-Amz-Date=20261101T000000Z&X-Amz-Expires=-1e300', undefined],
    ['X-Goog-Date=20261101T000000Z&X-Goog-Expires=1e300', undefined],
    ['Expires=1e300', undefined],
    ['X-Amz-Date=nonsense&X-Amz-Expires=60', undefined],
    ['', undefined],
  ])('reads the end of an address with %s', (query, end) => {
    expect(linkExpiry(`https://files.example/a?${query}`)).toBe(end)
    expect(linkExpiry('no address')).toBeUndefined()
    const weights = { url: `https://files.example/a?${query}`, format: 'diffusers-lora', base: 'flux-1-dev' }
    const portfolio = createPortfolio(sneaker, [model('fal', { weights })])
    const notices = expiring(portfolio, { now, withinMs: Number.POSITIVE_INFINITY })
    expect(notices.map(({ at }) => Date.parse(at))).toEqual(end === undefined ? [] : [end])
  })
})

describe('usableAt', () => {
  it('tells for each provider which model it would use, or why none', async () => {
    const { fal, astria, segmind, emulator } = createVendors()
    const weights = { url: 'https://files.example/a', format: 'diffusers-lora', base: 'flux-1-dev' }
    const portfolio = createPortfolio(sneaker, [
      model('segmind', { weights }),
      model('astria', { expiresAt: later(-day) }),
    ])
    const router = { ...fal, id: 'router', members: [fal, astria, segmind] }
    expect(usableAt(portfolio, [router], now)).toMatchObject([
      { provider: 'fal', usable: true, loaded: true, model: { provider: 'segmind' } },
      { provider: 'astria', usable: false, kind: 'expired', reason: expect.stringContaining('expired on') },
      { provider: 'segmind', usable: true, loaded: false },
    ])
    await emulator.close()
  })
})
