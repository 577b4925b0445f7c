import { LikenessError, nanoUSD } from '@likeness/core'
import { createVirtualClock } from '@likeness/emulator'
import { describe, expect, it } from 'vitest'
import { createLedger, type LedgerSettings } from './create-ledger.js'
import { aHandle, aSubject, charged, estimated } from './test-subjects.js'
import type { Budget, LedgerEntry } from './types.js'

const start = Date.UTC(2026, 10, 20, 23, 30)

function aLedger(settings: Partial<LedgerSettings> = {}) {
  const clock = createVirtualClock(start)
  return { clock, ledger: createLedger({ clock, ...settings }) }
}

const aDay = (limitUSD: number, changes: Partial<Budget> = {}): Budget => ({
  name: 'daily',
  limitUSD,
  per: 'day',
  ...changes,
})

async function refusedBy(work: Promise<unknown>): Promise<LikenessError> {
  const error = await work.catch((thrown: unknown) => thrown)
  if (!LikenessError.is(error)) throw new Error('it was not refused')
  expect(error.kind).toBe('budget-exceeded')
  return error
}

describe('a budget', () => {
  it('lets exactly as many concurrent requests through as it has money for', async () => {
    const { ledger } = aLedger({ budgets: [aDay(5)] })
    const reservations = await Promise.allSettled(Array.from({ length: 200 }, () => ledger.reserve(aSubject())))
    expect(reservations.filter(({ status }) => status === 'fulfilled')).toHaveLength(50)
    expect(ledger.entries()).toHaveLength(50)
    expect(ledger.budgets()).toEqual([
      { budget: 'daily', scope: '2026-11-20', limit: nanoUSD(5), spent: 0, held: nanoUSD(5), unpriced: 0 },
    ])
  })

  it('says which budget, what is asked for and what is left', async () => {
    const { ledger } = aLedger({ budgets: [aDay(0.25)] })
    await (await ledger.reserve(aSubject())).settle(charged(0.1))
    await ledger.reserve(aSubject())
    const error = await refusedBy(ledger.reserve(aSubject()))
    expect(error.message).toBe(
      'Budget `daily` (2026-11-20): $0.10 is asked for, $0.05 is left of $0.25 ($0.10 spent, $0.10 held). Nothing was sent.',
    )
    expect(error.hint).toContain('limitUSD')
    expect(ledger.obstacle(aSubject())).toContain('$0.05 is left')
    expect(ledger.obstacle(aSubject({ estimate: estimated(0.05) }))).toBeUndefined()
    expect(ledger.entries()).toHaveLength(2)
  })

  it('gets back what a request did not cost, and all of what was refunded', async () => {
    const { ledger } = aLedger({ budgets: [aDay(0.2)] })
    const [one, other] = [await ledger.reserve(aSubject()), await ledger.reserve(aSubject())]
    expect(ledger.obstacle(aSubject())).toBeDefined()
    await one.refund('rejected')
    expect(ledger.obstacle(aSubject())).toBeUndefined()
    await other.accept(aHandle('job-1'))
    await other.settle(charged(0.04))
    expect(ledger.budgets()).toMatchObject([{ spent: nanoUSD(0.04), held: 0 }])
  })

  it('goes on holding what may have been spent', async () => {
    const { ledger } = aLedger({ budgets: [aDay(0.1)] })
    const reservation = await ledger.reserve(aSubject())
    await reservation.unknown('the answer was lost')
    expect(ledger.budgets()).toMatchObject([{ spent: 0, held: nanoUSD(0.1) }])
    await refusedBy(ledger.reserve(aSubject()))
    await reservation.settle(charged(0))
    expect(ledger.obstacle(aSubject())).toBeUndefined()
  })

  it('tells the truth where a vendor charges more than was reserved', async () => {
    const { ledger } = aLedger({ budgets: [aDay(0.15)] })
    await (await ledger.reserve(aSubject())).settle(charged(0.2))
    expect(ledger.budgets()).toMatchObject([{ spent: nanoUSD(0.2), limit: nanoUSD(0.15) }])
    expect((await refusedBy(ledger.reserve(aSubject()))).message).toContain('$0.00 is left')
    expect(ledger.obstacle(aSubject({ estimate: estimated(0) }))).toBeUndefined()
  })

  it('refuses requests of unknown price, and says what to do', async () => {
    const { ledger } = aLedger({ budgets: [aDay(5)] })
    const error = await refusedBy(ledger.reserve(aSubject({ estimate: undefined })))
    expect(error.message).toContain('the price of this request is unknown')
    expect(error.hint).toContain('unpriced: allow')
  })

  it('shows requests of unknown price that it lets through, until all is spent', async () => {
    const { ledger } = aLedger({ budgets: [aDay(0.1, { unpriced: 'allow' })] })
    const reservation = await ledger.reserve(aSubject({ estimate: undefined }))
    await reservation.unknown('the answer was lost')
    expect(ledger.budgets()).toMatchObject([{ spent: 0, held: 0, unpriced: 1 }])
    await reservation.settle(charged(0.1))
    expect(ledger.budgets()).toMatchObject([{ spent: nanoUSD(0.1), unpriced: 0 }])
    await refusedBy(ledger.reserve(aSubject({ estimate: undefined })))
  })

  it('begins anew with its period, and counts a request for when it was reserved', async () => {
    const { clock, ledger } = aLedger({ budgets: [aDay(0.1)] })
    const before = await ledger.reserve(aSubject())
    await refusedBy(ledger.reserve(aSubject()))
    await clock.advance(3_600_000)
    await ledger.reserve(aSubject())
    await before.settle(charged(0.03))
    expect(ledger.budgets()).toMatchObject([
      { scope: '2026-11-20', spent: nanoUSD(0.03), held: 0 },
      { scope: '2026-11-21', spent: 0, held: nanoUSD(0.1) },
    ])
  })

  it.each([
    ['run', 'spring', 'spring'],
    ['run', undefined, 'no run'],
    ['hour', undefined, '2026-11-20T23'],
    ['month', undefined, '2026-11'],
    ['ever', undefined, 'ever'],
  ] as const)('counts per %s (%s)', async (per, run, scope) => {
    const { ledger } = aLedger({ budgets: [{ name: 'one', limitUSD: 1, per }] })
    await ledger.reserve(aSubject({ run }))
    expect(ledger.budgets()).toMatchObject([{ scope, held: nanoUSD(0.1) }])
  })

  it('concerns the tags it names, and each value of a tag by itself', async () => {
    const perCustomer = aDay(0.1, { name: 'customers', tags: { customer: '*', plan: 'free' } })
    const { ledger } = aLedger({ budgets: [perCustomer] })
    const free = (customer: string) => aSubject({ tags: { customer, plan: 'free' } })
    await ledger.reserve(free('acme'))
    expect((await refusedBy(ledger.reserve(free('acme')))).message).toContain('2026-11-20, customer=acme')
    await ledger.reserve(free('other'))
    await ledger.reserve(aSubject({ tags: { customer: 'acme', plan: 'paid' } }))
    await ledger.reserve(aSubject({ tags: { plan: 'free' } }))
    expect(ledger.budgets().map(({ scope, held }) => [scope, held])).toEqual([
      ['2026-11-20, customer=acme', nanoUSD(0.1)],
      ['2026-11-20, customer=other', nanoUSD(0.1)],
    ])
  })

  it('concerns nobody without its tag, whatever the tag is called', async () => {
    const { ledger } = aLedger({ budgets: [aDay(0.1, { tags: { constructor: '*' } })] })
    await ledger.reserve(aSubject({ tags: { customer: 'acme' } }))
    expect(ledger.budgets()).toEqual([])
  })

  it('is not counted in part where another one can count no further', async () => {
    const large: Budget = { name: 'large', limitUSD: 9_007_199, per: 'ever' }
    const { ledger } = aLedger({ budgets: [{ ...large, name: 'run', per: 'run' }, large] })
    const one = await ledger.reserve(aSubject({ run: 'one' }))
    const other = await ledger.reserve(aSubject({ run: 'other' }))
    await one.settle({ ...charged(0), amount: Number.MAX_SAFE_INTEGER - nanoUSD(0.1) })
    await expect(other.settle(charged(1))).rejects.toThrow('no exact amount')
    const [, ofOther] = ledger.budgets()
    expect(ofOther).toMatchObject({ scope: 'other', spent: 0, held: nanoUSD(0.1) })
  })

  it('keeps values apart that look alike when they are joined', async () => {
    const { ledger } = aLedger({ budgets: [aDay(0.1, { tags: { a: '*', b: '*' } })] })
    await ledger.reserve(aSubject({ tags: { a: '1, b=2', b: '3' } }))
    await ledger.reserve(aSubject({ tags: { a: '1', b: '2, b=3' } }))
    expect(ledger.entries()).toHaveLength(2)
  })

  it('sets nothing aside in one budget when another refuses', async () => {
    const { ledger } = aLedger({ budgets: [aDay(5), { name: 'small', limitUSD: 0.05, per: 'ever' }] })
    expect((await refusedBy(ledger.reserve(aSubject()))).message).toContain('`small` (ever)')
    expect(ledger.budgets()).toMatchObject([{ held: 0 }, { held: 0 }])
  })

  it.each([
    ['budgets.0.limitUSD', { name: 'a', limitUSD: -1, per: 'day' }],
    ['budgets.0.limitUSD', { name: 'a', limitUSD: Number.NaN, per: 'day' }],
    ['budgets.0.limitUSD', { name: 'a', limitUSD: 10_000_000, per: 'day' }],
    ['budgets.0.per', { name: 'a', limitUSD: 1, per: 'week' }],
    ['budgets.0.name', { name: '', limitUSD: 1, per: 'day' }],
  ])('names %s where it is wrong', (field, budget) => {
    let thrown: unknown
    try {
      aLedger({ budgets: [budget as Budget] })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ kind: 'invalid-request', fields: [{ field }] })
  })

  it('has a name of its own', () => {
    expect(() => aLedger({ budgets: [aDay(1), aDay(2)] })).toThrow('budgets.1.name there is a budget daily already')
  })
})

