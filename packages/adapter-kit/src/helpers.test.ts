import { commonRequestShape, generateRequestSchema } from '@likeness/core/schemas'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { failure } from '../test/support.js'
import { resolveApiKey } from './api-key.js'
import { checkOptions } from './check-options.js'
import { safeFileNames } from './file-names.js'
import { isoDate } from './iso-date.js'
import { parseReply } from './parse-reply.js'

afterEach(() => vi.unstubAllEnvs())

describe('resolveApiKey', () => {
  it('takes the setting, then a function, then the environment, at each call and without white space', async () => {
    vi.stubEnv('ACME_KEY', ' from-env\n')
    expect(await resolveApiKey({ apiKey: ' given\n' }, 'ACME_KEY', 'acme')).toBe('given')
    expect(await resolveApiKey({ apiKey: async () => 'made' }, 'ACME_KEY', 'acme')).toBe('made')
    expect(await resolveApiKey({}, 'ACME_KEY', 'acme')).toBe('from-env')
    vi.stubEnv('ACME_KEY', 'rotated')
    expect(await resolveApiKey({}, 'ACME_KEY', 'acme')).toBe('rotated')
  })

  it.each([{}, { apiKey: '' }, { apiKey: '  ' }, { apiKey: () => '' }])(
    'names the variable for %o',
    async (settings) => {
      vi.stubEnv('ACME_KEY', '')
      const error = await failure(resolveApiKey(settings, 'ACME_KEY', 'acme'))
      expect(error).toMatchObject({ kind: 'authentication', provider: 'acme', retry: 'never' })
      expect(error.hint).toContain('ACME_KEY')
    },
  )
})

describe('parseReply', () => {
  const reply = { status: 200, headers: {}, body: { prompt: 7, n: 'secret-value' } }
  const context = { provider: 'acme', operation: 'generation.submit', requestId: 'r1' }

  it('gives what the schema gives', () => {
    const parsed = parseReply(generateRequestSchema, { ...reply, body: { prompt: 'x' } }, context)
    expect(parsed).toMatchObject({ prompt: 'x', n: 1 })
  })

  it('names the fields and not their values', async () => {
    const error = await failure((async () => parseReply(generateRequestSchema, reply, context))())
    expect(error).toMatchObject({ kind: 'invalid-response', billed: 'no', status: 200, requestId: 'r1' })
    expect(error.fields?.map(({ field }) => field)).toEqual(['prompt', 'n'])
    expect(JSON.stringify(error)).not.toContain('secret-value')
  })

  it('of a paid request leaves the outcome open', async () => {
    const error = await failure((async () => parseReply(generateRequestSchema, reply, { ...context, paid: true }))())
    expect(error).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe', retry: 'never' })
  })
})

describe('checkOptions', () => {
  it('gives what the schema gives, and treats nothing as no options', () => {
    expect(checkOptions(generateRequestSchema, { prompt: 'x' }, 'providerOptions.acme')).toMatchObject({ n: 1 })
    expect(() => checkOptions(generateRequestSchema, undefined, 'providerOptions.acme')).toThrow(/acme\.prompt/)
  })

  it('names unknown fields with their path and the known ones', async () => {
    const value = { prompt: 'x', promt: 'y', sed: 1 }
    const error = await failure((async () => checkOptions(generateRequestSchema, value, 'providerOptions.acme'))())
    expect(error).toMatchObject({ kind: 'invalid-request', retry: 'never' })
    expect(error.fields?.map(({ field }) => field)).toEqual(['providerOptions.acme.promt', 'providerOptions.acme.sed'])
    expect(error.message).toMatch(/known are .*\bprompt\b.*\bseed\b/)
  })

  it('names wrong fields with their path', async () => {
    const value = { prompt: 'x', n: 0, providerOptions: { fal: 7 } }
    const error = await failure((async () => checkOptions(generateRequestSchema, value, 'request'))())
    expect(error.fields?.map(({ field }) => field)).toEqual(['request.n', 'request.providerOptions.fal'])
    expect(Object.keys(commonRequestShape)).toContain('providerOptions')
  })
})

describe('isoDate', () => {
  it.each([
    ['2026-11-20T12:00:00.500Z', '2026-11-20T12:00:00.500Z'],
    ['2026-11-20T12:00:00+02:00', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T12:00:00', '2026-11-20T12:00:00.000Z'],
    ['2026-11-20 12:00:00.123456', '2026-11-20T12:00:00.123Z'],
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    [1_795_176_000, '2026-11-20T12:00:00.000Z'],
    [1_795_176_000_000, '2026-11-20T12:00:00.000Z'],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('%s', (value, expected) => expect(isoDate(value)).toBe(expected))
})

describe('safeFileNames', () => {
  it.each([
    [
      ['a.jpg', 'b.png'],
      ['a.jpg', 'b.png'],
    ],
    [
      ['a.jpg', 'a.png', 'A.webp'],
      ['a.jpg', 'a-2.png', 'A-3.webp'],
    ],
    [
      ['a.jpg', 'a-2.jpg', 'a.jpg'],
      ['a.jpg', 'a-2.jpg', 'a-3.jpg'],
    ],
    [
      ['../../etc/passwd', 'C:\\x\\y.jpg'],
      ['passwd', 'y.jpg'],
    ],
    [
      ['my cat (1).JPG', 'größe.png', '猫.webp'],
      ['my-cat-1.JPG', 'größe.png', '猫.webp'],
    ],
    [
      ['', '.jpg', '???', '...'],
      ['file-1', 'jpg', 'file-3', 'file-4'],
    ],
    [['a\0b\n.jpg'], ['a-b.jpg']],
  ])('%j', (names, expected) => expect(safeFileNames(names)).toEqual(expected))

  it('keeps names short', () => {
    expect(safeFileNames([`${'x'.repeat(300)}.jpg`])[0]).toHaveLength(84)
  })
})
