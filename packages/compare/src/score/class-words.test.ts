import { describe, expect, it } from 'vitest'
import { imageNetClasses, topFive } from './class-words.js'

describe('imageNetClasses', () => {
  it('knows a class by its words, by the last of them, and in the plural', () => {
    expect(imageNetClasses('teapot')).toEqual([849])
    expect(imageNetClasses('Blue  Teapot')).toEqual([849])
    expect(imageNetClasses('running shoes')).toEqual([770])
    expect(imageNetClasses('golden watches')).toEqual(imageNetClasses('watch'))
    expect(imageNetClasses('guinea pig')).toEqual([338])
    expect(imageNetClasses('glasses')).toEqual([836, 837])
    expect(imageNetClasses('dog')).toHaveLength(118)
  })

  it('does not guess', () => {
    expect(imageNetClasses('robot')).toBeUndefined()
    expect(imageNetClasses('dog house')).toBeUndefined()
    expect(imageNetClasses('constructor')).toBeUndefined()
  })
})

describe('topFive', () => {
  it('names the places of the greatest', () => {
    expect(topFive(Float32Array.of(0.1, 0.05, 0.3, 0, 0.2, 0.25, 0.1))).toEqual([2, 5, 4, 0, 6])
  })
})
