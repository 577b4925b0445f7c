import { describe, expect, it } from 'vitest'
import { readBody, readRefusalBody, UnreadableBody } from './reply-body.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2])

describe('readBody', () => {
  it.each([
    ['nothing', '', 'application/json', undefined],
    ['an object', '{"a":1}', 'application/json', { a: 1 }],
    ['an array', '[1]', 'application/json; charset=utf-8', [1]],
    ['a string', '"x"', 'application/json', 'x'],
    ['a number', '7', 'application/json', 7],
    ['null', 'null', 'application/json', null],
    ['a problem', '{"a":1}', 'application/problem+json', { a: 1 }],
    ['JSON said to be HTML', '{"a":1}', 'text/html', { a: 1 }],
    ['JSON said to be text', ' \n[1]', 'text/plain', [1]],
    ['JSON said to be bytes', '{"a":1}', 'application/octet-stream', { a: 1 }],
    ['JSON of no type', '{"a":1}', undefined, { a: 1 }],
    ['JSON behind a byte order mark', '\ufeff{"a":1}', 'application/json', { a: 1 }],
    ['text', 'https://s3.test/a', 'text/plain', 'https://s3.test/a'],
    ['text of no type', 'HTTP Token: Access denied.\n', undefined, 'HTTP Token: Access denied.\n'],
    ['text that begins like JSON', '[ERROR] no', 'text/plain', '[ERROR] no'],
    ['HTML', '<html></html>', 'text/html', '<html></html>'],
    ['umlauts', '{"a":"ä"}', 'application/json', { a: 'ä' }],
  ])('reads %s', (_, body, type, expected) => {
    expect(readBody(bytes(body), type)).toEqual(expected)
  })

  it.each(['image/jpeg', 'application/octet-stream', undefined])('leaves a picture of type %s as bytes', (type) => {
    expect(readBody(jpeg, type)).toBe(jpeg)
  })

  it.each([
    ['truncated', '{"request_id":"1', 'application/json'],
    ['truncated, of no type', '{"request_id":"1', undefined],
    ['HTML said to be JSON', '<html>', 'application/json'],
  ])('refuses JSON that is %s', (_, body, type) => {
    expect(() => readBody(bytes(body), type)).toThrow(UnreadableBody)
    expect(readRefusalBody(bytes(body), type)).toBe(body)
  })
})
