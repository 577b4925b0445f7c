import { describe, expect, it } from 'vitest'
import type { PlannedPicture } from '../plan/work.js'
import type { ScorerLine } from '../score/measurement.js'
import { compareRuns } from './compare-runs.js'
import { cents, evaluateHandMade, type HandMade } from './test-evaluation.js'

const scorer: ScorerLine = {
  type: 'scorer',
  scorer: 'likeness-object',
  subject: 'robby',
  fingerprint: 'one',
  models: [],
  references: {},
  notes: [],
}
const level = (of: number) => (work: PlannedPicture) => ({
  likeness: of + 0.05 * Math.sin(3 * Number(work.prompt.slice(1)) + 10 * of),
})
const run = (id: string, changes: Partial<HandMade> = {}) =>
  evaluateHandMade({ id, vendors: ['one', 'two'], prompts: 10, seen: level(0.8), scorers: [scorer], ...changes })
const told = ({ regressions }: ReturnType<typeof compareRuns>) =>
  regressions.map(({ vendor, measure }) => `${vendor}/${measure}`)

describe('compareRuns', () => {
  it('finds nothing in the same run again', async () => {
    const report = compareRuns(await run('before'), await run('after'))
    expect(report).toMatchObject({
      baseline: 'before',
      current: 'after',
      threshold: 0.05,
      regressions: [],
      incomparable: [],
    })
    expect(report.changes).toHaveLength(8)
    expect(report.explanation[0]).toBe(
      'Nothing is shown to have got worse by more than 5 %, as far as it could be compared.',
    )
  })

  it('tells likeness that fell, beyond chance and beyond the threshold', async () => {
    const worse = await run('after', { seen: (work) => level(work.vendor === 'one' ? 0.6 : 0.79)(work) })
    const report = compareRuns(await run('before'), worse)
    expect(told(report)).toEqual(['one/likeness'])
    expect(report.explanation[0]).toBe('1 got worse by more than 5 %:')
    expect(report.explanation[1]).toMatch(/^one: likeness -0\.2\d? \(95 %: .*over 10 prompts\.$/)
    expect(told(compareRuns(await run('before'), worse, { threshold: 0.5 }))).toEqual([])
    expect(told(compareRuns(worse, await run('after')))).toEqual([])
  })

  it('does not tell what may be chance', async () => {
    const odd = ({ prompt }: PlannedPicture) => Number(prompt.slice(1)) % 2 === 1
    const after = await run('after', { seen: (work) => ({ likeness: odd(work) ? 0.95 : 0.45 }) })
    const report = compareRuns(await run('before', { seen: () => ({ likeness: 0.8 }) }), after)
    expect(report.changes[0]).toMatchObject({ measure: 'likeness', change: expect.closeTo(-0.1), regression: false })
  })

  it('tells a higher price, and not a lower one', async () => {
    const cost = (of: number) => ({ fate: () => ({ state: 'made', cost: cents(of) }) as const })
    const [cheap, dear] = [await run('before', cost(4)), await run('after', cost(5))]
    const report = compareRuns(cheap, dear)
    expect(told(report)).toEqual(['one/picture-cost', 'two/picture-cost'])
    expect(report.explanation[1]).toBe('one: a picture costs $0.05, $0.04 before (+25 %).')
    expect(told(compareRuns(dear, cheap))).toEqual([])
    expect(told(compareRuns(cheap, dear, { threshold: 0.25 }))).toEqual([])
  })

  it('tells failures, beyond chance', async () => {
    const failing = (count: number) => ({
      fate: ({ vendor, prompt }: PlannedPicture) =>
        vendor === 'two' && Number(prompt.slice(1)) < count
          ? ({ state: 'failed', kind: 'job-failed' } as const)
          : ({ state: 'made', cost: cents(3) } as const),
    })
    const before = await run('before')
    expect(told(compareRuns(before, await run('after', failing(2))))).toEqual([])
    const report = compareRuns(before, await run('after', failing(6)))
    expect(told(report)).toEqual(['two/failure-rate'])
    expect(report.explanation[1]).toBe('two: 6 of 10 pictures did not come, 0 of 10 before.')
  })

  it('tells a vendor that trains no more, and one whose outcomes nobody knows any more', async () => {
    const failing = { state: 'failed', kind: 'job-failed' } as const
    const untrained = await run('after', {
      training: ({ provider }) => (provider === 'one' ? failing : { state: 'made', cost: cents(3) }),
      fate: ({ vendor }) => (vendor === 'one' ? { state: 'open' } : { state: 'made', cost: cents(3) }),
    })
    expect(told(compareRuns(await run('before'), untrained))).toEqual(['one/failure-rate'])
    const unknown = await run('after', {
      fate: ({ vendor }) => ({ state: vendor === 'one' ? 'unknown' : 'made', cost: cents(3) }),
    })
    expect(told(compareRuns(await run('before'), unknown))).toEqual(['one/failure-rate'])
    // Of a run that is not over it may still come.
    const open = await run('after', {
      fate: ({ vendor, prompt }) =>
        vendor === 'two' && prompt === 'p0' ? { state: 'open' } : { state: vendor === 'one' ? 'unknown' : 'made' },
    })
    expect(open.run.complete).toBe(false)
    expect(told(compareRuns(await run('before'), open))).toEqual([])
  })

  it("pairs no picture of a vendor's own size with one of a size that was asked for", async () => {
    const sized = await run('after', { plan: { sizes: ['512x512'] }, seen: level(0.2) })
    const { incomparable, regressions } = compareRuns(await run('before'), sized)
    expect(regressions).toEqual([])
    expect(incomparable).toContain('one: likeness takes 6 common prompts to compare, and has 0.')
  })

  it('tells a slower vendor, but never fails by it', async () => {
    const slow = await run('after', { fate: () => ({ state: 'made', cost: cents(3), runMs: 20_000 }) })
    const report = compareRuns(await run('before'), slow)
    expect(report.regressions).toEqual([])
    expect(report.explanation.join()).toContain('one: a picture takes 21.5 s in the median, 3.5 s before (+514 %).')
  })

  it('says what cannot be compared', async () => {
    const before = await run('before')
    const rescored = await run('after', { scorers: [{ ...scorer, fingerprint: 'two' }], vendors: ['two', 'three'] })
    const { incomparable, changes } = compareRuns(before, rescored)
    expect(incomparable).toEqual([
      'one: is in one of the runs only.',
      'three: is in one of the runs only.',
      'likeness of robby: was scored with another scorer, model or photos.',
      'two: likeness was not scored alike in both runs.',
    ])
    expect(changes.map(({ measure }) => measure)).toEqual(['picture-cost', 'failure-rate', 'picture-time'])
  })

  it('compares no other prompts and no other photos', async () => {
    const before = await run('before')
    const prompts = Array.from({ length: 10 }, (_, index) => ({
      id: `p${index}`,
      prompt: index === 0 ? '{subject} in another place' : `{subject} ${index}`,
    }))
    const reworded = compareRuns(before, await run('after', { plan: { prompts } }))
    expect(reworded.incomparable).toEqual(['prompt p0: has another text.'])
    expect(reworded.explanation.join()).toContain('over 9 prompts')
    const after = await run('after')
    const other = {
      ...after,
      subjects: after.subjects.map((subject) => ({ ...subject, photos: ['photos/other.png'] })),
    }
    expect(compareRuns(before, other)).toMatchObject({ changes: [], regressions: [] })
    expect(compareRuns(before, other).explanation[0]).toBe('Nothing could be compared.')
  })

  it('says so where settings changed', async () => {
    const plan = { vendors: { one: { provider: 'one', generate: { steps: 20 } }, two: { provider: 'two' } } }
    const { incomparable } = compareRuns(await run('before'), await run('after', { plan }))
    expect(incomparable).toEqual(['one: has other settings now; what changed may be their doing.'])
  })

  it('never compares emulated with real vendors, and refuses an odd threshold', async () => {
    const [emulated, real] = [await run('before'), await run('after', { emulated: false })]
    expect(() => compareRuns(emulated, real)).toThrow(
      /the baseline had emulated vendors, the current run had real vendors/,
    )
    expect(() => compareRuns(emulated, emulated, { threshold: -1 })).toThrow(/threshold must be from 0 to 1/)
  })
})
