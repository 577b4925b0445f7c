import { describe, expect, it } from 'vitest'
import { naturalFeatures } from './natural-features.js'
import { fitNaturalModel, patchDistance, sharpPatches } from './natural-model.js'
import { blurEffect, laplacianVariance } from './sharpness.js'
import { drawPlane } from './test-pictures.js'

/** A picture by formula, so that another language draws the same. */
const drawn = (k: number) =>
  drawPlane(288, 288, (x, y) => {
    const waves = 50 * Math.sin((x + 5 * k) / 7) + 40 * Math.cos((y + 3 * k) / 11) + 20 * Math.sin((x * y) / (50 + k))
    return Math.floor(128 + waves + ((x * 7919 + y * 104_729 + x * y * 31 + k * 17) % 23) - 11 + 0.5)
  })

// Written a second time from the papers in Python, with NumPy 2.4 and SciPy 1.17; 2026-11-20.
const features = [
  10, 1.4806, 2.95, -0.3924, 1.2732, 0.499, 2.871, -0.4019, 1.2729, 0.484, 2.22, 0.2017, 0.7186, 1.0899, 2.635, 0.2954,
  0.6163, 1.1863, 1.151, 0.2491, 0.436, 0.032, 0.0027, 0.0056, 0.405, 0.0324, 0.002, 0.0039, 0.463, 0.0252, 0.0038,
  0.0067, 0.42, 0.0381, 0.002, 0.0048,
]

describe('measures against a second implementation', () => {
  it('takes the same features of a patch', () => {
    const patch = naturalFeatures(drawn(1))[4]
    expect(patch?.sharpness).toBeCloseTo(16.7893, 3)
    expect(patch?.features).toHaveLength(features.length)
    for (const [index, value] of features.entries()) {
      expect(Math.abs((patch?.features[index] ?? 0) - value), `feature ${index}`).toBeLessThan(0.0015)
    }
  })

  it('finds the same distance from the same model', () => {
    const photos = Array.from({ length: 14 }, (_, index) => sharpPatches(naturalFeatures(drawn(20 + index))))
    const model = fitNaturalModel(photos.flat())
    if (model === undefined) throw new Error('too few patches')
    expect(model.patches).toBe(126)
    expect(patchDistance(model, naturalFeatures(drawn(1)))).toBeCloseTo(6.1214, 2)
    expect(patchDistance(model, naturalFeatures(drawn(9)))).toBeCloseTo(5.8664, 2)
  })

  it('finds the same sharpness and blur', () => {
    expect(laplacianVariance(drawn(1))).toBeCloseTo(5595.061, 2)
    expect(blurEffect(drawn(1))).toBeCloseTo(0.21057, 4)
  })
})
