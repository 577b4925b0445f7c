import { setImmediate as turn } from 'node:timers/promises'
import { LikenessError, type OnUnknown, type Portfolio } from '@likeness/core'
import { createEmulator, createVirtualClock, type VendorControl } from '@likeness/emulator'
import { vi } from 'vitest'
import { settleOpen } from '../ledger/settle-open.js'
import type { LedgerEntry } from '../ledger/types.js'
import { createRouter } from '../router.js'
import { arm, type Mishap } from './test-faults.js'
import { connect, type Emulated, type PaidOperation, perform, trainAt, type VendorName } from './test-operations.js'

/** A job that a vendor made, and what of it stands on its invoice, in nano-USD. */
export interface MadeJob {
  readonly vendor: VendorName
  readonly id: string
  /** `undefined`: not billed, or refunded. */
  readonly billed: number | undefined
}

/** What was seen of one request: on the vendors' side, and on ours. */
export interface Measured {
  /** `succeeded`, or the kind of the error. */
  readonly outcome: string
  /** Paid requests that arrived, by vendor. */
  readonly submits: readonly VendorName[]
  /** All that were made of them, after they had ended. */
  readonly jobs: readonly MadeJob[]
  /** The ledger after all jobs had ended, and those left open were settled. */
  readonly entries: readonly LedgerEntry[]
}

/** One request that meets a mishap. */
export interface Scene {
  readonly operation: PaidOperation
  readonly mishap: Mishap
  readonly onUnknown: OnUnknown
  readonly inTwoSteps?: boolean
}

/** Vendors with a model each, at which one request after the other meets its mishap. */
export interface Stage {
  measure(scene: Scene): Promise<Measured>
  close(): Promise<void>
}

/** More than any adapter waits for an answer, in milliseconds. */
const TOO_LONG_MS = 600_000

const halfAnHour = 1_800_000

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'succeeded'
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    return error.kind
  }
}

/** Whether the vendor has done all it will do about the request that it never answers. */
function hangs({ mishap: { fault, knowledge }, operation }: Scene, vendor: VendorControl, from: number): boolean {
  const paid = vendor.journal.slice(from).find((entry) => entry.paid)
  if (paid === undefined) return false
  if (knowledge === 'stuck') return operation.synchronous && paid.accepted === true
  if (paid.fault !== 'stall') return false
  const accepts = typeof fault === 'object' && fault.type === 'stall' && fault.accept === true
  const done = !operation.synchronous || vendor.jobs.at(-1)?.finishedAt !== undefined
  return !accepts || (paid.accepted === true && done)
}

/** Waits for the work; a request without an answer is given up as soon as none will come, without waiting for it. */
async function givingUp(scene: Scene, vendor: VendorControl, work: () => Promise<string>): Promise<string> {
  if (!scene.mishap.stalls && scene.mishap.knowledge !== 'stuck') return work()
  const from = vendor.journal.length
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    let ended = false
    const outcome = work().finally(() => {
      ended = true
    })
    while (!ended && !hangs(scene, vendor, from)) await turn()
    await turn()
    if (!ended) vi.advanceTimersByTime(TOO_LONG_MS)
    return await outcome
  } finally {
    vi.useRealTimers()
  }
}

/** Sets up the vendors of one target after the other; the mishap strikes at the first. */
export async function setStage(vendors: readonly [VendorName, ...VendorName[]]): Promise<Stage> {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock })
  const emulated: Emulated = { emulator, clock }
  let portfolio: Promise<Portfolio> | undefined

  async function measure(scene: Scene): Promise<Measured> {
    const { operation, mishap, onUnknown, inTwoSteps } = scene
    const { kind } = operation
    if (kind === 'generation') portfolio ??= trainAt(emulated, vendors)
    const models = await portfolio
    const members = vendors.map((name) => connect(emulated, name, mishap.stalls))
    const provider = createRouter({
      providers: Object.fromEntries(members.map((member) => [member.id, member])),
      target: { strategy: { mode: 'fallback' }, targets: members.map(({ id }) => ({ provider: id })) },
      onUnknown,
      clock,
    })
    const before = vendors.map((vendor) => ({ vendor, from: emulator.vendors[vendor].journal.length }))
    const struck = emulator.vendors[vendors[0]]
    const undo = await arm(mishap, struck, kind)
    const work = () => outcomeOf(perform(operation, { provider, portfolio: models, inTwoSteps, onUnknown }))
    const outcome = await givingUp(scene, struck, work)
    await undo()
    // What goes on at the vendors comes to its end.
    await clock.advance(halfAnHour)
    await settleOpen({ ledger: provider.ledger, providers: [provider] })
    const submits = before.flatMap(({ vendor, from }) =>
      emulator.vendors[vendor].journal
        .slice(from)
        .filter((entry) => entry.paid)
        .map((entry) => ({ vendor, jobId: entry.jobId })),
    )
    const jobs = submits.flatMap(({ vendor, jobId: id }): MadeJob[] => {
      if (id === undefined) return []
      const bills = emulator.vendors[vendor].invoice.filter((bill) => bill.jobId === id && bill.status === 'billed')
      return [
        { vendor, id, billed: bills.length === 0 ? undefined : bills.reduce((sum, bill) => sum + bill.amount, 0) },
      ]
    })
    return { outcome, submits: submits.map(({ vendor }) => vendor), jobs, entries: provider.ledger.entries() }
  }

  return { measure, close: () => emulator.close() }
}
