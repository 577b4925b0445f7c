import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { LikenessError } from '@likeness/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copiesScorer } from './copies.js'
import { measurementsPath, readMeasurements } from './measurements-file.js'
import { scoreRun } from './score-run.js'
import { technicalScorer } from './technical.js'
import { createTestRun, type TestRun, testScorer } from './test-run.js'

let world: TestRun
beforeEach(async () => {
  world = await createTestRun()
})
afterEach(() => world.close())

const content = () => readFile(measurementsPath(world.run.folder), 'utf8')
/** Of the warm-up, of rex and of the pot: 1 + 3 + 3. */
const measuredPaths = () => [1, 2, 3, 4, 5, 6].map((index) => world.pathOf(index))

describe('scoreRun', () => {
  it('scores each picture that came once, but for the warm-up', async () => {
    const [sharp, bright] = [testScorer('sharp'), testScorer('bright')]
    const progress: number[] = []
    const onProgress = ({ done, total }: { done: number; total: number }) => progress.push(done, total)
    const { scorers, pictures } = await scoreRun({ ...world, scorers: [sharp, bright], onProgress })
    expect(sharp.scored.toSorted()).toEqual(measuredPaths())
    expect(bright.scored.toSorted()).toEqual(measuredPaths())
    expect(progress).toEqual([0, 6, 1, 6, 2, 6, 3, 6, 4, 6, 5, 6, 6, 6])
    expect(sharp.stillOpen.count).toBe(0)
    expect(scorers).toHaveLength(4)
    expect(scorers[0]).toEqual({
      type: 'scorer',
      scorer: 'sharp',
      subject: 'rex',
      fingerprint: '1',
      models: [{ id: 'net', sha256: 'ab' }, { id: 'service' }],
      references: { sharp: { minimum: 0, median: 1, maximum: 2, photos: 3 } },
      notes: ['a note'],
    })
    expect(pictures).toHaveLength(12)
    expect(pictures).toContainEqual({
      type: 'picture',
      scorer: 'bright',
      subject: 'pot',
      fingerprint: '1',
      key: 'generation/one/pot/moon/default/1/1',
      sha256: '6'.padStart(64, '0'),
      readings: { bright: { state: 'measured', value: 1 } },
    })
  })

  it('scores nothing twice, and adds nothing to the file', async () => {
    const first = await scoreRun({ ...world, scorers: [testScorer('sharp')] })
    const before = await content()
    const again = testScorer('sharp')
    expect(await scoreRun({ ...world, scorers: [again] })).toEqual(first)
    expect(again.scored).toEqual([])
    expect(await content()).toBe(before)
    expect(await readMeasurements(world.run.folder)).toEqual(first)
  })

  it('scores a picture anew that is another file by now', async () => {
    await scoreRun({ ...world, scorers: [testScorer('sharp')] })
    const { summary } = world
    const items = summary.items.map((item, index) => {
      const [image] = item.state.state === 'succeeded' ? item.state.images : []
      if (index !== 2 || image === undefined) return item
      return {
        ...item,
        state: { state: 'succeeded', times: {}, images: [{ ...image, sha256: 'f'.repeat(64) }] },
      } as const
    })
    const again = testScorer('sharp')
    const { pictures } = await scoreRun({ ...world, summary: { ...summary, items }, scorers: [again] })
    expect(again.scored).toEqual([world.pathOf(2)])
    expect(pictures).toHaveLength(6)
    expect(pictures.filter(({ sha256 }) => sha256 === 'f'.repeat(64))).toHaveLength(1)
  })

  it('comes to the same where two score one run at the same time', async () => {
    const scorers = () => [testScorer('sharp'), testScorer('bright')]
    await Promise.all([scoreRun({ ...world, scorers: scorers() }), scoreRun({ ...world, scorers: scorers() })])
    const again = scorers()
    const { pictures } = await scoreRun({ ...world, scorers: again })
    expect(pictures).toHaveLength(12)
    expect(again.flatMap(({ scored }) => scored)).toEqual([])
  })

  it('opens no scorer that has nothing left to say, not even one that could not work any more', async () => {
    const fingerprint = async () => '1'
    const first = await scoreRun({ ...world, scorers: [{ ...testScorer('sharp'), fingerprint }] })
    const before = await content()
    const lost = { ...testScorer('sharp'), fingerprint, open: async () => Promise.reject(new Error('no weights')) }
    const progress: number[] = []
    const onProgress = ({ done }: { done: number }) => progress.push(done)
    expect(await scoreRun({ ...world, scorers: [lost], onProgress })).toEqual(first)
    expect(progress.at(-1)).toBe(6)
    expect(await content()).toBe(before)
    // Other photos, or a picture that has no number: then it is opened.
    const changed = { ...testScorer('sharp', { fingerprint: '2' }), fingerprint: async () => '2' }
    await scoreRun({ ...world, scorers: [changed] })
    expect(changed.scored).toHaveLength(6)
    await writeFile(measurementsPath(world.run.folder), before.slice(0, before.trimEnd().lastIndexOf('\n') + 1))
    const rest = { ...testScorer('sharp'), fingerprint }
    expect((await scoreRun({ ...world, scorers: [rest] })).pictures).toHaveLength(6)
    expect(rest.scored).toHaveLength(1)
  })

  it('finds the fingerprints of the scorers that come with the package without opening them', async () => {
    const scorers = [technicalScorer(), copiesScorer()]
    await scoreRun({ ...world, scorers })
    const before = await content()
    const open = async () => Promise.reject(new Error('opened'))
    await scoreRun({ ...world, scorers: scorers.map((scorer) => ({ ...scorer, open })) })
    expect(await content()).toBe(before)
  })

  it('opens no scorer for a subject of which no picture came', async () => {
    const scorer = testScorer('sharp')
    const none = { ...world.summary, items: [] }
    const open = async () => Promise.reject(new Error('opened'))
    expect(await scoreRun({ ...world, summary: none, scorers: [{ ...scorer, open }] })).toEqual({
      scorers: [],
      pictures: [],
    })
  })

  it('goes on where it was stopped', async () => {
    const stop = new AbortController()
    const scorer = testScorer('sharp')
    const onProgress = ({ done }: { done: number }) => {
      if (done === 2) stop.abort()
    }
    const stopped = await scoreRun({ ...world, scorers: [scorer], onProgress, abortSignal: stop.signal }).catch(
      (error: unknown) => error,
    )
    expect(LikenessError.is(stopped) && stopped.kind).toBe('aborted')
    expect(scorer.stillOpen.count).toBe(0)
    const rest = testScorer('sharp')
    const { pictures } = await scoreRun({ ...world, scorers: [rest] })
    expect(pictures).toHaveLength(6)
    expect(rest.scored.length).toBeGreaterThan(0)
    expect([...scorer.scored, ...rest.scored].toSorted()).toEqual(measuredPaths())
  })

  it('scores the picture again whose line was torn, and no other, wherever it was torn', async () => {
    const whole = await scoreRun({ ...world, scorers: [testScorer('sharp')] })
    const full = await content()
    const lastLine = full.trimEnd().lastIndexOf('\n') + 1
    for (const length of [lastLine + 1, lastLine + 40, full.length - 2]) {
      await writeFile(measurementsPath(world.run.folder), full.slice(0, length))
      expect((await readMeasurements(world.run.folder)).pictures).toHaveLength(5)
      const again = testScorer('sharp')
      expect(await scoreRun({ ...world, scorers: [again] })).toEqual(whole)
      expect(again.scored).toHaveLength(1)
      // The torn line stays in the file, in the midst of it by now.
      expect(await scoreRun({ ...world, scorers: [testScorer('sharp')] })).toEqual(whole)
    }
  })

  it('scores all anew where the scorer has changed, and does not mix what it said before with what it says', async () => {
    await scoreRun({ ...world, scorers: [testScorer('sharp'), testScorer('bright')] })
    const changed = testScorer('sharp', {
      fingerprint: '2',
      score: async () => ({ readings: { sharp: { state: 'measured', value: 7 } } }),
    })
    const stop = new AbortController()
    const abortSignal = stop.signal
    const onProgress = ({ done }: { done: number }) => {
      if (done === 1) stop.abort()
    }
    await scoreRun({ ...world, scorers: [changed], onProgress, abortSignal }).catch(() => {})
    const partly = (await readMeasurements(world.run.folder)).pictures.filter(
      ({ scorer, subject }) => scorer === 'sharp' && subject === 'rex',
    )
    expect(partly.length).toBeLessThanOrEqual(3)
    for (const { readings } of partly) expect(readings.sharp).toEqual({ state: 'measured', value: 7 })
    const { pictures } = await scoreRun({ ...world, scorers: [changed] })
    expect(changed.scored).toHaveLength(6)
    expect(pictures.filter(({ fingerprint }) => fingerprint === '2')).toHaveLength(6)
    expect(pictures.filter(({ scorer }) => scorer === 'bright')).toHaveLength(6)
  })

  it('records a picture that cannot be decoded as failed, and goes on', async () => {
    await writeFile(world.pathOf(2), 'no picture')
    const scorers = [technicalScorer(), testScorer('sharp')]
    const { pictures } = await scoreRun({ ...world, scorers })
    expect(pictures).toHaveLength(12)
    const failed = pictures.filter(({ readings }) => readings['mean-luma']?.state === 'not-measured')
    expect(failed).toHaveLength(1)
    expect(failed[0]).toMatchObject({
      key: 'generation/one/rex/table/default/1/1',
      readings: {
        'mean-luma': { reason: 'failed', message: expect.stringContaining('images/2.png: cannot be decoded') },
      },
    })
    expect(Object.keys(failed[0]?.readings ?? {})).toHaveLength(12)
    // It is tried again, and as it fails in the same way, nothing is written.
    const before = await content()
    await scoreRun({ ...world, scorers })
    expect(await content()).toBe(before)
  })

  it('tries a reading that failed again', async () => {
    let down = true
    const service = testScorer('judge', {
      score: async ({ path }) => {
        if (down && path === world.pathOf(5)) throw new Error('503')
        return { readings: { judge: { state: 'measured', value: 0.5 } } }
      },
    })
    const first = await scoreRun({ ...world, scorers: [service] })
    expect(first.pictures.flatMap(({ readings }) => readings.judge)).toContainEqual({
      state: 'not-measured',
      reason: 'failed',
      message: '503',
    })
    down = false
    service.scored.length = 0
    const { pictures } = await scoreRun({ ...world, scorers: [service] })
    expect(service.scored).toEqual([world.pathOf(5)])
    expect(pictures).toHaveLength(6)
    for (const { readings } of pictures) expect(readings.judge).toEqual({ state: 'measured', value: 0.5 })
  })

  it('takes no number that is none', async () => {
    const odd = testScorer('odd', {
      score: async () => ({ readings: { odd: { state: 'measured', value: Number.NaN } } }),
    })
    const { pictures } = await scoreRun({ ...world, scorers: [odd] })
    expect(pictures[0]?.readings.odd).toEqual({
      state: 'not-measured',
      reason: 'failed',
      message: 'The scorer gave NaN.',
    })
  })

  it('says why a scorer does not work, and drops what it said when it did', async () => {
    const works = testScorer('sharp')
    await scoreRun({ ...world, scorers: [works] })
    const missing = { ...works, open: async () => ({ state: 'unavailable', reason: 'pull the weights' }) as const }
    const broken = {
      ...testScorer('broken'),
      open: async () => {
        throw new Error('the runtime is broken')
      },
    }
    const { scorers, pictures } = await scoreRun({ ...world, scorers: [missing, broken] })
    expect(scorers.map(({ scorer, subject, reason }) => [scorer, subject, reason])).toEqual([
      ['sharp', 'rex', 'pull the weights'],
      ['sharp', 'pot', 'pull the weights'],
      ['broken', 'rex', 'the runtime is broken'],
      ['broken', 'pot', 'the runtime is broken'],
    ])
    expect(pictures).toEqual([])
    // It works again: what it said is there still.
    works.scored.length = 0
    expect((await scoreRun({ ...world, scorers: [works] })).pictures).toHaveLength(6)
    expect(works.scored).toEqual([])
  })

  it('asks only scorers that suit the subject', async () => {
    const dogs = { ...testScorer('dogs'), suits: ({ className }: { className: string }) => className === 'dog' }
    const { scorers, pictures } = await scoreRun({ ...world, scorers: [dogs] })
    expect(scorers.map(({ subject }) => subject)).toEqual(['rex'])
    expect(pictures).toHaveLength(3)
  })

  it('refuses two scorers that give one measure, before anything is scored', async () => {
    const first = testScorer('sharp')
    const error = await scoreRun({ ...world, scorers: [first, { ...testScorer('sharp'), id: 'other' }] }).catch(
      (caught: unknown) => caught,
    )
    expect(LikenessError.is(error) && error.message).toBe(
      'scorers must hold each measure once (given twice for one subject: sharp).',
    )
    expect(first.scored).toEqual([])
  })

  it('refuses a file with a line that is no measurement, and names the line', async () => {
    await scoreRun({ ...world, scorers: [testScorer('sharp')] })
    await appendFile(measurementsPath(world.run.folder), '{"type":"picture","scorer":7}\n')
    await expect(scoreRun({ ...world, scorers: [testScorer('sharp')] })).rejects.toMatchObject({
      kind: 'invalid-request',
      message: expect.stringMatching(/measurements\.jsonl: line 9 cannot be understood: scorer /),
    })
  })
})

describe('readMeasurements', () => {
  it('has none where nothing was scored', async () => {
    expect(await readMeasurements(world.run.folder)).toEqual({ scorers: [], pictures: [] })
  })
})
