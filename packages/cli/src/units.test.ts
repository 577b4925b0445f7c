import { errorKinds, LikenessError, nanoUSD, type TrailEntry } from '@likeness/core'
import type { RouterEvent } from '@likeness/router'
import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from './duration.js'
import { exitCodeOf } from './exit-code.js'
import { portfolioFileName } from './files/portfolio-file.js'
import { dollars, duration, entry, list, number, vendorOption } from './flags/parse.js'
import { describeError } from './print-error.js'
import { printable } from './printable.js'
import { describeEvent } from './progress/describe-event.js'
import { describeStatus } from './progress/describe-status.js'
import { table } from './table.js'

const nothing = { amount: 0, currency: 'USD', source: 'price-table', lines: [] } as const
const step = { at: '2026-11-20T10:00:00.000Z', provider: 'fal' }
const trail: readonly TrailEntry[] = [
  {
    ...step,
    target: 'two',
    role: 'first',
    outcome: 'failed',
    kind: 'unavailable',
    ms: 0,
    cost: nothing,
    next: 'fallback to one: down',
  },
  { ...step, target: 'one', role: 'fallback', outcome: 'unknown', kind: 'outcome-unknown', ms: 1_234 },
]

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['10', undefined],
    ['10 minutes', undefined],
    ['-1s', undefined],
  ])('reads %s as %s', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each([
    [0, '0 ms'],
    [4_210, '4.2 s'],
    [59_400, '59 s'],
    [59_600, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_599_600, '1 h 00 min'],
    [7_800_000, '2 h 10 min'],
  ])('writes %d as %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})

describe('flags', () => {
  it('reads numbers, dollars, durations, lists and entries', () => {
    expect(number('1e3')).toBe(1000)
    expect(dollars('$2.50')).toBe(nanoUSD(2.5))
    expect(duration('2m')).toBe(120_000)
    expect(list('fal, astria,', ['segmind'])).toEqual(['segmind', 'fal', 'astria'])
    expect(entry('a=b=c', { x: 'y' })).toEqual({ x: 'y', a: 'b=c' })
  })

  it('reads vendor options as JSON, else as text, and adds them up', () => {
    const first = vendorOption('fal.trainer=fal-ai/flux-lora-portrait-trainer')
    const second = vendorOption('fal.createMasks=false', first)
    expect(vendorOption('astria.ids=[1,2]', second)).toEqual({
      fal: { trainer: 'fal-ai/flux-lora-portrait-trainer', createMasks: false },
      astria: { ids: [1, 2] },
    })
  })

  it.each([
    ['a number', () => number('')],
    ['a number', () => number('Infinity')],
    ['an amount', () => dollars('-1')],
    ['a duration', () => duration('soon')],
    ['an entry', () => entry('=x')],
    ['an option', () => vendorOption('trainer=x')],
  ])('refuses what is not %s', (_, read) => expect(read).toThrow(InvalidArgumentError))
})

describe('status lines', () => {
  it.each([
    [{ state: 'queued', position: 0 } as const, 'queued · next in line · 12 s'],
    [{ state: 'queued', position: 3 } as const, 'queued · 3 ahead · 12 s'],
    [
      { state: 'running', progress: 0.42, etaMs: 30_000, message: 'step 420' } as const,
      'running · [########------------] 42 % · 12 s · about 30 s left · step 420',
    ],
    [{ state: 'expired' } as const, 'expired · 12 s'],
    [
      { state: 'failed', error: new LikenessError({ kind: 'job-failed', message: 'no face' }) } as const,
      'failed · 12 s · no face',
    ],
  ])('%j', (status, line) => expect(describeStatus(status, 12_000)).toBe(line))
})

describe('errors', () => {
  it('have an exit code for every kind', () => {
    const codes = new Set(errorKinds.map((kind) => exitCodeOf(new LikenessError({ kind, message: '' }))))
    expect([...codes].sort()).toEqual([2, 3, 4, 5, 6])
    expect(exitCodeOf(new TypeError('a bug'))).toBe(1)
  })

  it('of a router end with the code of the first vendor that was asked in vain', () => {
    const stranger = new LikenessError({ kind: 'no-eligible-provider', message: 'no model' })
    const down = new LikenessError({ kind: 'unavailable', message: 'down' })
    expect(exitCodeOf(stranger)).toBe(2)
    expect(exitCodeOf(stranger.with({ causes: [stranger, down] }))).toBe(6)
    expect(exitCodeOf(stranger.with({ causes: [stranger, stranger] }))).toBe(2)
  })

  it('show the way through a router, with an unknown cost as such', () => {
    const error = new LikenessError({ kind: 'outcome-unknown', message: 'one lost it', billed: 'maybe', trail })
    expect(describeError(error)).toBe(
      'error: one lost it\n  billed: maybe\ntrail:\n  two  first     failed (unavailable)       0 ms   $0.00         fallback to one: down\n  one  fallback  unknown (outcome-unknown)  1.2 s  cost unknown\n',
    )
  })

  it('are told with fields, request id, billing and hint, each once', () => {
    const error = new LikenessError({
      kind: 'invalid-request',
      message: 'fal refused it: size is too large.',
      fields: [
        { field: 'size', message: 'is too large' },
        { field: 'seed', message: 'must be positive' },
      ],
      requestId: 'abc',
      billed: 'maybe',
      hint: 'Ask for less.',
    })
    expect(describeError(error)).toBe(
      'error: fal refused it: size is too large.\n  seed: must be positive\n  request id: abc\n  billed: maybe\nhint: Ask for less.\n',
    )
  })

  it('do not repeat a field that says just what the message does', () => {
    const message = 'The ledger x cannot be opened'
    const error = new LikenessError({ kind: 'invalid-request', message, fields: [{ field: 'path', message }] })
    expect(describeError(error)).toBe('error: The ledger x cannot be opened\n')
  })

  it('show where they come from with --debug alone', () => {
    const error = new Error('outer', { cause: new Error('inner') })
    expect(describeError(error)).not.toContain('    at ')
    expect(describeError(error, true)).toMatch(/Error: outer\n {4}at [\s\S]*Error: inner\n {4}at /)
  })
})

describe('what a router tells', () => {
  const base = { at: 0, router: 'best', request: 'key' }
  const attempt = { ...base, attempt: 'key 1', target: 'two', provider: 'astria', job: 'generation' } as const
  it.each<[RouterEvent, string | undefined]>([
    [{ ...attempt, type: 'attempt.started', role: 'first', n: 1 }, 'asking two'],
    [{ ...attempt, type: 'attempt.started', role: 'part', n: 3 }, 'asking two for 3 pictures'],
    [{ ...attempt, type: 'attempt.started', role: 'retry' }, 'asking two again'],
    [
      { ...base, type: 'fallback', from: 'one', to: 'two', kind: 'unavailable', reason: 'the vendor is down' },
      'one: unavailable; going on with two: the vendor is down',
    ],
    [{ ...attempt, type: 'hedge', step: 'started', ms: 4_200 }, 'not done after 4.2 s: asking two as well'],
    [{ ...attempt, type: 'hedge', step: 'won', ms: 9_000 }, 'two was faster'],
    [{ ...attempt, type: 'hedge', step: 'lost', ms: 9_000 }, 'two was slower, and is let go'],
    [
      { ...attempt, type: 'hedge', step: 'refused', ms: 4_200, reason: 'at most 5 %' },
      'not done after 4.2 s, but two is not asked as well: at most 5 %',
    ],
    [
      { type: 'breaker', at: 0, router: 'best', provider: 'fal', state: 'open' },
      'fal keeps failing, and is left alone for a while',
    ],
    [
      { ...base, type: 'budget', step: 'refused', provider: 'fal', job: 'generation', reason: 'monthly' },
      'fal: an unknown amount refused: monthly',
    ],
    [{ ...base, type: 'budget', step: 'settled', provider: 'fal', job: 'generation', amount: 1 }, undefined],
    [{ ...attempt, type: 'job.progress', state: 'running' }, undefined],
  ])('%j', (event, text) => expect(describeEvent(event)).toBe(text))
})

describe('file names', () => {
  it.each([
    [{ className: 'man', name: 'Ana María / 2' }, 'ana-maría-2.portfolio.json'],
    [{ className: 'dog' }, 'dog.portfolio.json'],
    [{ className: 'dog', name: '../..' }, 'subject.portfolio.json'],
  ])('%j', (subject, name) => expect(portfolioFileName(subject)).toBe(name))
})

describe('text of others', () => {
  it('cannot steer a terminal', () => {
    expect(printable('a\u001b[2Kb\rc\u009b1m\u202ed')).toBe('a\\u001b[2Kb\\u000dc\\u009b1m\\u202ed')
    expect(printable('Ana María: 80 %,\tfine\n')).toBe('Ana María: 80 %,\tfine\n')
    expect(JSON.parse(printable(JSON.stringify({ text: 'c\u009b1m' })))).toEqual({ text: 'c\u009b1m' })
  })
})

describe('table', () => {
  it('aligns columns and leaves out empty ones', () => {
    expect(
      table([
        ['a', '', 'long'],
        ['bbb', '', 'x'],
      ]),
    ).toBe('a    long\nbbb  x\n')
    expect(table([])).toBe('')
  })
})
