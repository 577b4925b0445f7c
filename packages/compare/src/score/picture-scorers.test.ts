import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../measure.js'
import { technicalMeasures } from '../pixels/technical-quality.js'
import { robots } from '../pixels/test-pictures.js'
import { copiesScorer } from './copies.js'
import { defaultScorers, measuresOf } from './default-scorers.js'
import { fidelityScorer, sharedFrame } from './fidelity.js'
import { newFolder, scored, subjectOf } from './plugins/test-scored.js'
import type { ReadyScorer, ScoredPicture, Scorer } from './scorer.js'
import { technicalScorer } from './technical.js'

const folder = await newFolder()
const [first = '', second = '', third = '', ...others] = robots

async function opened(scorer: Scorer, photos: readonly string[]): Promise<ReadyScorer> {
  const ready = await scorer.open(subjectOf('robot', photos))
  if (ready.state !== 'ready') throw new Error(ready.reason)
  return ready
}

const value = (reading: Reading | undefined) => (reading?.state === 'measured' ? reading.value : undefined)

describe('copies', () => {
  it('finds a photo that came back, and leaves a new picture alone', async () => {
    const scorer = await opened(copiesScorer(), [first, second])
    const copy = `${folder}/copy.jpg`
    await sharp(second).flop().resize(300).jpeg({ quality: 40 }).toFile(copy)
    const leaked = await scorer.score(scored(copy, ''))
    expect(value(leaked.readings.leakage)).toBeLessThanOrEqual(10)
    const fresh = await scorer.score(scored(others[0] ?? '', ''))
    expect(value(fresh.readings.leakage)).toBeGreaterThan(10)
    expect(leaked.hash).toMatch(/^[0-9a-f]{16}$/)
    expect(leaked.hash).not.toBe(fresh.hash)
  })

  it('gives the hash of a subject without photos, and neither for a picture of one colour', async () => {
    const scorer = await opened(copiesScorer(), [])
    const score = await scorer.score(scored(first, ''))
    expect(score.readings.leakage).toMatchObject({ reason: 'too-few-photos' })
    expect(score.hash).toMatch(/^[0-9a-f]{16}$/)
    const plain = `${folder}/plain.png`
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#456' } }).toFile(plain)
    const blank = await (await opened(copiesScorer(), [first, plain])).score(scored(plain, ''))
    expect(blank).toMatchObject({ readings: { leakage: { reason: 'too-flat' } }, hash: undefined })
    expect((await opened(copiesScorer(), [first, plain])).notes).toEqual([
      '1 of 2 photos show one colour: a copy of them cannot be found.',
    ])
  })
})

describe('fidelity', () => {
  async function readingsOf(asked: Partial<ScoredPicture>) {
    const lying = `${folder}/lying.png`
    await sharp({ create: { width: 400, height: 300, channels: 3, background: '#456' } }).toFile(lying)
    return (await (await opened(fidelityScorer(), [])).score({ ...scored(lying, ''), ...asked })).readings
  }

  it('compares size and format with what was asked for', async () => {
    const asked = { size: '400x300', format: 'jpeg', mediaType: 'image/jpeg' }
    expect(await readingsOf(asked)).toEqual({
      'size-fidelity': { state: 'measured', value: 1 },
      'format-fidelity': { state: 'measured', value: 1 },
    })
    const other = await readingsOf({ ...asked, size: '800x600', mediaType: 'image/png' })
    expect(value(other['size-fidelity'])).toBe(0.25)
    expect(value(other['format-fidelity'])).toBe(0)
  })

  it('has no number where the vendor was to choose', async () => {
    const readings = await readingsOf({})
    expect(readings['size-fidelity']).toMatchObject({ reason: 'not-applicable' })
    expect(readings['format-fidelity']).toMatchObject({ reason: 'not-applicable' })
  })

  it('has nothing to say of what is no picture, whatever was asked for', async () => {
    const { score } = await opened(fidelityScorer(), [])
    const broken = { ...scored('', ''), pixels: () => Promise.reject(new Error('cannot be decoded')) }
    await expect(score(broken)).rejects.toThrow('cannot be decoded')
  })

  it('counts what two frames have in common', () => {
    expect(sharedFrame({ width: 100, height: 200 }, { width: 200, height: 100 })).toBeCloseTo(1 / 3, 12)
    expect(sharedFrame({ width: 50, height: 50 }, { width: 100, height: 50 })).toBe(0.5)
  })
})

describe('technical', () => {
  it('gives every measure, and the range of the training photos', async () => {
    const scorer = await opened(technicalScorer(), [first, second])
    try {
      const { readings } = await scorer.score(scored(third, ''))
      expect(Object.keys(readings)).toEqual(technicalMeasures.map(({ name }) => name))
      expect(value(readings['laplacian-variance'])).toBeGreaterThan(0)
      expect(readings.naturalness).toMatchObject({ reason: 'too-few-photos' })
      expect(scorer.references['mean-luma']).toMatchObject({ photos: 2 })
    } finally {
      await scorer.close()
    }
  })

  it('measures without photos as well', async () => {
    const scorer = await opened(technicalScorer(), [])
    try {
      const { readings } = await scorer.score(scored(first, ''))
      expect(value(readings['mean-luma'])).toBeGreaterThan(0)
      expect(readings.naturalness).toMatchObject({ reason: 'too-few-photos' })
      expect(scorer.references).toEqual({})
    } finally {
      await scorer.close()
    }
  })
})

describe('the scorers that are always there', () => {
  it('have names of their own, and no subject that gets a measure twice', () => {
    const scorers = defaultScorers()
    expect(new Set(scorers.map(({ id }) => id)).size).toBe(scorers.length)
    for (const kind of ['person', 'pet', 'product', 'style', 'character', undefined] as const) {
      const suited = scorers.filter((scorer) => scorer.suits({ className: 'thing', ...(kind && { kind }) }))
      const names = suited.flatMap(({ measures }) => measures.map(({ name }) => name))
      expect(new Set(names).size).toBe(names.length)
    }
    const names = measuresOf(scorers).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.slice(0, 3)).toEqual(['likeness', 'likeness-cosine', 'class-shown'])
  })
})
