import { describe, expect, it } from 'vitest'
import { plainText, shorten } from './text.js'

describe('plainText', () => {
  it.each([
    ['<html><head><title>504 Gateway &amp; Time-out</title></head><body>x</body></html>', '504 Gateway & Time-out'],
    ['<p>Not <b>enough</b>\n balance&nbsp;&#33;</p>', 'Not enough balance !'],
    ['<style>p{}</style><script>alert(1)</script><h1>Down</h1>', 'Down'],
    ['<title></title><h1>Down</h1>', 'Down'],
    ['steps < 5 and seed > 3', 'steps < 5 and seed > 3'],
    ['  HTTP Token:\tAccess denied.\n', 'HTTP Token: Access denied.'],
    ['&unknown; &#9999999;', '&unknown; &#9999999;'],
  ])('%s', (html, expected) => {
    expect(plainText(html)).toBe(expected)
  })

  it('shortens', () => {
    expect(plainText('word '.repeat(1000))).toHaveLength(200)
    expect(plainText('a'.repeat(300), 10)).toBe('aaaaaaaaa…')
    expect(shorten('abc', 3)).toBe('abc')
  })
})
