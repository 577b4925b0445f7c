import { measured } from '../measure.js'
import { type Picture, readPicture } from '../pixels/picture.js'
import { likenessMeasures } from '../score/likeness.js'
import type { Scorer } from '../score/scorer.js'

/** How often each of 64 colours occurs, in all 1. */
function coloursOf({ shown: { rgb } }: Picture): Float64Array {
  const colours = new Float64Array(64)
  const level = (at: number) => (rgb[at] ?? 0) >> 6
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = level(at) * 16 + level(at + 1) * 4 + level(at + 2)
    colours[colour] = (colours[colour] ?? 0) + 3 / rgb.length
  }
  return colours
}

const inCommon = (one: Float64Array, other: Float64Array) =>
  one.reduce((sum, share, colour) => sum + Math.min(share, other[colour] ?? 0), 0)

/** Likeness by colours: next to nothing beside a network, but quick, and a number of real pictures. */
export function colourScorer(): Scorer {
  return {
    id: 'colours',
    measures: likenessMeasures.filter(({ name }) => name === 'likeness'),
    suits: () => true,
    async open({ photos }) {
      const known = await Promise.all(photos.map(async (photo) => coloursOf(await readPicture(photo))))
      return {
        state: 'ready',
        fingerprint: 'colours-1',
        models: [],
        references: {},
        notes: [],
        score: async (picture) => {
          const colours = coloursOf(await picture.pixels())
          return { readings: { likeness: measured(Math.max(...known.map((photo) => inCommon(photo, colours)))) } }
        },
        close: async () => {},
      }
    },
  }
}
