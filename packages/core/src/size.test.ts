import { describe, expect, it } from 'vitest'
import { fitSize, nearestAspectRatio, parseSize, sizeForAspectRatio } from './size.js'

const rules = { multipleOf: 32, minimum: 256, maximum: 1440 }

describe('size', () => {
  it.each([
    ['1024x1024', 1024, 1024],
    ['1000x700', 992, 704],
    ['100x5000', 256, 1440],
  ])('fits %s', (size, width, height) => {
    expect(fitSize(parseSize(size), rules)).toEqual({ width, height })
  })

  it('makes about a megapixel of a shape', () => {
    expect(sizeForAspectRatio('1:1', rules)).toEqual({ width: 1024, height: 1024 })
    const wide = sizeForAspectRatio('16:9', rules)
    expect(wide).toEqual({ width: 1376, height: 768 })
  })

  it('finds the nearest shape, tall as well as wide', () => {
    expect(nearestAspectRatio(1024 / 768, ['1:1', '4:3', '3:4'])).toBe('4:3')
    expect(nearestAspectRatio(768 / 1024, ['1:1', '4:3', '3:4'])).toBe('3:4')
    expect(nearestAspectRatio(1, [])).toBeUndefined()
  })
})
