import { describe, expect, it } from 'vitest'
import { bytes, integer, message, serialize, string } from './protobuf.js'

const hex = (value: Uint8Array) => Buffer.from(value).toString('hex')

describe('protobuf', () => {
  // The examples of https://protobuf.dev/programming-guides/encoding (read 2026-11-20).
  it('writes the examples of the format’s own guide', () => {
    expect(hex(serialize([integer(1, 150)]))).toBe('089601')
    expect(hex(serialize([string(2, 'testing')]))).toBe('120774657374696e67')
    expect(hex(serialize([message(3, [integer(1, 150)])]))).toBe('1a03089601')
  })

  it('writes whole numbers beyond 32 bits, field numbers beyond 15 and empty parts', () => {
    expect(hex(serialize([integer(1, 2 ** 35)]))).toBe('08808080808001')
    expect(hex(serialize([integer(16, 1)]))).toBe('800101')
    expect(hex(serialize([string(1, ''), bytes(2, new Uint8Array())]))).toBe('0a001200')
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %s', (value) => {
    expect(() => integer(1, value)).toThrow(`${value} is not a whole number`)
  })
})