describe('a ledger', () => {
  it('finds the open entry of a job, and none once it is settled', async () => {
    const { ledger } = aLedger()
    const reservation = await ledger.reserve(aSubject())
    expect(ledger.find('fal', 'job-1')).toBeUndefined()
    await reservation.accept(aHandle('job-1'))
    expect(ledger.find('astria', 'job-1')).toBeUndefined()
    await ledger.find('fal', 'job-1')?.settle(undefined)
    expect(reservation.entry).toMatchObject({ state: 'unknown', reason: 'its cost could not be learnt' })
    await ledger.find('fal', 'job-1')?.settle(charged(0.02))
    expect(reservation.entry).toMatchObject({ state: 'settled', jobId: 'job-1', cost: charged(0.02) })
    expect(ledger.find('fal', 'job-1')).toBeUndefined()
  })

  it('lets what stayed unknown be settled by hand', async () => {
    const { ledger } = aLedger()
    const { entry } = await ledger.reserve(aSubject())
    await ledger.reservation(entry.id)?.refund('the vendor’s invoice does not have it')
    expect(ledger.entries()).toMatchObject([{ state: 'refunded' }])
    expect(ledger.reservation(entry.id)).toBeUndefined()
    expect(ledger.reservation('no such entry')).toBeUndefined()
  })

  it('lets two see one job through, if they agree', async () => {
    const { ledger } = aLedger({ budgets: [aDay(1)] })
    const reservation = await ledger.reserve(aSubject())
    await reservation.accept(aHandle('job-1'))
    const other = ledger.find('fal', 'job-1')
    await reservation.settle(charged(0.02))
    await other?.settle(charged(0.02, 'price-table'))
    await other?.settle(undefined)
    await expect(other?.accept(aHandle('job-1'))).rejects.toThrow(/`settled`.*`accepted`/)
    await expect(other?.settle(charged(0.03))).rejects.toThrow(/`settled`.*`settled`/)
    await expect(other?.refund('too late')).rejects.toThrow(/`settled`.*`refunded`/)
    expect(ledger.budgets()).toMatchObject([{ spent: nanoUSD(0.02), held: 0 }])
  })

  it('takes over no more of a request than it knows', async () => {
    const { ledger } = aLedger()
    await ledger.reserve({ ...aSubject(), prompt: 'a photo of {subject}', apiKey: 'secret' } as never)
    expect(JSON.stringify(ledger.entries())).not.toMatch(/photo|secret/)
  })

  it.each([Number.NaN, -1, 0.5])('sets nothing aside for an estimate of at least %s', async (minimum) => {
    const { ledger } = aLedger()
    const estimate = { ...estimated(0.1), minimum }
    await expect(ledger.reserve(aSubject({ estimate }))).rejects.toThrow('estimate.minimum must be')
    expect(ledger.entries()).toEqual([])
  })

  it.each([Number.NaN, -1, 0.5])('sets nothing aside for an estimate of %s', async (maximum) => {
    const { ledger } = aLedger({ budgets: [aDay(1)] })
    const estimate = { ...estimated(0.1), maximum }
    await expect(ledger.reserve(aSubject({ estimate }))).rejects.toThrow(/estimate\.maximum/)
    expect(ledger.entries()).toEqual([])
  })

  it('goes on from entries that it is given', async () => {
    const first = aLedger({ budgets: [aDay(0.2)] })
    await (await first.ledger.reserve(aSubject())).accept(aHandle('job-1'))
    const { ledger } = aLedger({ budgets: [aDay(0.2)], entries: first.ledger.entries() })
    expect(ledger.budgets()).toEqual(first.ledger.budgets())
    await ledger.find('fal', 'job-1')?.settle(charged(0.2))
    await refusedBy(ledger.reserve(aSubject()))
  })
})

