import { execFile } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { nanoUSD } from '@likeness/core'
import { createVirtualClock } from '@likeness/emulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toJSONLines } from './export.js'
import { LedgerFile } from './ledger-file.js'
import { type FileLedger, type LedgerFileSettings, openLedger } from './open-ledger.js'
import { aHandle, aSubject, charged } from './test-subjects.js'
import type { Budget, LedgerEntry } from './types.js'

const runFile = promisify(execFile)

let folder: string
let path: string
let opened: FileLedger[]
let warnings: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'likeness-ledger-'))
  path = join(folder, 'new', 'ledger.jsonl')
  opened = []
  warnings = []
})

afterEach(async () => {
  await Promise.all(opened.map((ledger) => ledger.close().catch(() => {})))
  rmSync(folder, { recursive: true, force: true })
})

/** Opens the file as another process would. */
async function another(settings: Partial<LedgerFileSettings> = {}): Promise<FileLedger> {
  const clock = createVirtualClock(Date.UTC(2026, 10, 20))
  const ledger = await openLedger({ path, clock, onWarning: (message) => warnings.push(message), ...settings })
  opened.push(ledger)
  return ledger
}

const budget = (limitUSD: number): readonly Budget[] => [{ name: 'all', limitUSD, per: 'ever' }]
const lines = () => readFileSync(path, 'utf8').split('\n').slice(0, -1)
const parsed = () => lines().map((line) => JSON.parse(line) as LedgerEntry)

