import { type Measure, measured, notMeasured, type Reading } from '../measure.js'
import type { PatchFeatures } from './natural-features.js'
import { fitNaturalModel, MINIMUM_PATCHES, type NaturalModel, patchDistance, sharpPatches } from './natural-model.js'

/** How unlike the patches of the training photos those of a picture are. */
export const naturalnessMeasure: Measure<'naturalness'> = {
  name: 'naturalness',
  title: 'Distance from natural detail (NIQE)',
  unit: 'distance, 0 upwards',
  bounds: { least: 0 },
  direction: 'lower',
  meaning:
    "How far the statistics of the picture's 96-pixel patches are from those of the training photos; blur, noise, compression and scaling up raise it.",
  notMeaning:
    'Not likeness and not taste: a drawing is far from a photo by design. Blind to over-sharpening and to exposure. Comparable only among pictures measured against the same photos.',
}

/** What was learnt of the training photos, and how far each of them is from the others. */
export interface Naturalness {
  /** Of each photo against a model of the other photos only. */
  readonly photos: readonly Reading[]
  /** Whether there is a model: without one, no patches are needed. */
  readonly fitted: boolean
  /** Of another picture against the model of all photos, by its `naturalFeatures`. */
  measure(patches: readonly PatchFeatures[]): Reading
}

// Real photos of 1024 pixels gave 8 such patches each on average, from 1 (blurred ground) to 32 (texture all over).
const tooFew = (patches: number, photos: number) =>
  notMeasured(
    'too-few-photos',
    `Too few photos: ${photos} gave ${patches} sharp patches of 96 x 96 pixels, more than ${MINIMUM_PATCHES} are needed. About 20 photos of 1024 pixels have them.`,
  )

const tooSmall = notMeasured('too-small', 'The picture has too few textured patches of 96 x 96 pixels.')

function distance(model: NaturalModel, patches: readonly PatchFeatures[]): Reading {
  const value = patchDistance(model, patches)
  return value === undefined ? tooSmall : measured(value)
}

/**
 * Fits a model to the sharp patches of the training photos.
 *
 * @param photos - `naturalFeatures` of each photo's luma
 */
export function fitNaturalness(photos: readonly (readonly PatchFeatures[])[]): Naturalness {
  const sharp = photos.map(sharpPatches)
  const all = sharp.flat()
  const model = fitNaturalModel(all)
  if (model === undefined) {
    const none = tooFew(all.length, photos.length)
    return { photos: photos.map(() => none), fitted: false, measure: () => none }
  }
  return {
    photos: photos.map((patches, index) => {
      const others = sharp.filter((_, other) => other !== index).flat()
      const without = fitNaturalModel(others)
      return without === undefined ? tooFew(others.length, photos.length - 1) : distance(without, patches)
    }),
    fitted: true,
    measure: (patches) => distance(model, patches),
  }
}
