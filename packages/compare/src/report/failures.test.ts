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
