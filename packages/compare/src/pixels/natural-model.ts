import type { PatchFeatures } from './natural-features.js'
import { pseudoInverse } from './symmetric-matrix.js'

/** What the patches of natural, sharp pictures have in common. */
export interface NaturalModel {
  /** 36 numbers. */
  readonly mean: readonly number[]
  /** 36 x 36, row by row. */
  readonly covariance: readonly number[]
  /** How many patches it was fitted on. */
  readonly patches: number
}

/** A covariance of 36 numbers from fewer patches than these says little. */
export const MINIMUM_PATCHES = 100

/** Fewer patches of one picture than these have no covariance worth the name. */
const MINIMUM_PICTURE_PATCHES = 4

function gaussian(patches: readonly (readonly number[])[]): NaturalModel {
  const size = patches[0]?.length ?? 0
  const indices = Array.from({ length: size }, (_, index) => index)
  const mean = indices.map(
    (index) => patches.reduce((sum, patch) => sum + (patch[index] as number), 0) / patches.length,
  )
  const centred = patches.map((patch) => patch.map((value, index) => value - (mean[index] as number)))
  const covariance = indices.flatMap((row) =>
    indices.map(
      (column) =>
        centred.reduce((sum, patch) => sum + (patch[row] as number) * (patch[column] as number), 0) /
        (patches.length - 1),
    ),
  )
  return { mean, covariance, patches: patches.length }
}

/** Features of the patches of one photo that are sharp enough to learn from: above three quarters of the sharpest. */
export function sharpPatches(patches: readonly PatchFeatures[]): (readonly number[])[] {
  const sharpest = Math.max(0, ...patches.map(({ sharpness }) => sharpness))
  return patches.filter(({ sharpness }) => sharpness > 0.75 * sharpest).map(({ features }) => features)
}

/** Fits a model to {@link sharpPatches} of photos; nothing where there are no more than {@link MINIMUM_PATCHES}. */
export function fitNaturalModel(patches: readonly (readonly number[])[]): NaturalModel | undefined {
  return patches.length > MINIMUM_PATCHES ? gaussian(patches) : undefined
}

/**
 * How far the patches of a picture are from the model (NIQE): 0 for none, larger is less natural; nothing for a picture
 * with too few textured patches of 96 x 96 pixels.
 */
export function patchDistance(model: NaturalModel, patches: readonly PatchFeatures[]): number | undefined {
  if (patches.length < MINIMUM_PICTURE_PATCHES) return undefined
  const picture = gaussian(patches.map(({ features }) => features))
  const size = model.mean.length
  const pooled = model.covariance.map((value, index) => (value + (picture.covariance[index] as number)) / 2)
  const inverse = pseudoInverse(pooled, size)
  const away = model.mean.map((value, index) => value - (picture.mean[index] as number))
  const squared = away.reduce(
    (sum, value, row) =>
      sum + value * away.reduce((inner, other, column) => inner + (inverse[row * size + column] as number) * other, 0),
    0,
  )
  return Math.sqrt(Math.max(0, squared))
}
