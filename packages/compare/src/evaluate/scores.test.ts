import { describe, expect, it } from 'vitest'
import { type Measure, measured, notMeasured } from '../measure.js'
import type { Vote } from '../votes/vote.js'
import { evaluateHandMade, robot } from './test-evaluation.js'

const brightness: Measure = {
  name: 'mean-luma',
  title: 'Brightness',
  unit: 'grey levels',
  direction: 'as-photos',
  meaning: 'The mean.',
  notMeaning: 'Not exposure.',
}

describe('what vendors are compared by', () => {
  it('pairs pictures of the same size, and takes two sizes of a prompt for one prompt', async () => {
    const { judged } = await evaluateHandMade({
      vendors: ['one', 'two'],
      plan: { sizes: ['512x512', '1024x1024'] },
      // The small pictures are poor ones, and the second vendor makes none of them.
      fate: ({ vendor, size = '' }) =>
        vendor === 'two' && size === '512x512'
          ? { state: 'failed', kind: 'unavailable' }
          : { state: 'made', cost: 1, size },
      seen: ({ size }) => ({ likeness: size === '512x512' ? 0.4 : 0.8 }),
    })
    expect(judged[0]?.verdict).toMatchObject({
      outcome: 'no-winner',
      comparisons: [{ mean: 0, prompts: 8, pairs: 8, unpaired: 8 }],
    })
  })

  it('is how far a picture lies outside what the photos have, where neither more nor less is better', async () => {
    const { judged, vendors, measures } = await evaluateHandMade({
      vendors: ['dark', 'plain', 'light'],
      measures: [brightness],
      scorers: [
        {
          type: 'scorer',
          scorer: 'likeness-object',
          subject: 'robby',
          fingerprint: 'one',
          models: [],
          references: { 'mean-luma': { minimum: 100, median: 120, maximum: 140, photos: 5 } },
          notes: [],
        },
      ],
      seen: ({ vendor }) => ({
        readings: { 'mean-luma': measured(vendor === 'dark' ? 70 : vendor === 'light' ? 145 : 110) },
      }),
    })
    expect(measures.at(-1)).toMatchObject({ name: 'mean-luma', photos: { robby: { minimum: 100 } } })
    expect(vendors.map(({ figures }) => figures['mean-luma'])).toMatchObject([
      { value: 70 },
      { value: 110 },
      { value: 145 },
    ])
    const verdict = judged.find(({ measure }) => measure === 'mean-luma')?.verdict
    expect(verdict).toMatchObject({
      outcome: 'winner',
      winner: 'plain',
      comparisons: [{ mean: 30 }, { mean: 25 }, { mean: -5 }],
    })
    const brightest = judged.find(({ measure }) => measure === 'mean-luma')
    expect(brightest?.explanation[1]).toMatch(/^Compared is how far a picture lies outside the range/)
  })

  it('takes nothing for left out where a scorer could not work', async () => {
    const unavailable = notMeasured('too-few-photos', 'Two photos are too few.')
    const { judged, limits, recommendation } = await evaluateHandMade({
      vendors: ['one', 'two'],
      plan: { subjects: { robby: robot, rusty: robot } },
      seen: ({ subject: who, vendor, prompt }) =>
        who === 'rusty'
          ? { readings: { likeness: unavailable } }
          : { likeness: (vendor === 'one' ? 0.9 : 0.6) + 0.001 * Number(prompt.slice(1)) },
    })
    expect(judged[0]?.verdict).toMatchObject({ outcome: 'winner', winner: 'one', comparisons: [{ prompts: 8 }] })
    expect(judged[0]?.explanation.join()).not.toContain('Left out')
    expect(limits.join()).not.toContain('no likeness')
    expect(recommendation?.order).toEqual(['one'])
  })

  it('leaves the warm-up out', async () => {
    const { pictures, limits } = await evaluateHandMade({
      vendors: ['one'],
      prompts: 2,
      plan: { vendors: { one: { provider: 'one', warmUp: 3 } } },
    })
    expect(pictures).toHaveLength(2)
    expect(limits.join()).toContain('warm-up')
  })
})

describe('votes', () => {
  const votes = Array.from(
    { length: 80 },
    (_, index): Vote => ({
      voter: 'one',
      prompt: `robby/p${index % 8}`,
      seed: index,
      left: 'first',
      right: 'second',
      choice: index % 10 === 0 ? 'right' : 'left',
    }),
  )

  it('stand beside the measured likeness, and say where they differ', async () => {
    const level = (of: Readonly<Record<string, number>>) =>
      evaluateHandMade({
        vendors: ['first', 'second'],
        votes,
        seen: ({ vendor, prompt }) => ({ likeness: (of[vendor] ?? 0) + 0.01 * Number(prompt.slice(1)) }),
      })
    const agreeing = await level({ first: 0.8, second: 0.5 })
    expect(agreeing.votes?.ranking).toMatchObject({ state: 'ranked', winner: 'first' })
    expect(agreeing.answer).toContain('People and the measured likeness agree.')
    const differing = await level({ first: 0.5, second: 0.8 })
    expect(differing.answer).toContain('People prefer first, the measured likeness says second: look at the pictures.')
  })

  it('name nobody where people have no preference', async () => {
    const ties = votes.map((vote) => ({ ...vote, choice: 'tie' as const }))
    const { answer } = await evaluateHandMade({ vendors: ['first', 'second'], votes: ties })
    expect(answer).toContainEqual(
      expect.stringMatching(/^No winner in votes: 80 votes do not tell \w+ from \w+ at 99 %\.$/),
    )
  })

  it('recommend whom people prefer, where likeness was not scored', async () => {
    const { recommendation, answer } = await evaluateHandMade({ vendors: ['second', 'first'], votes })
    expect(recommendation?.order).toEqual(['first'])
    expect(recommendation?.excluded).toEqual([{ vendor: 'second', reason: 'People prefer first.' }])
    expect(answer).toContain('first is recommended: people prefer it to every other.')
    const even = votes.map((vote, index): Vote => ({ ...vote, choice: index % 2 === 0 ? 'left' : 'right' }))
    const undecided = await evaluateHandMade({ vendors: ['second', 'first'], votes: even })
    expect(undecided.withoutRecommendation).toBe(
      'Nothing can be recommended: likeness was not scored, and votes name no vendor that people prefer.',
    )
  })

  it('recommend whom people prefer where likeness has no number, as of styles', async () => {
    const tooWeak = notMeasured('not-applicable', 'For styles likeness is not scored.')
    const { recommendation, answer } = await evaluateHandMade({
      vendors: ['second', 'first'],
      votes,
      seen: () => ({ readings: { likeness: tooWeak } }),
    })
    expect(recommendation?.order).toEqual(['first'])
    expect(answer.slice(0, 2)).toEqual([
      'Who shows the subject best is not known: likeness was not scored.',
      'For styles likeness is not scored.',
    ])
  })

  it('do not recommend a vendor whose pictures do not come', async () => {
    const { withoutRecommendation } = await evaluateHandMade({
      vendors: ['second', 'first'],
      votes,
      fate: ({ vendor }) => (vendor === 'first' ? { state: 'failed', kind: 'job-failed' } : { state: 'made', cost: 1 }),
    })
    expect(withoutRecommendation).toMatch(/people prefer first, but 8 of 8 pictures did not come/)
  })

  it('are not there where nobody voted', async () => {
    expect((await evaluateHandMade({ vendors: ['one', 'two'] })).votes).toBeUndefined()
  })
})
