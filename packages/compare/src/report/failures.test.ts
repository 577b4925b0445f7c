import { expect, it } from 'vitest'
import { groupFailures } from './failures.js'
import { sampleEvaluation } from './test-evaluation-sample.js'

it('tells of trainings first, then of pictures, the most frequent first', () => {
  const { trainings, pictures, ...sample } = sampleEvaluation()
  const [training] = trainings
  const [picture] = pictures
  if (training === undefined || picture === undefined) throw new Error('the sample is empty')
  const failed = { state: 'failed', error: undefined } as const
  const lost = (vendor: string) => ({ ...picture, ...failed, vendor })
  const groups = groupFailures({
    ...sample,
    trainings: [{ ...training, ...failed, vendors: ['west'] }],
    pictures: [lost('south'), lost('north'), lost('north')],
  })
  expect(groups.map(({ what, vendors, count }) => [what, vendors, count])).toEqual([
    ['training', ['west'], 1],
    ['picture', ['north'], 2],
    ['picture', ['south'], 1],
  ])
})

it('tells the same trouble once, whatever the numbers of the jobs, and a single one in full', () => {
  const sample = sampleEvaluation()
  const [picture] = sample.pictures
  if (picture === undefined) throw new Error('the sample is empty')
  const lost = (vendor: string, message: string) => {
    const error = { kind: 'job-failed', retry: 'never', billed: 'maybe', message } as const
    return { ...picture, state: 'failed' as const, vendor, error }
  }
  const groups = groupFailures({
    ...sample,
    trainings: [],
    pictures: [
      lost('north', 'prompt 26000090: Something went wrong after 12 s'),
      lost('north', 'prompt 26000091: Something went wrong after 12 s'),
      lost('west', 'job 9f0c0a52-1f0e-4b55-8a51-1c2d3e4f5a6b failed'),
      lost('west', 'job 0a1b2c3d-1f0e-4b55-8a51-1c2d3e4f5a6b failed'),
      lost('south', 'prompt 26000092: Something went wrong after 12 s'),
    ],
  })
  expect(groups.map(({ vendors, count, message }) => [vendors[0], count, message])).toEqual([
    ['north', 2, 'prompt …: Something went wrong after 12 s'],
    ['west', 2, 'job … failed'],
    ['south', 1, 'prompt 26000092: Something went wrong after 12 s'],
  ])
})
