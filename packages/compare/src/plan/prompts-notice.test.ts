import { expect, it } from 'vitest'
import { promptsNotice } from './prompts-notice.js'
import { type ComparisonPlanInput, parseComparisonPlan } from './schema.js'

const notice = (prompts: number, subjects: readonly string[], vendors: readonly string[]) => {
  const input: ComparisonPlanInput = {
    version: 1,
    subjects: Object.fromEntries(subjects.map((key) => [key, { className: 'dog', images: ['photos'] }])),
    vendors: Object.fromEntries(vendors.map((key) => [key, { provider: key }])),
    prompts: Array.from({ length: prompts }, (_, index) => ({ id: `p${index}`, prompt: `{subject} ${index}` })),
    seeds: [1],
    budget: { limitUSD: 5 },
  }
  return promptsNotice(parseComparisonPlan(input)).map(({ message }) => message)
}

it('says beforehand that a plan cannot name anybody better', () => {
  expect(notice(5, ['rex'], ['a', 'b'])).toEqual([
    'No vendor can be called better with 5: it takes at least 6, and 20 for small differences.',
  ])
  expect(notice(2, ['rex', 'pip'], ['a', 'b'])).toEqual([
    'No vendor can be called better with 4 (2 for each of 2 subjects): it takes at least 6, and 20 for small differences.',
  ])
})

it('says nothing of one that can, nor where there is nobody to be better than', () => {
  expect(notice(6, ['rex'], ['a', 'b'])).toEqual([])
  expect(notice(3, ['rex', 'pip'], ['a', 'b'])).toEqual([])
  expect(notice(1, ['rex'], ['a'])).toEqual([])
})
