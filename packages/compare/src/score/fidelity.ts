import { type Measure, measured, notMeasured, type Reading } from '../measure.js'
import type { Picture } from '../pixels/picture.js'
import { fingerprintOf } from './fingerprint.js'
import type { ScoredPicture, Scorer } from './scorer.js'

const VERSION = 1

/** Whether a picture is as large, and of the format, that was asked for. */
const fidelityMeasures: readonly Measure<'size-fidelity' | 'format-fidelity'>[] = [
  {
    name: 'size-fidelity',
    title: 'Size as asked',
    unit: 'share, 0 to 1',
    bounds: { least: 0, most: 1 },
    direction: 'higher',
    meaning:
      'What the frame of the picture and the frame that was asked for have in common, laid upon each other: 1 for the size asked for, 0.25 for half of it on either side, 0.33 for an upright picture of 1:2 in place of a lying one.',
    notMeaning: 'Not real resolution: a picture that was scaled up to its size has 1.',
  },
  {
    name: 'format-fidelity',
    title: 'Format as asked',
    unit: '1 or 0',
    bounds: { least: 0, most: 1 },
    direction: 'higher',
    meaning: 'Whether the bytes are of the image format that was asked for.',
    notMeaning: 'Not quality: the wrong format may be the better one.',
  },
]

/** Area of the overlap by area of the union of two frames that share a corner. */
export function sharedFrame(
  one: { readonly width: number; readonly height: number },
  other: { readonly width: number; readonly height: number },
): number {
  const overlap = Math.min(one.width, other.width) * Math.min(one.height, other.height)
  return overlap / (one.width * one.height + other.width * other.height - overlap)
}

function sizeReading(picture: ScoredPicture, made: Picture): Reading {
  const [width, height] = (picture.size ?? '').split('x').map(Number)
  if (width === undefined || height === undefined) {
    return notMeasured('not-applicable', 'No size was asked for: the vendor chose.')
  }
  return measured(sharedFrame(made, { width, height }))
}

function formatReading({ format, mediaType }: ScoredPicture): Reading {
  if (format === undefined) return notMeasured('not-applicable', 'No format was asked for: the vendor chose.')
  return measured(mediaType === `image/${format}` ? 1 : 0)
}

/** Compares size and format with what was asked for. Works for every subject. */
export function fidelityScorer(): Scorer {
  return {
    id: 'fidelity',
    measures: fidelityMeasures,
    suits: () => true,
    open: async () => ({
      state: 'ready',
      fingerprint: await fingerprintOf(VERSION, []),
      models: [],
      references: {},
      notes: [],
      score: async (picture) => {
        // Also where no size was asked for: what cannot be decoded is no picture of whatever size and format.
        const pixels = await picture.pixels()
        return {
          readings: { 'size-fidelity': sizeReading(picture, pixels), 'format-fidelity': formatReading(picture) },
        }
      },
      close: async () => {},
    }),
  }
}
