import { notMeasured, type Reading } from '../measure.js'
import { openPixelMaths, type PixelMaths } from '../pixels/pixel-maths.js'
import { createTechnicalQuality, technicalMeasures } from '../pixels/technical-quality.js'
import { fingerprintOf } from './fingerprint.js'
import type { ReadyScorer, ScoredSubject, Scorer } from './scorer.js'

const VERSION = 1

const noPhotos = notMeasured('too-few-photos', 'The subject came without photos.')

const fingerprint = ({ photos }: ScoredSubject) => fingerprintOf(VERSION, photos)

async function learn(subject: ScoredSubject, maths: PixelMaths): Promise<ReadyScorer> {
  const { photos } = subject
  const quality = photos.length === 0 ? undefined : await createTechnicalQuality(photos, maths)
  return {
    state: 'ready',
    fingerprint: await fingerprint(subject),
    models: [],
    references: quality?.ranges ?? {},
    notes: quality === undefined ? ['There are no photos whose range the numbers could be read against.'] : [],
    score: async (picture) => {
      const pixels = await picture.pixels()
      if (quality === undefined) {
        return { readings: { ...(await maths.take(pixels, false)).readings, naturalness: noPhotos } }
      }
      const taken = await quality.measure(pixels)
      return {
        readings: Object.fromEntries(taken.map(({ measure, reading }): [string, Reading] => [measure, reading])),
      }
    },
    close: () => maths.close(),
  }
}

async function openTechnical(subject: ScoredSubject): Promise<ReadyScorer> {
  const maths = openPixelMaths()
  try {
    return await learn(subject, maths)
  } catch (error) {
    await maths.close()
    throw error
  }
}

/** Sharpness, noise, exposure and the like, each beside the range of the training photos. Works for every subject. */
export function technicalScorer(): Scorer {
  return { id: 'technical', measures: technicalMeasures, suits: () => true, fingerprint, open: openTechnical }
}
