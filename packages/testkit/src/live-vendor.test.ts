import { nanoUSD } from '@likeness/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ConformanceCase } from './case.js'
import { liveVendor } from './live-vendor.js'
import { referenceVendor } from './reference/index.js'
import { createReferenceBackend } from './reference/reference-backend.js'
import { createReference } from './reference/reference-provider.js'
import { generateRequest } from './requests.js'
import { runCase } from './run-cases.js'
import { withSpendCap } from './spend-cap.js'

const live: ConformanceCase = { group: 'group', title: 'live', live: true, run: async () => {} }
const offline: ConformanceCase = { ...live, live: false }

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('liveVendor', () => {
  const vendor = { ...referenceVendor('full'), live: { key: 'REFERENCE_KEY', spendCap: nanoUSD(1) } }

  it('runs nothing where the vendor cannot be reached', () => {
    expect(liveVendor(referenceVendor('full')).unavailable(live)).toBe('the vendor cannot be reached live')
  })

  it('runs nothing without a key', () => {
    vi.stubEnv('REFERENCE_KEY', '')
    expect(liveVendor(vendor).unavailable(live)).toBe('no key: REFERENCE_KEY is not set')
  })

  it('runs what need not look into the vendor', () => {
    vi.stubEnv('REFERENCE_KEY', 'a-key')
    expect(liveVendor(vendor).unavailable(live)).toBeUndefined()
    expect(liveVendor(vendor).unavailable(offline)).toBe('needs a vendor that can be looked into')
  })

  it('has the key, real time, and nothing to look into', async () => {
    vi.stubEnv('REFERENCE_KEY', 'a-key')
    const seen: unknown[] = []
    const result = await runCase(liveVendor(vendor).vendor, {
      ...live,
      run: async (session) => {
        seen.push(session.apiKey, Math.abs(session.clock.now() - Date.now()) < 60_000)
        expect(session.shared).toBeDefined()
        session.control.reset()
      },
    })
    expect(seen).toEqual(['a-key', true])
    expect(result).toMatchObject({ outcome: 'skipped', reason: 'needs a vendor that can be looked into' })
  })
})

describe('withSpendCap', () => {
  function capped(cap: number) {
    const backend = createReferenceBackend({ deliver: async () => new Response() })
    const provider = withSpendCap(cap)(createReference({ ...backend.settings, clock: backend.clock }))
    return { backend, provider }
  }

  it('lets pass what fits, and skips what does not, before it is sent', async () => {
    const { backend, provider } = capped(nanoUSD(0.05))
    await provider.generate?.start(generateRequest())
    await expect(provider.generate?.start(generateRequest())).rejects.toThrow(
      'may cost $0.03, and $0.02 of the spend cap are left',
    )
    expect(backend.control?.jobs).toHaveLength(1)
  })

  it('counts trainings and pictures together', async () => {
    const { provider } = capped(nanoUSD(2.01))
    const { fineTune, generate } = provider
    const request = { subject: { className: 'dog' }, images: [], mode: 'live', onUnsupported: 'warn' } as const
    await fineTune?.start({ ...request, idempotencyKey: 'conformance' }).catch(() => {})
    await expect(generate?.start(generateRequest())).rejects.toThrow('$0.01 of the spend cap are left')
  })

  it('skips what has no known price', async () => {
    const { backend } = capped(0)
    const unpriced = createReference({ ...backend.settings, clock: backend.clock })
    const generate = unpriced.generate && { ...unpriced.generate, estimate: () => undefined }
    const provider = withSpendCap(nanoUSD(100))({ ...unpriced, ...(generate && { generate }) })
    await expect(provider.generate?.start(generateRequest())).rejects.toThrow('its price is unknown')
  })

  it('leaves everything else as it is', async () => {
    const { provider } = capped(0)
    expect(provider.id).toBe('reference')
    expect(await provider.account?.check()).toEqual({ balance: nanoUSD(100) })
    expect(provider.generate?.estimate(generateRequest())?.maximum).toBe(nanoUSD(0.03))
  })
})
