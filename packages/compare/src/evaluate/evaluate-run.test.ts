import { describe, expect, it } from 'vitest'
import { measured } from '../measure.js'
import type { PlannedPicture } from '../plan/work.js'
import { evaluateRun } from './evaluate-run.js'
import type { Figure } from './evaluation.js'
import { cents, evaluateHandMade, handMade, robot, upperBound } from './test-evaluation.js'

/** A number between -0.5 and 0.5 that follows from the prompt, and one from vendor and prompt. */
const wave = (text: string) => {
  let hash = 7
  for (const character of text) hash = (hash * 31 + character.charCodeAt(0)) % 1009
  return hash / 1009 - 0.5
}
const likenessOf = (levels: Readonly<Record<string, number>>) => (work: PlannedPicture) => ({
  likeness: (levels[work.vendor] ?? 0) + 0.1 * wave(work.prompt) + 0.02 * wave(`${work.vendor}${work.prompt}`),
})
const value = (figure: Figure | undefined) => (figure?.state === 'measured' ? figure.value : figure?.message)

describe('evaluateRun', () => {
  it('names the vendor that shows the subject best', async () => {
    const { judged, answer, vendors, recommendation } = await evaluateHandMade({
      vendors: ['good', 'fair'],
      seen: likenessOf({ good: 0.9, fair: 0.6 }),
    })
    expect(judged[0]?.measure).toBe('likeness')
    expect(judged[0]?.verdict).toMatchObject({ outcome: 'winner', winner: 'good' })
    expect(answer[0]).toBe('good shows the subject better than fair, beyond chance and beyond the margin.')
    expect(answer.at(-1)).toMatch(/emulated/)
    expect(vendors.map(({ flags }) => flags)).toEqual([[], []])
    expect(recommendation?.order).toEqual(['good'])
    expect(recommendation?.excluded[0]?.vendor).toBe('fair')
  })

  it('says the same each time, and survives JSON', async () => {
    const input = await handMade({ vendors: ['one', 'two'], seen: likenessOf({ one: 0.8, two: 0.7 }) })
    const evaluation = evaluateRun(input)
    expect(evaluateRun(input)).toEqual(evaluation)
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation)
  })

  it('adds up money, failures and time', async () => {
    const { vendors, run } = await evaluateHandMade({
      vendors: ['one', 'two'],
      prompts: 10,
      fate: ({ vendor, prompt }) => {
        if (vendor === 'two') return { state: 'made', cost: cents(3), queueMs: 500, runMs: 1500 }
        if (prompt === 'p0') return { state: 'failed', kind: 'content-blocked' }
        if (prompt === 'p1') return { state: 'failed', kind: 'job-failed', billed: 'maybe', cost: cents(5) }
        if (prompt === 'p2') return { state: 'made', cost: cents(5), returned: 1 }
        if (prompt === 'p3') return { state: 'made', cost: cents(5), found: true }
        if (prompt === 'p4') return { state: 'made', cost: cents(5), size: '512x512' }
        return { state: 'made', cost: cents(5) }
      },
      plan: { sizes: ['1024x1024'] },
    })
    const [one, two] = vendors.map(({ figures }) => figures)
    expect(one?.['picture-cost']).toEqual({ state: 'measured', value: cents(5), count: 8 })
    // Nine charged requests, seven usable pictures.
    expect(value(one?.['usable-picture-cost'])).toBe((9 * cents(5)) / 7)
    expect(value(one?.['usable-picture-cost-with-training'])).toBe((9 * cents(5) + cents(200)) / 7)
    expect(value(one?.['training-cost'])).toBe(cents(200))
    expect(value(one?.['failure-rate'])).toBe(0.2)
    expect(value(one?.['block-rate'])).toBe(0.1)
    expect(value(one?.['retry-rate'])).toBe(0.2)
    expect(value(one?.['unknown-rate'])).toBe(0)
    expect(value(one?.usable)).toBe(0.7)
    expect(value(two?.['usable-picture-cost'])).toBe(cents(3))
    expect(value(two?.['picture-time'])).toBe(100 + 500 + 1500 + 400)
    expect(value(two?.['queue-time'])).toBe(500)
    expect(value(two?.['run-time'])).toBe(1500)
    expect(value(two?.['download-time'])).toBe(400)
    expect(value(two?.['training-time'])).toBe(3100)
    expect(vendors[0]?.missing).toBe(2)
    expect(vendors[1]?.durationsMs).toHaveLength(10)
    expect(run.spent).toBe(2 * cents(200) + 9 * cents(5) + 10 * cents(3))
  })

  it('never takes an unknown cost for nothing', async () => {
    const { vendors, judged } = await evaluateHandMade({
      vendors: ['open', 'silent', 'lost'],
      fate: ({ vendor, prompt }) => {
        if (vendor === 'silent' && prompt === 'p0') return { state: 'made' }
        if (vendor === 'lost' && prompt === 'p0') return { state: 'unknown' }
        return { state: 'made', cost: cents(4) }
      },
    })
    const [open, silent, lost] = vendors.map(({ figures }) => figures)
    expect(value(open?.['usable-picture-cost'])).toBe(cents(4))
    const between = `between $0.035 and $${(28 + upperBound / 1e7) / 800}: the cost of 1 of 8 pictures is unknown`
    expect(value(silent?.['picture-cost'])).toBe(between.replace('8 pictures', '8 requests'))
    expect(silent?.['usable-picture-cost']?.state).toBe('not-measured')
    // The pictures that came are known; what the lost one cost is not.
    expect(value(lost?.['picture-cost'])).toBe(cents(4))
    expect(lost?.['usable-picture-cost']?.state).toBe('not-measured')
    expect(value(lost?.['unknown-rate'])).toBe(1 / 8)
    const cost = judged.find(({ measure }) => measure === 'picture-cost')
    expect(cost?.verdict.comparisons).toHaveLength(1)
    expect(cost?.verdict.comparisons[0]).toMatchObject({ first: 'open', second: 'lost' })
  })

  it('takes a failure for free only where the vendor says so', async () => {
    const failing = async (billed: 'no' | 'maybe') => {
      const { vendors } = await evaluateHandMade({
        vendors: ['one'],
        fate: ({ prompt }) =>
          prompt === 'p0' ? { state: 'failed', kind: 'job-failed', billed } : { state: 'made', cost: cents(7) },
      })
      return value(vendors[0]?.figures['usable-picture-cost'])
    }
    expect(await failing('no')).toBe(cents(7))
    expect(await failing('maybe')).toBe('between $0.07 and $0.08429: the cost of 1 of 8 requests is unknown')
  })

  it('gives the cost of a usable picture an interval, where prompts differ', async () => {
    const { vendors } = await evaluateHandMade({
      vendors: ['one', 'two'],
      prompts: 12,
      seen: ({ vendor, prompt }) => ({ likeness: vendor === 'one' && Number(prompt.slice(1)) % 3 === 0 ? 0.2 : 0.8 }),
    })
    const [one, two] = vendors.map(({ figures }) => figures['usable-picture-cost'])
    // 12 paid for, 8 of use.
    expect(one).toMatchObject({ value: (12 * cents(3)) / 8, count: 8 })
    const interval = one?.state === 'measured' ? one.interval : undefined
    expect(interval?.low).toBeGreaterThan(cents(3))
    expect(interval?.low).toBeLessThan(cents(4))
    expect(interval?.high).toBeGreaterThan(cents(5))
    expect(interval?.high).toBeLessThan(cents(15))
    expect(two).toEqual({ state: 'measured', value: cents(3), count: 12 })
  })

  it('counts from the first request to the first and the last picture', async () => {
    const { vendors } = await evaluateHandMade({
      vendors: ['one', 'two'],
      prompts: 3,
      fate: ({ vendor, prompt }) => ({
        state: 'made',
        cost: cents(3),
        runMs: vendor === 'one' && prompt === 'p0' ? 60_000 : 2000,
      }),
    })
    // Requests are a second apart, in turn: those of the first vendor at 0, 3 and 4 s. The first picture takes longest.
    expect(value(vendors[0]?.figures['first-picture'])).toBe(3000 + 3500)
    expect(value(vendors[0]?.figures['last-picture'])).toBe(61_500)
    expect(value(vendors[1]?.figures['first-picture'])).toBe(3500)
  })

  it('without a scorer says so, and recommends nothing', async () => {
    const { answer, recommendation, withoutRecommendation, vendors, judged, pictures } = await evaluateHandMade({
      vendors: ['one', 'two'],
      scorers: [
        {
          type: 'scorer',
          scorer: 'likeness-object',
          subject: 'robby',
          reason: 'likeness not scored: run `likeness models pull`',
          models: [],
          references: {},
          notes: [],
        },
      ],
    })
    expect(answer.slice(0, 2)).toEqual([
      'Who shows the subject best is not known: likeness was not scored.',
      'likeness not scored: run `likeness models pull`',
    ])
    expect(recommendation).toBeUndefined()
    expect(withoutRecommendation).toMatch(/likeness was not scored/)
    expect(vendors[0]?.figures.likeness).toMatchObject({ state: 'not-measured' })
    expect(judged.map(({ measure }) => measure)).toEqual(['usable', 'picture-cost', 'picture-time'])
    expect(pictures.every(({ usable }) => usable)).toBe(true)
  })

  it('names nobody where vendors are equal, and says how many prompts would tell', async () => {
    const { judged, answer } = await evaluateHandMade({
      vendors: ['one', 'two'],
      seen: likenessOf({ one: 0.8, two: 0.8 }),
    })
    expect(judged[0]?.verdict.outcome).toBe('no-winner')
    expect(answer[0]).toBe('No winner in likeness: one and two cannot be told apart.')
  })

  it('judges nobody on fewer than six prompts', async () => {
    const { judged, withoutRecommendation } = await evaluateHandMade({
      vendors: ['one', 'two'],
      prompts: 3,
      plan: { seeds: [1, 2, 3, 4], sizes: ['512x512', '1024x1024'] },
      seen: likenessOf({ one: 0.9, two: 0.3 }),
    })
    expect(judged[0]?.verdict.outcome).toBe('too-few-prompts')
    expect(withoutRecommendation).toMatch(/at least 6 prompts/)
  })

  it('does not let a vendor win by leaving out its worst pictures', async () => {
    const seen = likenessOf({ picky: 0.9, steady: 0.75 })
    const all = await evaluateHandMade({ vendors: ['picky', 'steady'], prompts: 12, seen })
    expect(all.judged[0]?.verdict.outcome).toBe('winner')
    const { judged, limits, answer } = await evaluateHandMade({
      vendors: ['picky', 'steady'],
      prompts: 12,
      seen,
      fate: ({ vendor, prompt }) =>
        vendor === 'picky' && ['p0', 'p1', 'p2', 'p3'].includes(prompt)
          ? { state: 'failed', kind: 'content-blocked' }
          : { state: 'made', cost: cents(3) },
    })
    expect(judged[0]?.verdict).toMatchObject({
      outcome: 'no-winner',
      leaders: expect.arrayContaining(['picky', 'steady']),
    })
    expect(judged[0]?.explanation[0]).toMatch(/^No winner: picky is ahead/)
    expect(judged[0]?.explanation.at(-1)).toBe('Left out, since they failed or have no score: 4 pictures of picky.')
    expect(limits.join()).toContain('4 pictures of picky have no likeness')
    expect(answer[0]).toMatch(/^No winner in likeness: picky/)
  })

  it('does not let a vendor win by giving training photos back', async () => {
    const seen = likenessOf({ copier: 0.95, steady: 0.75 })
    const { judged, recommendation } = await evaluateHandMade({
      vendors: ['copier', 'steady'],
      prompts: 12,
      seen: (work) => ({
        ...seen(work),
        readings: { leakage: measured(work.vendor === 'copier' && work.prompt !== 'p0' ? 2 : 30) },
      }),
    })
    expect(judged[0]?.verdict).toMatchObject({ outcome: 'too-few-prompts', comparisons: [{ prompts: 1 }] })
    expect(judged[0]?.explanation.at(-1)).toBe(
      'Not compared, since they are nearly a training photo: 11 pictures of copier.',
    )
    expect(recommendation).toBeUndefined()
    const { recommendation: other } = await evaluateHandMade({
      vendors: ['copier', 'steady', 'fair'],
      prompts: 12,
      seen: (work) => ({
        ...likenessOf({ copier: 0.95, steady: 0.9, fair: 0.5 })(work),
        readings: { leakage: measured(work.vendor === 'copier' ? 2 : 30) },
      }),
    })
    expect(other?.order).toEqual(['steady'])
    expect(other?.excluded[0]).toEqual({
      vendor: 'copier',
      reason: 'All its pictures that have a likeness are nearly a training photo.',
    })
  })

  it('does not say that people prefer the only vendor that made anything', async () => {
    const { answer } = await evaluateHandMade({
      vendors: ['one', 'two'],
      training: ({ provider }) =>
        provider === 'two' ? { state: 'failed', kind: 'job-failed' } : { state: 'made', cost: cents(200) },
      fate: ({ vendor }) => (vendor === 'two' ? { state: 'open' } : { state: 'made', cost: cents(3) }),
      seen: likenessOf({ one: 0.8 }),
    })
    expect(answer).toContain('one is recommended: no other has pictures whose likeness counts.')
    expect(answer.join()).not.toContain('people')
  })

  it('says that no picture came, where none did', async () => {
    const { withoutRecommendation, answer } = await evaluateHandMade({
      vendors: ['one', 'two'],
      training: () => ({ state: 'failed', kind: 'job-failed' }),
      fate: () => ({ state: 'open' }),
    })
    expect(withoutRecommendation).toBe('Nothing can be recommended: no picture came.')
    expect(answer).toContain('no picture came')
  })

  it('takes a picture without a face for no score, and not for a usable one', async () => {
    const { pictures, vendors } = await evaluateHandMade({
      vendors: ['one', 'two'],
      seen: ({ vendor, prompt }) => ({ likeness: vendor === 'one' && prompt === 'p0' ? 'no-face' : 0.8 }),
    })
    const faceless = pictures.find(({ vendor, prompt }) => vendor === 'one' && prompt === 'p0')
    expect(faceless).toMatchObject({ usable: false, faults: ['shows no face'] })
    expect(vendors[0]?.figures.likeness).toEqual({ state: 'measured', value: 0.8, count: 7 })
    expect(value(vendors[0]?.figures.usable)).toBe(7 / 8)
  })

  it('says why a picture is of no use', async () => {
    const { pictures } = await evaluateHandMade({
      vendors: ['one', 'two'],
      plan: { sizes: ['1024x1024'] },
      fate: ({ prompt }) => ({ state: 'made', cost: cents(3), size: prompt === 'p1' ? '1024x768' : '1024x1024' }),
      seen: ({ prompt }) => {
        if (prompt === 'p2') return { likeness: 0.49 }
        if (prompt === 'p3') return { likeness: 0.9, readings: { leakage: measured(10) } }
        if (prompt === 'p4')
          return { readings: { likeness: { state: 'not-measured', reason: 'failed', message: 'no image' } } }
        return { likeness: 0.5, readings: { leakage: measured(11) } }
      },
    })
    const faults = Object.fromEntries(
      pictures.filter(({ vendor }) => vendor === 'one').map((one) => [one.prompt, one.faults]),
    )
    expect(faults).toMatchObject({
      p0: [],
      p1: ['is 1024x768, not 1024x1024'],
      p2: ['too little like the subject: 49 % of the way, 50 % is asked for'],
      p3: ['is nearly a training photo'],
      p4: ['cannot be decoded'],
    })
  })

  it('takes all subjects together, and shows each', async () => {
    const { vendors, judged } = await evaluateHandMade({
      vendors: ['one', 'two'],
      prompts: 3,
      plan: { subjects: { robby: robot, rusty: robot } },
      seen: ({ subject: who, vendor, prompt }) => ({
        likeness:
          (who === 'robby' ? 0.8 : 0.6) + (vendor === 'one' ? 0.15 : 0) + 0.01 * wave(`${vendor}${prompt}${who}`),
      }),
    })
    // Three prompts of two subjects are six.
    expect(judged[0]?.verdict).toMatchObject({ outcome: 'winner', winner: 'one' })
    const [one] = vendors
    expect(value(one?.figures.likeness)).toBeCloseTo(0.85, 2)
    expect(value(one?.figuresBySubject?.robby?.likeness)).toBeCloseTo(0.95, 2)
    expect(value(one?.figuresBySubject?.rusty?.likeness)).toBeCloseTo(0.75, 2)
    expect(value(one?.figuresBySubject?.rusty?.['training-cost'])).toBe(cents(200))
  })

  it('refuses a run of which nothing was sent', async () => {
    const open = () => ({ state: 'open' }) as const
    await expect(evaluateHandMade({ vendors: ['one'], fate: open, training: open })).rejects.toMatchObject({
      kind: 'invalid-request',
    })
  })
})
