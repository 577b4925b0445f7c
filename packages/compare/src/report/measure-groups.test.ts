import { expect, it } from 'vitest'
import { groupMeasures } from './measure-groups.js'
import { sampleEvaluation } from './test-evaluation-sample.js'

it('keeps likeness where it is looked for, also where its scorer could not work', () => {
  const { measures, ...sample } = sampleEvaluation()
  const unscored = measures.map(({ scorer: _, ...measure }) => measure)
  for (const given of [measures, unscored]) {
    const [first] = groupMeasures({ ...sample, measures: given })
    expect([first?.title, first?.measures[0]?.name]).toEqual(['Likeness and quality', 'likeness'])
  }
})
