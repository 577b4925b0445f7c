import { describe, expect, it } from 'vitest'
import type { Fixture } from '../fixture.js'
import { referenceVendor } from '../reference/index.js'
import { runConformance } from '../run-cases.js'
import { wireCases } from './wire.js'

const accepted: Fixture = {
  name: 'accepted',
  source: { document: 'this test', date: '2026-11-20' },
  operation: 'generation.submit',
  status: 201,
  body: { id: '4f', state: 'waiting' },
  reads: { started: '4f' },
}

/** How the two cases end with these fixtures: `passed`, or what is wrong. */
async function outcomes(...fixtures: Fixture[]): Promise<string[]> {
  const results = await runConformance({ ...referenceVendor('full'), fixtures }, { cases: wireCases })
  return results.map((result) => {
    if (result.outcome === 'failed') return result.error instanceof Error ? result.error.message : String(result.error)
    return result.outcome === 'skipped' ? result.reason : result.outcome
  })
}

describe('wire', () => {
  it('skips a vendor without fixtures', async () => {
    expect(await outcomes()).toEqual(Array(2).fill('the kit was given no recorded answers'))
  })

  it('passes where adapter and backend agree with the record', async () => {
    expect(await outcomes(accepted)).toEqual(['passed', 'passed'])
  })

  it('names every fixture that is misread', async () => {
    const [read] = await outcomes(
      { ...accepted, reads: { started: '5' } },
      { ...accepted, name: 'refused', status: 402, body: { error: {} } },
      accepted,
    )
    expect(read).toContain('accepted means {"started":"5"}, and was read as {"started":"4f"}')
    expect(read).toContain('refused means {"started":"4f"}, and was read as {"rejected":"insufficient-credits"}')
  })

  it('names every field that the backend leaves out or types otherwise', async () => {
    const strange = { ...accepted, name: 'strange', body: { id: '4f', state: 1, queue: { position: 0 } } }
    const [, shape] = await outcomes(accepted, { ...strange, reads: { started: '4f' } })
    expect(shape).toMatch(/^strange: state is string, recorded as number; queue is missing/)
    expect(shape).not.toContain('accepted')
  })

  it('lets the backend leave out what is listed, with a reason', async () => {
    const more = { ...accepted, body: { id: '4f', state: 'waiting', queue: 1 }, absent: { queue: 'not kept' } }
    expect(await outcomes(more)).toEqual(['passed', 'passed'])
  })

  it('wants every recorded answer from the backend, unless it is said not to give it', async () => {
    const teapot: Fixture = { ...accepted, status: 418, body: {}, reads: { rejected: 'invalid-request' } }
    const [read, shape] = await outcomes(teapot)
    expect(read).toBe('passed')
    expect(shape).toMatch(/^accepted: the backend never answers generation\.submit with HTTP 418/)
    expect(await outcomes({ ...teapot, notEmulated: 'it makes no tea' })).toEqual(['passed', 'passed'])
  })

  it('refuses a fixture that nothing reads', async () => {
    const [read] = await outcomes({ ...accepted, operation: 'upload' })
    expect(read).toBe('fixture "accepted": answers to upload are read by no case')
  })
})
