import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVirtualClock } from '@likeness/emulator'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type FileLedger, openLedger } from './open-ledger.js'
import { aHandle, aSubject, charged } from './test-subjects.js'

/** A disk whose syncs are counted and can be held up or fail, and that can be full amid a line. */
const disk = vi.hoisted(() => ({
  syncs: 0,
  failure: undefined as Error | undefined,
  held: undefined as (() => void)[] | undefined,
  bytesLeft: Number.POSITIVE_INFINITY,
}))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    fdatasync(_file: number, done: (error: Error | null) => void) {
      disk.syncs++
      const finish = () => done(disk.failure ?? null)
      if (disk.held === undefined) finish()
      else disk.held.push(finish)
    },
    writeSync: (file: number, bytes: Buffer) => fs.writeSync(file, bytes.subarray(0, disk.bytesLeft)),
  }
})

let folder: string
let path: string
let ledger: FileLedger

beforeEach(async () => {
  Object.assign(disk, { syncs: 0, failure: undefined, held: undefined, bytesLeft: Number.POSITIVE_INFINITY })
  folder = mkdtempSync(join(tmpdir(), 'likeness-ledger-'))
  path = join(folder, 'ledger.jsonl')
  ledger = await openLedger({
    path,
    clock: createVirtualClock(),
    budgets: [{ name: 'all', limitUSD: 50, per: 'ever' }],
  })
})

afterEach(async () => {
  disk.failure = undefined
  await ledger.close()
  rmSync(folder, { recursive: true, force: true })
})

it('gives a reservation out once its line is on the disk, and not before', async () => {
  disk.held = []
  let given = false
  const reservation = ledger.reserve(aSubject()).then((one) => {
    given = true
    return one
  })
  await vi.waitFor(() => expect(disk.held).toHaveLength(1))
  expect(readFileSync(path, 'utf8')).toContain('"state":"reserved"')
  expect(given).toBe(false)
  for (const finish of disk.held) finish()
  disk.held = undefined
  await (await reservation).accept(aHandle('job-1'))
  expect(disk.syncs).toBe(2)
  await (await reservation).settle(charged(0.1))
  expect(disk.syncs).toBe(2)
  await ledger.flush()
  expect(disk.syncs).toBe(3)
})

it('waits for the disk once for many', async () => {
  await Promise.all(Array.from({ length: 200 }, () => ledger.reserve(aSubject())))
  expect(disk.syncs).toBeGreaterThan(0)
  expect(disk.syncs).toBeLessThanOrEqual(2)
})

it('a line written while the disk is busy waits for the next turn of the disk', async () => {
  disk.held = []
  const first = ledger.reserve(aSubject())
  await vi.waitFor(() => expect(disk.held).toHaveLength(1))
  const second = ledger.reserve(aSubject())
  disk.held[0]?.()
  await first
  await vi.waitFor(() => expect(disk.held).toHaveLength(2))
  disk.held[1]?.()
  disk.held = undefined
  await second
})

it('sets nothing aside for what did not reach the disk', async () => {
  disk.failure = new Error('EIO')
  await expect(ledger.reserve(aSubject())).rejects.toThrow('did not reach the disk')
  expect(ledger.budgets()).toMatchObject([{ held: 0 }])
  disk.failure = undefined
  await ledger.reserve(aSubject())
})

it('starts anew after a line that the full disk took only a part of', async () => {
  disk.bytesLeft = 20
  await expect(ledger.reserve(aSubject())).rejects.toThrow(/took only 20 of \d+ bytes: is the disk full\?/)
  expect(ledger.budgets()).toMatchObject([{ held: 0 }])
  disk.bytesLeft = Number.POSITIVE_INFINITY
  const { entry } = await ledger.reserve(aSubject())
  const [torn, whole, end] = readFileSync(path, 'utf8').split('\n')
  expect(torn).toHaveLength(20)
  expect(JSON.parse(whole ?? '')).toMatchObject({ id: entry.id })
  expect(end).toBe('')
})
