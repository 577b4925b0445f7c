import { describe, expect, it } from 'vitest'
import type { PictureLine } from '../score/measurement.js'
import { gatherMeasurements } from './readings.js'

const line = (scorer: string, key: string, embedding: number): PictureLine => ({
  type: 'picture',
  scorer,
  subject: 'rex',
  fingerprint: 'one',
  key,
  sha256: key,
  readings: {},
  embedding: Buffer.from(Float32Array.of(embedding).buffer).toString('base64'),
})

describe('gatherMeasurements', () => {
  it('sees the spread with eyes that are made for subjects, where others see as much', () => {
    const pictures = [line('adherence-clip', 'a', 1), line('likeness-object', 'a', 2), line('likeness-dinov2', 'a', 3)]
    expect(gatherMeasurements({ scorers: [], pictures }).embedding('a')).toEqual(Float32Array.of(3))
  })

  it('sees all pictures with the same eyes, those that see most of them', () => {
    const pictures = [line('likeness-face', 'a', 1), line('adherence-clip', 'a', 2), line('adherence-clip', 'b', 3)]
    const { embedding } = gatherMeasurements({ scorers: [], pictures })
    expect([embedding('a'), embedding('b')]).toEqual([Float32Array.of(2), Float32Array.of(3)])
  })
})
