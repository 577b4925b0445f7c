import { measured, notMeasured, type Reading } from '../measure.js'
import { createLeakageCheck, type Leakage, leakageMeasure } from '../pixels/leakage.js'
import { hashPicture } from '../pixels/near-duplicates.js'
import { fingerprintOf } from './fingerprint.js'
import type { ReadyScorer, ScoredSubject, Scorer } from './scorer.js'

const VERSION = 1

function readingOf(leakage: Leakage): Reading {
  return leakage.state === 'measured' ? measured(leakage.distance) : notMeasured(leakage.reason, leakage.message)
}

const fingerprint = ({ photos }: ScoredSubject) => fingerprintOf(VERSION, photos)

async function openCopies(subject: ScoredSubject): Promise<ReadyScorer> {
  const { photos } = subject
  const check = await createLeakageCheck(photos)
  const none = notMeasured('too-few-photos', 'The subject came without photos.')
  const blank = check.blank.length
  return {
    state: 'ready',
    fingerprint: await fingerprint(subject),
    models: [],
    references: {},
    notes: blank === 0 ? [] : [`${blank} of ${photos.length} photos show one colour: a copy of them cannot be found.`],
    score: async (picture) => {
      const hash = await hashPicture(await picture.pixels())
      return {
        readings: { [leakageMeasure.name]: photos.length === 0 ? none : readingOf(check.checkHash(hash)) },
        hash,
      }
    },
    close: async () => {},
  }
}

/**
 * Looks for training photos that came back, and gives the hash by which near-duplicates are found. Photos that were kept
 * back cannot come back. Works for every subject.
 */
export function copiesScorer(): Scorer {
  return { id: 'copies', measures: [leakageMeasure], suits: () => true, fingerprint, open: openCopies }
}
