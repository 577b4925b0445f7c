import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createRedactor, isSecretName } from './redact.js'

const SECRET = 'supersecret5678'
const redactor = createRedactor([`Key keyid1234:${SECRET}`])

describe('createRedactor', () => {
  it.each([
    `wrong key Key keyid1234:${SECRET}`,
    `wrong key keyid1234:${SECRET}`,
    `wrong key ${SECRET}`,
    `?key_id=${encodeURIComponent(`keyid1234:${SECRET}`)}`,
    `Basic ${Buffer.from(`keyid1234:${SECRET}`).toString('base64')}`,
    `{"echo":"keyid1234:${SECRET}"}`,
  ])('removes a registered key from %s', (text) => {
    const result = redactor.text(text)
    expect(result).toContain('[redacted]')
    expect(result).not.toContain(SECRET)
    expect(result).not.toContain('keyid1234')
    expect(result).not.toContain(Buffer.from(`keyid1234:${SECRET}`).toString('base64'))
  })

  it('removes the longest key first, so that nothing of it is left', () => {
    expect(createRedactor(['abcd1234', 'abcd1234efgh']).text('abcd1234efgh abcd1234')).toBe('[redacted] [redacted]')
  })

  it('removes a key with quotes, as JSON escapes it', () => {
    const odd = 'ab"cd\\ef1234'
    const result = createRedactor([odd]).text(JSON.stringify({ echo: odd }))
    expect(result).toBe('{"echo":"[redacted]"}')
  })

  it.each([
    ['https://s3.test/a.zip?X-Amz-Signature=abc123&X-Amz-Credential=AKIA%2F2026&name=a', 'name=a', 'abc123', 'AKIA'],
    ['https://storage.test/o?Expires=9&GoogleAccessId=me&Signature=QUJD%3D', 'Expires=9', 'QUJD'],
    ['https://blob.test/o?sv=2024&sig=Zm9v%3D', 'sv=2024', 'Zm9v'],
    ['wss://fal.test/realtime?fal_jwt_token=eyJhbGciOi', 'realtime', 'eyJ'],
    ['https://app.test/hook?likeness=99.abc.def&job=1', 'job=1', 'abc.def'],
    ['https://api.test/x?api_key=SG_0123&page=2', 'page=2', 'SG_0123'],
    ['https://api.test/x?token=tok123 and more', 'and more', 'tok123'],
    ['next: https%3A%2F%2Fs3.test%2Fa%3FSignature%3Dabc123%26page%3D1', 's3.test', 'abc123'],
    ['https://user:pa55word@host.test/x', 'host.test', 'pa55word'],
  ])('removes what signs %s', (url, kept, ...gone) => {
    const result = createRedactor().text(url)
    expect(result).toContain(kept)
    for (const secret of gone) expect(result).not.toContain(secret)
  })

  it.each([
    'authorization: Bearer sd_abcdef123456',
    '"Authorization": "Key abc123:def456ghi"',
    '{\\"x-api-key\\":\\"SG_0123456789abcdef\\"}',
    'x-api-key=SG_0123456789abcdef',
    "'x-key': 'bfl_0123456789'",
    'cookie: session=abc123def',
    'sent Bearer sd_abcdef123456789',
  ])('removes a key that was never registered: %s', (text) => {
    expect(createRedactor().text(text)).not.toMatch(/abc|SG_0|bfl_0|def456/)
  })

  it('leaves ordinary words alone', () => {
    const text =
      'Key authentication failed: the token expired at 2026-11-20; keyword=sneaker; see https://docs.test/?page=2'
    expect(createRedactor(['abc']).text(text)).toBe(text)
  })

  it('reaches into nested JSON', () => {
    const body = {
      detail: [{ msg: `bad key ${SECRET}`, input: { Authorization: 'anything', api_key: ['a'], seed: 7, page: null } }],
      [`key ${SECRET}`]: new Uint8Array(3),
    }
    expect(redactor.json(body)).toEqual({
      detail: [
        {
          msg: 'bad key [redacted]',
          input: { Authorization: '[redacted]', api_key: '[redacted]', seed: 7, page: null },
        },
      ],
      'key [redacted]': '[3 bytes]',
    })
  })

  it('copies an error with its causes and nothing that may hold a key', () => {
    const inner = Object.assign(new Error(`no match for {"authorization":"Key keyid1234:${SECRET}"}`), {
      code: 'ERR_MOCK',
      request: { headers: { authorization: SECRET } },
    })
    const copy = redactor.error(new TypeError('fetch failed', { cause: inner }))
    expect(copy.message).toBe('fetch failed')
    expect(copy.name).toBe('TypeError')
    expect(copy.cause).toMatchObject({ code: 'ERR_MOCK' })
    expect(inspect(copy, { depth: 20, showHidden: true })).not.toContain(SECRET)
    expect(redactor.error({ thrown: SECRET }).message).toBe('not an error')
    expect(redactor.error(`thrown ${SECRET}`).message).toBe('thrown [redacted]')
  })

  it('ends on causes that run in a circle', () => {
    const a = new Error('a')
    a.cause = new Error('b', { cause: a })
    expect(redactor.error(a).message).toBe('a')
  })
})

describe('isSecretName', () => {
  it.each(['authorization', 'x-api-key', 'cookie', 'X-Goog-Signature', 'x-auth-token', 'x-my-secret'])('%s', (name) => {
    expect(isSecretName(name)).toBe(true)
  })
  it.each(['accept', 'content-type', 'user-agent', 'x-fal-store-io'])('not %s', (name) => {
    expect(isSecretName(name)).toBe(false)
  })
})
