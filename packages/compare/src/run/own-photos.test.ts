import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseComparisonPlan } from '../plan/schema.js'
import { withOwnPhotos } from './own-photos.js'

const plan = parseComparisonPlan({
  version: 1,
  subjects: {
    rex: { className: 'dog', images: ['there/rex'], heldOut: ['there/kept'] },
    pot: { className: 'teapot', images: ['there/pot'] },
    new: { className: 'cat', images: ['there/new'] },
  },
  vendors: { one: { provider: 'a' } },
  prompts: [{ id: 'beach', prompt: '{subject} on a beach' }],
  seeds: [1],
  budget: { limitUSD: 5 },
})

const image = (name: string) => {
  const sha256 = name.repeat(64)
  return { sha256, file: `photos/${sha256}.png`, bytes: 1, mediaType: 'image/png', width: 1, height: 1 }
}

it('trains on, and measures against, the photos that the run keeps', () => {
  const photos = {
    rex: { photos: [image('a'), image('b')], heldOut: [image('c')] },
    pot: { photos: [image('d')], heldOut: [] },
  }
  const { subjects, ...rest } = withOwnPhotos({ plan, folder: 'run', photos })
  const at = (name: string) => join('run', image(name).file)
  expect(subjects).toEqual({
    rex: { className: 'dog', images: [at('a'), at('b')], heldOut: [at('c')] },
    pot: { className: 'teapot', images: [at('d')] },
    new: plan.subjects.new,
  })
  expect({ ...rest, subjects: plan.subjects }).toEqual(plan)
})
