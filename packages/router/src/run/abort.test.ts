import { generate, LikenessError } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { createRouter } from '../index.js'
import { createVendors, failureOf } from '../portfolio/test-vendors.js'
import { generatingWith, oneAfterTheOther, partsIn, prompt, submitsAt, trainedAt } from './test-requests.js'

describe('an abort', () => {
  it('that comes when everything was made does not take it away', async () => {
    const vendors = createVendors()
    const { fal } = vendors
    const portfolio = await trainedAt(fal)
    const caller = new AbortController()
    const { images, handle } = await generate({
      provider: createRouter({ providers: { fal }, target: { provider: 'fal' } }),
      portfolio,
      prompt,
      abortSignal: caller.signal,
      onStatus: ({ state }) => (state === 'succeeded' ? caller.abort() : undefined),
    })
    expect(images).toHaveLength(1)
    expect(handle.provider).toBe('router')
  })

  it('while others wait for a place: nothing is sent for them, no place stays taken, the job under way is handed over', async () => {
    const vendors = createVendors()
    const { fal, astria } = vendors
    const portfolio = await trainedAt(fal, astria)
    const caller = new AbortController()
    const router = createRouter({ providers: { fal, astria }, target: oneAfterTheOther('fal', 'astria') })
    const error = await failureOf(
      generate({
        provider: router,
        portfolio,
        prompt,
        n: 16,
        abortSignal: caller.signal,
        onStatus: ({ state }) => (state === 'running' ? caller.abort() : undefined),
      }),
    )
    expect(error.kind).toBe('aborted')
    expect(submitsAt(vendors, 'fal')).toHaveLength(2)
    expect(submitsAt(vendors, 'astria')).toHaveLength(0)
    expect(router.limiter.busy('fal')).toBe(0)
    expect(partsIn(error.handle)).toHaveLength(2)
    expect(
      router.ledger
        .entries()
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['accepted', 'accepted', 'refunded', 'refunded'])
    expect(error.trail?.map(({ outcome, kind }) => [outcome, kind])).toEqual([
      ['failed', 'aborted'],
      ['failed', 'aborted'],
      ['skipped', 'aborted'],
      ['skipped', 'aborted'],
    ])
  })

  it('during the wait for a Retry-After: nothing more is sent', async () => {
    const vendors = createVendors()
    const { fal, astria, emulator } = vendors
    const portfolio = await trainedAt(fal, astria)
    emulator.vendors.fal.fault({
      operation: 'generation.submit',
      times: 20,
      fault: { type: 'rate-limited', retryAfter: 30 },
    })
    const caller = new AbortController()
    const target = {
      strategy: { mode: 'fallback' },
      targets: [{ provider: 'fal', retry: { maximumWaitMs: 60_000 } }, { provider: 'astria' }],
    } as const
    const router = createRouter({
      providers: { fal, astria },
      target,
      onEvent: (event) => {
        if (event.type === 'attempt.ended') vendors.clock.sleep(10_000).then(() => caller.abort(), expect.unreachable)
      },
    })
    const error = await failureOf(generate({ provider: router, portfolio, prompt, abortSignal: caller.signal }))
    expect(error.kind).toBe('aborted')
    expect(submitsAt(vendors, 'astria')).toHaveLength(0)
    expect(router.ledger.entries().map(({ state }) => state)).toEqual(['refunded'])
  })
})

it('during a wait does not make forgotten what may have been billed before', async () => {
  const vendors = createVendors()
  const { clock } = vendors
  const portfolio = await trainedAt(vendors.fal)
  let starts = 0
  const fal = generatingWith(vendors.fal, {
    start: async () => {
      starts += 1
      throw starts === 1
        ? new LikenessError({ kind: 'outcome-unknown', message: 'lost', provider: 'fal', billed: 'maybe' })
        : new LikenessError({ kind: 'rate-limited', message: 'slow down', provider: 'fal', retryAfterMs: 4_000 })
    },
  })
  const caller = new AbortController()
  const router = createRouter({ providers: { fal }, target: { provider: 'fal' } })
  clock.sleep(2_000).then(() => caller.abort(), expect.unreachable)
  const error = await failureOf(generate({ provider: router, portfolio, prompt, n: 8, abortSignal: caller.signal }))
  expect([error.kind, error.billed, starts]).toEqual(['aborted', 'maybe', 2])
})
