import type { Capabilities, Provider } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { concurrencyAt } from './lanes.js'

const provider = (limits?: Capabilities['limits'], members?: readonly Provider[]): Provider => ({
  specificationVersion: 'v1',
  id: 'one',
  capabilities: { ...(limits && { limits }) } as Capabilities,
  ...(members && { members }),
})
const narrow = provider({ concurrentJobs: 1, source: 'test' })

describe('concurrencyAt', () => {
  it('is never more than the account is allowed, also behind a provider made of that one alone', () => {
    const plan = { concurrency: { one: 5 } }
    expect(concurrencyAt(plan, 'one', provider())).toBe(5)
    expect(concurrencyAt(plan, 'one', narrow)).toBe(1)
    expect(concurrencyAt(plan, 'one', provider(undefined, [provider(undefined, [narrow])]))).toBe(1)
    expect(concurrencyAt(plan, 'one', provider(undefined, [narrow, provider()]))).toBe(5)
  })
})
