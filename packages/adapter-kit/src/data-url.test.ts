import { describe, expect, it } from 'vitest'
import { decodeDataUrl } from './data-url.js'

const text = (url: string) => {
  const { mediaType, bytes } = decodeDataUrl(url, 100)
  return [mediaType, Buffer.from(bytes).toString()]
}

describe('decodeDataUrl', () => {
  it.each([
    ['data:image/png;base64,YWJj', 'image/png', 'abc'],
    ['DATA:image/PNG;Base64,YWJj', 'image/png', 'abc'],
    ['data:text/plain;charset=utf-8,a%20%C3%A4', 'text/plain', 'a ä'],
    ['data:,abc', undefined, 'abc'],
    ['data:;base64,', undefined, ''],
    ['data:image/png;base64,YW%4Aj', 'image/png', Buffer.from('YWJj', 'base64').toString()],
    ['data:image/png;base64,_-8=', 'image/png', Buffer.from([0xff, 0xef]).toString()],
  ])('reads %s', (url, mediaType, content) => expect(text(url)).toEqual([mediaType, content]))

  it.each(['data:image/png;base64', 'http://a.test/,', 'data:,%', 'data:;base64,a*b', 'data:;base64,YWJj=YWJj'])(
    'refuses %s',
    (url) => expect(() => decodeDataUrl(url, 100)).toThrow(/the data: URL/),
  )

  it('is limited in size', () => {
    const url = (bytes: number) => `data:;base64,${Buffer.alloc(bytes).toString('base64')}`
    expect(decodeDataUrl(url(100), 100).bytes.byteLength).toBe(100)
    for (const bytes of [101, 102, 103, 1000]) expect(() => decodeDataUrl(url(bytes), 100)).toThrow(/100 bytes/)
    expect(decodeDataUrl(`data:,${'a'.repeat(100)}`, 100).bytes.byteLength).toBe(100)
    expect(() => decodeDataUrl(`data:,${'a'.repeat(101)}`, 100)).toThrow(/100 bytes/)
  })

  it('is no slower over blanks than over digits', () => {
    const url = `data:;base64,${' '.repeat(300_000)}!`
    expect(() => decodeDataUrl(url, 10_000_000)).toThrow(/not base64/)
    expect(text('data:;base64,YW Jj\n')).toEqual([undefined, 'abc'])
  })
})