describe('the file of a ledger', () => {
  it('is made with its folder, for its owner alone', async () => {
    await another()
    expect(existsSync(path)).toBe(true)
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('has the intent before a reservation is given out, then one line for each change', async () => {
    const ledger = await another()
    const reservation = await ledger.reserve(aSubject())
    expect(parsed()).toMatchObject([{ version: 1, state: 'reserved', reserved: nanoUSD(0.1) }])
    await reservation.accept(aHandle('job-1'))
    await reservation.settle(charged(0.07))
    await reservation.settle(charged(0.07))
    expect(parsed()).toMatchObject([
      { state: 'reserved' },
      { state: 'accepted', jobId: 'job-1' },
      { state: 'settled', jobId: 'job-1', cost: { amount: nanoUSD(0.07) } },
    ])
  })

  it('gives the same ledger back', async () => {
    const ledger = await another({ budgets: budget(1) })
    const reservations = await Promise.all(
      Array.from({ length: 4 }, () => ledger.reserve(aSubject({ tags: { a: 'ü' } }))),
    )
    await reservations[0]?.accept(aHandle('job-1'))
    await reservations[1]?.settle(charged(0.02))
    await reservations[2]?.refund('rejected')
    await reservations[3]?.unknown('the answer was lost')
    const again = await another({ budgets: budget(1) })
    expect(again.entries()).toEqual(ledger.entries())
    expect(again.budgets()).toEqual(ledger.budgets())
    await again.find('fal', 'job-1')?.settle(charged(0.03))
    expect(ledger.find('fal', 'job-1')).toBeUndefined()
    expect(warnings).toEqual([])
  })

  it('reads what was exported', async () => {
    const ledger = await another()
    await (await ledger.reserve(aSubject())).settle(charged(0.02))
    const entries = ledger.entries()
    path = join(folder, 'copy.jsonl')
    writeFileSync(path, toJSONLines(entries))
    expect((await another()).entries()).toEqual(entries)
  })

  it('may end in a line that was cut off: told, left as it is, and no trouble for the next one', async () => {
    const before = await another({ budgets: budget(1) })
    await before.reserve(aSubject())
    await before.close()
    const whole = readFileSync(path, 'utf8')
    const torn = `${whole}${whole.slice(0, whole.length / 2)}`
    writeFileSync(path, torn)

    const ledger = await another({ budgets: budget(1) })
    expect(ledger.entries()).toHaveLength(1)
    expect(warnings).toEqual([expect.stringContaining('its last line is incomplete')])
    expect(readFileSync(path, 'utf8')).toBe(torn)

    await ledger.reserve(aSubject())
    expect(ledger.entries()).toHaveLength(2)
    expect(readFileSync(path, 'utf8').startsWith(torn)).toBe(true)
    warnings = []
    const again = await another({ budgets: budget(1) })
    expect(again.entries()).toEqual(ledger.entries())
    expect(again.budgets()).toMatchObject([{ held: nanoUSD(0.2) }])
    expect(warnings).toEqual([expect.stringContaining(`left out, the first at byte ${Buffer.byteLength(whole)}.`)])
  })

  it('can be cut off at any byte: no whole line is lost, and none is made up', async () => {
    const ledger = await another()
    const reservation = await ledger.reserve(aSubject({ run: 'Frühling' }))
    await reservation.accept(aHandle('job-1'))
    await reservation.settle(charged(0.07))
    await ledger.close()
    const bytes = readFileSync(path)
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(path, bytes.subarray(0, length))
      const states = parsed().map(({ state }) => state)
      const cut = await another()
      expect(cut.entries().map(({ state }) => state)).toEqual(states.slice(-1))
      await cut.reserve(aSubject())
      await cut.close()
      const again = await another()
      expect(again.entries().map(({ state }) => state)).toEqual([...states.slice(-1), 'reserved'])
      await again.close()
    }
  })

  it('tells of lines that are no entries, and goes on', async () => {
    const before = await another()
    await (await before.reserve(aSubject())).unknown('the answer was lost')
    const { reason: _, ...incomplete } = parsed()[1] as LedgerEntry
    appendFileSync(path, `nonsense\n\n${JSON.stringify({ ...incomplete, id: 'other' })}\n{"id":1}\n`)
    const ledger = await another()
    expect(ledger.entries()).toEqual(before.entries())
    expect(warnings).toEqual(expect.arrayContaining([expect.stringContaining('3 line(s) cannot be read')]))
  })

  it.each(['nonsense\n', 'Dear Rex,\nhow are you?\n', '{"models":[]}\n{"models":[]}\n'])(
    'leaves a file alone that is no ledger: %j',
    async (text) => {
      mkdirSync(dirname(path))
      writeFileSync(path, text)
      await expect(another()).rejects.toMatchObject({
        kind: 'invalid-request',
        message: expect.stringContaining(`${path} is no ledger: `),
      })
      expect(readFileSync(path, 'utf8')).toBe(text)
    },
  )

  it('takes no line that it could not read back', async () => {
    const ledger = await another({ budgets: budget(1) })
    const before = lines()
    const estimate = { ...charged(0.1), minimum: 0, maximum: nanoUSD(0.1), asOf: '2026-11-01' }
    const broken = { ...estimate, lines: [{ label: 'images', quantity: Number.NaN, unit: 'image', amount: 0 }] }
    await expect(ledger.reserve(aSubject({ estimate: broken }))).rejects.toThrow(/estimate\.lines\.0\.quantity/)
    expect(lines()).toEqual(before)
    expect(ledger.budgets()).toMatchObject([{ held: 0 }])
  })

  it('is not used where it holds lines of a later version', async () => {
    const ledger = await another()
    await ledger.reserve(aSubject())
    appendFileSync(path, `${JSON.stringify({ ...parsed()[0], version: 2, id: 'later' })}\n`)
    await expect(another()).rejects.toThrow('lines of version 2')
    for (let count = 0; count < 2; count++) await expect(ledger.reserve(aSubject())).rejects.toThrow('version 2')
    expect(lines()).toHaveLength(2)
  })

  it.each([
    ['deleted', () => rmSync(path)],
    ['shortened', () => truncateSync(path, 10)],
  ])('that is %s while it is in use stops spending', async (what, harm) => {
    const ledger = await another()
    await ledger.reserve(aSubject())
    harm()
    await expect(ledger.reserve(aSubject())).rejects.toThrow(`was ${what} while it was in use`)
  })

  it('that cannot be opened is named', async () => {
    await expect(another({ path: folder })).rejects.toMatchObject({
      kind: 'invalid-request',
      message: expect.stringContaining(folder),
      fields: [{ field: 'path' }],
    })
  })

  it('takes nothing after it was closed', async () => {
    const ledger = await another()
    await ledger.close()
    await Promise.all([ledger.close(), ledger.flush()])
    await expect(ledger.reserve(aSubject())).rejects.toThrow('is closed')
  })

  it('is read in pieces', () => {
    const file = new LedgerFile(path, 16)
    const texts = ['first', 'ünd second', 'x'.repeat(15), 'last']
    appendFileSync(path, `${texts.join('\n')}\n`)
    expect(file.read().map(({ text }) => text)).toEqual(texts)
    appendFileSync(path, 'x'.repeat(16))
    expect(() => file.read()).toThrow('too long')
    return file.close()
  })
})

describe('two ledgers on one file', () => {
  it('see what the other has reserved before they check a budget', async () => {
    const [one, other] = [await another({ budgets: budget(0.5) }), await another({ budgets: budget(0.5) })]
    const attempts = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).reserve(aSubject()))
    const outcomes = await Promise.allSettled(attempts)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    expect(lines()).toHaveLength(5)
    expect(one.budgets()).toEqual(other.budgets())
    expect(one.entries().map(({ id }) => id)).toEqual(other.entries().map(({ id }) => id))
  })

  it('may both see one job through', async () => {
    const [one, other] = [await another({ budgets: budget(1) }), await another({ budgets: budget(1) })]
    const reservation = await one.reserve(aSubject())
    await reservation.accept(aHandle('job-1'))
    const resumed = other.find('fal', 'job-1')
    await reservation.settle(charged(0.02))
    await resumed?.settle(charged(0.02))
    expect(other.find('fal', 'job-1')).toBeUndefined()
    expect(other.budgets()).toMatchObject([{ spent: nanoUSD(0.02), held: 0 }])
    expect(parsed().map(({ state }) => state)).toEqual(['reserved', 'accepted', 'settled'])
  })

  it('know at once what the other has learnt', async () => {
    const [one, other] = [await another(), await another()]
    const own = await one.reserve(aSubject())
    await own.accept(aHandle('job-1'))
    await other.find('fal', 'job-1')?.settle(charged(0.07))
    expect(own.entry.state).toBe('settled')
    const second = await one.reserve(aSubject())
    await second.accept(aHandle('job-2'))
    await other.find('fal', 'job-2')?.settle(charged(0.07))
    await second.settle(undefined)
    expect(one.entries().map(({ state }) => state)).toEqual(['settled', 'settled'])
  })

  it('keep what was told first where they contradict each other, and say so', async () => {
    const one = await another()
    await (await one.reserve(aSubject())).settle(charged(0.02))
    appendFileSync(path, `${JSON.stringify({ ...parsed()[0], state: 'refunded', reason: 'rejected' })}\n`)
    expect(one.entries()).toMatchObject([{ state: 'settled' }])
    expect((await another()).entries()).toMatchObject([{ state: 'settled' }])
    expect(warnings).toEqual([1, 2].map(() => expect.stringContaining('`refunded` contradicts it')))
  })
})