describe('keeping', () => {
  it('is done before a reservation is given out', async () => {
    const kept: LedgerEntry[] = []
    let release = () => {}
    const disk = new Promise<void>((resolve) => {
      release = resolve
    })
    const keep = (entry: LedgerEntry) => {
      kept.push(entry)
      return disk
    }
    const { ledger } = aLedger({ keep })
    let given = false
    const reservation = ledger.reserve(aSubject()).then(() => {
      given = true
    })
    await Promise.resolve()
    expect({ given, kept }).toMatchObject({ given: false, kept: [{ state: 'reserved' }] })
    release()
    await reservation
    await ledger.flush()
    expect(given).toBe(true)
  })

  it('that fails gives nothing out and holds nothing', async () => {
    const { ledger } = aLedger({ budgets: [aDay(1)], keep: () => Promise.reject(new Error('the disk is full')) })
    await expect(ledger.reserve(aSubject())).rejects.toThrow('the disk is full')
    expect(ledger.budgets()).toMatchObject([{ held: 0 }])
    expect(ledger.entries()).toMatchObject([{ state: 'refunded', reason: expect.stringContaining('not sent') }])
    await ledger.flush()
  })

  it('that fails later is told, and does not unsay what happened', async () => {
    let fail = false
    const keep = () => (fail ? Promise.reject(new Error('the disk is full')) : Promise.resolve())
    const { ledger } = aLedger({ keep })
    const reservation = await ledger.reserve(aSubject())
    fail = true
    await expect(reservation.accept(aHandle('job-1'))).rejects.toThrow('the disk is full')
    expect(reservation.entry).toMatchObject({ state: 'accepted', jobId: 'job-1' })
  })

  it('sees the changes of one entry one after the other', async () => {
    const told: string[] = []
    const keep = async ({ state }: LedgerEntry) => {
      told.push(`${state} begins`)
      // A store that takes longer for earlier states than for later ones.
      for (let turns = state === 'accepted' ? 10 : 1; turns > 0; turns--) await Promise.resolve()
      told.push(`${state} ends`)
    }
    const { ledger } = aLedger({ keep })
    const reservation = await ledger.reserve(aSubject())
    await Promise.all([reservation.accept(aHandle('job-1')), reservation.settle(charged(0.1))])
    expect(told.slice(2)).toEqual(['accepted begins', 'accepted ends', 'settled begins', 'settled ends'])
  })
})

