import { describe, expect, it } from 'vitest'
import { type ConformanceCase, caseName, skip } from './case.js'
import { conformanceCases } from './cases/index.js'
import { referenceVendor } from './reference/index.js'
import { createReference } from './reference/reference-provider.js'
import { requireKnownTitles, runConformance, withGaps } from './run-cases.js'

const vendor = referenceVendor('full')

const caseOf = (run: ConformanceCase['run']): ConformanceCase => ({ group: 'group', title: 'title', live: false, run })

describe('conformanceCases', () => {
  it('has a name of its own for every case', () => {
    const names = conformanceCases.map(caseName)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('runConformance', () => {
  it('tells passed, failed and skipped cases apart', async () => {
    const failure = new Error('no')
    const cases = [
      caseOf(async () => {}),
      caseOf(async () => {
        throw failure
      }),
      caseOf(async () => skip('not here')),
    ]
    expect(await runConformance(vendor, { cases })).toEqual([
      { name: 'group > title', outcome: 'passed' },
      { name: 'group > title', outcome: 'failed', error: failure },
      { name: 'group > title', outcome: 'skipped', reason: 'not here' },
    ])
  })

  it('fails a case that does not end', async () => {
    const cases = [caseOf(() => new Promise(() => {}))]
    const [result] = await runConformance(vendor, { cases, caseTimeoutMs: 5 })
    expect(result).toMatchObject({ outcome: 'failed', error: { message: 'did not end within 5 ms' } })
  })

  it('reports a provider that cannot be made as failed', async () => {
    const broken = referenceVendor('full', () => {
      throw new Error('no provider')
    })
    const [result] = await runConformance(broken, { cases: [caseOf(async () => {})] })
    expect(result).toMatchObject({ outcome: 'failed', error: { message: 'no provider' } })
  })

  it('skips what a provider without training, or without generation, cannot show', async () => {
    for (const part of ['fineTune', 'generate'] as const) {
      const half = referenceVendor('full', (environment) => {
        const { [part]: _, ...provider } = createReference(environment)
        const { [part]: __, ...capabilities } = provider.capabilities
        return { ...provider, capabilities }
      })
      const failed = (await runConformance(half)).filter(({ outcome }) => outcome === 'failed')
      expect(failed).toEqual([])
    }
  }, 60_000)
})

describe('known gaps', () => {
  const known = [{ test: 'group > title', reason: 'because', url: 'https://example.test/' }]
  const name = 'group > title'

  it('are skipped, with their reason, as long as they fail', () => {
    const result = withGaps(known, { name, outcome: 'failed', error: new Error('no') })
    expect(result).toEqual({ name, outcome: 'skipped', reason: 'because https://example.test/' })
  })

  it('fail once they pass or no longer apply', () => {
    expect(withGaps(known, { name, outcome: 'passed' })).toMatchObject({ outcome: 'failed' })
    expect(withGaps(known, { name, outcome: 'skipped', reason: 'n/a' })).toMatchObject({ outcome: 'failed' })
  })

  it('do not touch other cases', () => {
    expect(withGaps(known, { name: 'another', outcome: 'passed' })).toEqual({ name: 'another', outcome: 'passed' })
  })

  it('must name a case that exists', () => {
    expect(() => requireKnownTitles(known)).toThrow('known names no case of the suite: "group > title"')
    expect(() =>
      requireKnownTitles([{ test: caseName(conformanceCases[0] ?? caseOf(async () => {})), reason: 'x' }]),
    ).not.toThrow()
  })
})
