import { expect, it } from 'vitest'
import { plain } from './markdown-text.js'

it('leaves nothing in a text that steers a terminal, or refers to an issue', () => {
  expect(plain('a\u001b[2Kb \u009b1mc \u202ed\u2066e')).toBe('a\\[2Kb 1mc de')
  expect(plain('see GH-12, gh-3 and GHOST-1')).toBe('see GH\u200b-12, gh\u200b-3 and GHOST-1')
})
