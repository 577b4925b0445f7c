import { describe, expect, it } from 'vitest'
import { parseComparisonPlan } from '../../plan/schema.js'
import { judgeNotice } from './judge-notice.js'
import { pluginScorers } from './plugin-scorers.js'
import { locateScorers } from './settings.js'

const smallest = {
  version: 1,
  subjects: { rex: { className: 'dog', images: ['photos'] } },
  vendors: { fal: { provider: 'fal' } },
  prompts: [{ id: 'beach', prompt: '{subject} on a beach' }],
  seeds: [1],
  budget: { limitUSD: 10 },
}
const planOf = (scorers: unknown) => parseComparisonPlan({ ...smallest, scorers })
const judge = { model: 'some/judge-1', costPerCallUSD: 0.01, limitUSD: 1 }
const all = { clip: { folder: 'c' }, siglip: { folder: 's' }, dinov2: { folder: 'd' }, arcface: { model: 'a' }, judge }

describe('scorers of a plan', () => {
  it('are off unless they are named', () => {
    expect(pluginScorers(parseComparisonPlan(smallest))).toEqual([])
    expect(pluginScorers(planOf(all)).map(({ id }) => id)).toEqual([
      'adherence-clip',
      'adherence-siglip',
      'likeness-dinov2',
      'likeness-arcface',
      'judge',
    ])
  })

  it('give each measure once', () => {
    const names = pluginScorers(planOf(all)).flatMap(({ measures }) => measures.map(({ name }) => name))
    expect(names).toEqual([...new Set(names)])
  })

  it.each([
    ['an unknown scorer', { blip: {} }, 'scorers.blip is an unknown option'],
    ['no folder', { clip: {} }, 'scorers.clip.folder'],
    ['an unknown type of weights', { clip: { folder: 'c', dtype: 'q3' } }, 'scorers.clip.dtype'],
    [
      'a judge without a price',
      { judge: { ...judge, costPerCallUSD: undefined } },
      'scorers.judge.costPerCallUSD must be',
    ],
    ['a judge without a limit', { judge: { ...judge, limitUSD: undefined } }, 'scorers.judge.limitUSD must be'],
    [
      'a limit below one call',
      { judge: { ...judge, limitUSD: 0.001 } },
      'scorers.judge.limitUSD must cover at least one call',
    ],
    [
      'a judge without a model',
      { judge: { ...judge, model: undefined } },
      'scorers.judge needs either a model or a module',
    ],
    ['two models', { judge: { ...judge, module: 'x.mjs' } }, 'scorers.judge needs either a model or a module'],
    ['a model without its provider', { judge: { ...judge, model: 'judge-1' } }, 'must be written as provider/model'],
  ])('refuses %s', (_, scorers, message) => {
    expect(() => planOf(scorers)).toThrow(message)
  })

  it('have their paths where the plan lies, and nothing else changed', () => {
    const { scorers } = planOf({ ...all, judge: { ...judge, model: undefined, module: 'm.mjs' } })
    expect(locateScorers(scorers, (path) => `/plans/${path}`)).toEqual({
      clip: { folder: '/plans/c', dtype: 'fp32' },
      siglip: { folder: '/plans/s', dtype: 'fp32' },
      dinov2: { folder: '/plans/d', dtype: 'fp32' },
      arcface: { model: '/plans/a' },
      judge: { ...judge, model: undefined, module: '/plans/m.mjs' },
    })
    expect(locateScorers(planOf(all).scorers, (path) => path)).toEqual(planOf(all).scorers)
    expect(locateScorers({}, (path) => path)).toEqual({})
  })

  it('tell before a run what a judge sends and costs', () => {
    const { scorers } = planOf({ judge })
    expect([judgeNotice({}, 80), judgeNotice(scorers, 0)]).toEqual([[], []])
    expect(judgeNotice(scorers, 80)).toEqual([
      {
        type: 'notice',
        provider: 'judge',
        message:
          'Scoring sends 80 pictures, with photos of the subject, to some/judge-1 and may cost 0.80 US dollars, which the budget does not hold.',
      },
    ])
    expect(judgeNotice(scorers, 240)[0]?.message).toMatch(
      /^Scoring sends 100 pictures.*may cost 1\.00 US dollars.*140 pictures stay unjudged at the limit of 1 US dollars\.$/,
    )
  })
})
