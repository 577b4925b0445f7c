import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trainingPhotos } from '@likeness/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { heldOutFindings } from './held-out.js'
import { parseComparisonPlan } from './schema.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-held-out-'))
  const files = trainingPhotos().map((photo, index) => writeFile(join(folder, `${index}.png`), photo))
  await Promise.all(files)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const findings = (images: readonly string[], heldOut: readonly string[] | undefined) =>
  heldOutFindings(
    parseComparisonPlan({
      version: 1,
      subjects: {
        pip: {
          className: 'robot',
          images: images.map((name) => join(folder, name)),
          ...(heldOut && { heldOut: heldOut.map((name) => join(folder, name)) }),
        },
      },
      vendors: { fal: { provider: 'fal' } },
      prompts: [{ id: 'a', prompt: '{subject}' }],
      seeds: [1],
      budget: { limitUSD: 1 },
    }),
  )

it('finds nothing wrong with enough photos of their own, or with none', async () => {
  expect(await findings(['[0-2].png'], ['[3-5].png'])).toEqual([])
  expect(await findings(['[0-2].png'], undefined)).toEqual([])
})

it('names photos that are trained on as well, by their content', async () => {
  const copy = trainingPhotos()[0]
  await writeFile(join(folder, 'copy.png'), copy ?? '')
  expect(await findings(['[0-2].png'], ['copy.png', '[3-5].png'])).toEqual([
    { field: 'subjects.pip.heldOut', message: 'must hold none of the photos to train on (1 are in both)' },
  ])
})

it('says that there are too few', async () => {
  expect(await findings(['[0-2].png'], ['[4-5].png'])).toEqual([
    { field: 'subjects.pip.heldOut', message: 'must hold at least 3 photos (given: 2)' },
  ])
})

it('names the one that is not there', async () => {
  expect(await findings(['[0-2].png'], ['4.png', '5.png', 'none.png'])).toEqual([
    { field: 'subjects.pip.heldOut.2', message: expect.stringContaining('no file') },
  ])
})