describe('a ledger that forgets', () => {
  it('keeps what is open and the latest of what is over; budgets count all of it', async () => {
    const { ledger } = aLedger({ budgets: [aDay(5)], finishedEntries: 2 })
    const open = await ledger.reserve(aSubject())
    const over = []
    for (let index = 0; index < 4; index += 1) {
      const reservation = await ledger.reserve(aSubject())
      await reservation.accept(aHandle(`job-${index}`))
      await reservation.settle(charged(0.1))
      over.push(reservation)
    }
    expect(ledger.entries().map(({ state }) => state)).toEqual(['reserved', 'settled', 'settled'])
    expect(ledger.budgets()[0]).toMatchObject({ spent: nanoUSD(0.4), held: nanoUSD(0.1) })
    expect(over[0]?.entry).toMatchObject({ state: 'settled', jobId: 'job-0' })
    await over[0]?.settle(charged(0.1))
    await expect(over[0]?.refund('late')).rejects.toThrow('cannot become')
    await open.refund('unused')
    expect([ledger.entries().length, ledger.forgotten]).toEqual([2, 3])
    expect(ledger.budgets()[0]).toMatchObject({ spent: nanoUSD(0.4), held: 0 })
  })

  it('finds the open entry of a job also when another one of the same job is forgotten', async () => {
    const { ledger } = aLedger({ finishedEntries: 0 })
    const [over, open] = [await ledger.reserve(aSubject()), await ledger.reserve(aSubject())]
    await over.accept(aHandle('job-1'))
    await open.accept(aHandle('job-1'))
    await over.settle(charged(0.1))
    expect(ledger.find('fal', 'job-1')?.entry.id).toBe(open.entry.id)
  })
})