describe('processes that write at the same time', () => {
  /** Appends copies of the first line, each under an id of its own, as fast as it can. */
  const script = `
    const { openSync, readFileSync, writeSync } = require('node:fs')
    const [path, prefix, count] = process.argv.slice(1)
    const entry = JSON.parse(readFileSync(path, 'utf8').split('\\n')[0])
    const file = openSync(path, 'a')
    for (let index = 0; index < Number(count); index++) {
      writeSync(file, JSON.stringify({ ...entry, id: prefix + index }) + '\\n')
    }
  `

  it('lose no line of each other', async () => {
    const ledger = await another({ budgets: budget(100_000) })
    await ledger.reserve(aSubject())
    const others = ['a', 'b'].map((prefix) => runFile(process.execPath, ['-e', script, path, prefix, '400']))
    let done = false
    const all = Promise.all(others).finally(() => {
      done = true
    })
    let own = 1
    for (; !done || own < 50; own++) await ledger.reserve(aSubject())
    await all
    expect(ledger.entries()).toHaveLength(own + 800)
    expect(lines()).toHaveLength(own + 800)
    expect(ledger.budgets()).toMatchObject([{ held: nanoUSD(0.1) * (own + 800), spent: 0 }])
    // Of two that were written within the same moment, this process may have put its own first.
    const byId = (entries: readonly LedgerEntry[]) => entries.toSorted((one, other) => (one.id < other.id ? -1 : 1))
    expect(byId((await another()).entries())).toEqual(byId(ledger.entries()))
    expect(warnings).toEqual([])
  })
})
