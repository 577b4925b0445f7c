import { notMeasured, type Reading } from '../measure.js'
import { measurePixels } from '../pixels/pixel-measures.js'
import { createTechnicalQuality, technicalMeasures } from '../pixels/technical-quality.js'
import { fingerprintOf } from './fingerprint.js'
import type { ReadyScorer, ScoredSubject, Scorer } from './scorer.js'

const VERSION = 1

const noPhotos = notMeasured('too-few-photos', 'The subject came without photos.')

async function openTechnical({ photos }: ScoredSubject): Promise<ReadyScorer> {
  const quality = photos.length === 0 ? undefined : await createTechnicalQuality(photos)
  return {
    state: 'ready',
    fingerprint: await fingerprintOf(VERSION, photos),
    models: [],
    references: quality?.ranges ?? {},
    notes: quality === undefined ? ['There are no photos whose range the numbers could be read against.'] : [],
    score: async (picture) => {
      const pixels = await picture.pixels()
      if (quality === undefined) return { readings: { ...measurePixels(pixels), naturalness: noPhotos } }
      const taken = await quality.measure(pixels)
      return {
        readings: Object.fromEntries(taken.map(({ measure, reading }): [string, Reading] => [measure, reading])),
      }
    },
    close: async () => {},
  }
}

/** Sharpness, noise, exposure and the like, each beside the range of the training photos. Works for every subject. */
export function technicalScorer(): Scorer {
  return { id: 'technical', measures: technicalMeasures, suits: () => true, open: openTechnical }
}
