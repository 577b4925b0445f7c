import { type Clock, LikenessError, type NanoUSD, systemClock } from '@likeness/core'
import { checkBudget, type PricedPlan, type Providers, pricePlan, providerNamed } from '../plan/price.js'
import { type PlannedPicture, type PlannedTraining, type PlannedWork, planWork } from '../plan/work.js'
import { pictureRequest, trainingRequest } from './asking.js'
import { concurrencyAt, createTurns, runLanes } from './lanes.js'
import type { WorkLine } from './lines.js'
import { withOwnPhotos } from './own-photos.js'
import type { RunProgress } from './progress.js'
import { createProgress } from './report-progress.js'
import type { RunFolder } from './run-folder.js'
import { openSession } from './session.js'
import { isSettled, stagesOf } from './stages.js'
import { RunRecords, type WorkRecord } from './states.js'
import { carryOut, type Workshop } from './worker.js'

/** How to carry out a run. */
export interface RunComparisonOptions extends RunFolder {
  readonly providers: Providers
  /** @default the machine's */
  readonly clock?: Clock | undefined
  /** Stops sending and waiting. What was accepted goes on at the vendors, and a later call collects it. */
  readonly abortSignal?: AbortSignal | undefined
  /** Called at the beginning and after each piece of work. */
  readonly onProgress?: ((progress: RunProgress) => void) | undefined
}

/** A piece of planned work and what became of it. */
export interface RunItem extends WorkRecord {
  readonly work: PlannedTraining | PlannedPicture
  /** All lines about it, in their order. */
  readonly history: readonly WorkLine[]
}

/** Where a run stands. */
export interface RunSummary {
  readonly id: string
  /** Whether all work has an outcome; calling again goes on with the rest. */
  readonly complete: boolean
  /** How many pieces of work stand at each state. */
  readonly counts: Readonly<Record<WorkRecord['state']['state'], number>>
  readonly spent: NanoUSD
  readonly committed: NanoUSD
  readonly items: readonly RunItem[]
}

function summarise(id: string, { trainings, pictures }: PlannedWork, records: RunRecords): RunSummary {
  const items = [...trainings, ...pictures].map((work) => ({
    work,
    history: records.historyOf(work.key),
    ...records.of(work.key),
  }))
  const counts = { open: 0, intended: 0, accepted: 0, succeeded: 0, failed: 0, unknown: 0 }
  for (const { state } of items) counts[state.state] += 1
  const complete = items.every(({ work }) => isSettled(work, records))
  return { id, complete, counts, spent: records.spent, committed: records.committed, items }
}

interface Floor extends Workshop {
  readonly options: RunComparisonOptions
  readonly priced: PricedPlan
  readonly stop: AbortController
}

async function workOff(floor: Floor): Promise<void> {
  const { options, priced, plan, records, clock, abortSignal, stop } = floor
  const { work } = priced
  const all = [...work.trainings, ...work.pictures]
  const progress = createProgress({ plan, work, records, clock })
  const names = [...new Set(all.map(({ provider }) => provider))]
  const turns = new Map(
    names.map((name) => [name, createTurns(providerNamed(options.providers, name), clock, abortSignal)]),
  )
  const estimates = new Map(priced.items.map(({ key, estimate }) => [key, estimate]))

  function requestOf(item: PlannedTraining | PlannedPicture) {
    const provider = providerNamed(options.providers, item.provider)
    if (item.kind === 'fine-tune') return trainingRequest(plan, item, provider, floor)
    const training = item.training === undefined ? undefined : records.of(item.training).state
    const model = training?.state === 'succeeded' ? training.model : undefined
    if (item.training !== undefined && model === undefined) return undefined
    return pictureRequest(plan, item, provider, { ...floor, model })
  }

  async function doOne(item: PlannedTraining | PlannedPicture): Promise<void> {
    abortSignal.throwIfAborted()
    const request = requestOf(item)
    if (request === undefined || ['succeeded', 'failed'].includes(records.of(item.key).state.state)) return
    const { key } = item
    const provider = providerNamed(options.providers, item.provider)
    const turn = turns.get(item.provider) ?? (async () => {})
    await carryOut(floor, { key, provider, estimate: estimates.get(key), request, turn })
    progress.ended(item)
    options.onProgress?.(progress.read())
  }

  const widthOf = (name: string) => concurrencyAt(plan, name, providerNamed(options.providers, name))
  const halt = (reason: unknown) => stop.abort(reason)
  options.onProgress?.(progress.read())
  // All trainings first: else the vendor that trains fastest would make its pictures while the others train.
  for (const [stage, items] of stagesOf(work).entries()) {
    progress.begin(stage)
    await runLanes(items, widthOf, doOne, halt)
  }
}

/**
 * Carries out a plan, or goes on where an earlier process stopped, however it stopped: nothing is paid for twice. Each
 * paid request is recorded before it leaves; one without a recorded outcome is asked for at the vendor, and where that
 * cannot be, it is `unknown` and left alone unless the plan says `resend`.
 *
 * @throws LikenessError `invalid-request` or `budget-exceeded` before anything is sent, `conflict` while another process
 * works on the run, `aborted`
 */
export async function runComparison(options: RunComparisonOptions): Promise<RunSummary> {
  const { id, store, clock = systemClock, abortSignal } = options
  const plan = withOwnPhotos(options)
  const priced = await pricePlan(plan, options.providers)
  checkBudget(plan, priced)
  const now = () => new Date(clock.now()).toISOString()
  const session = await openSession(store, now())
  const records = new RunRecords(session.lines)
  const stop = new AbortController()
  const signal = abortSignal === undefined ? stop.signal : AbortSignal.any([abortSignal, stop.signal])
  try {
    await workOff({ id, plan, store, records, clock, abortSignal: signal, options, priced, stop })
    await session.close(now())
  } catch (error) {
    session.abandon()
    // A line that cannot be written is not worth hiding the reason for which it ended.
    await session.close(now()).catch(() => {})
    if (abortSignal?.aborted && !LikenessError.is(error)) {
      throw new LikenessError({ kind: 'aborted', message: 'The run was stopped.', cause: error })
    }
    throw error
  }
  return summarise(id, priced.work, records)
}

/** Where a run stands, from its records alone. Sends nothing. */
export async function readRun({ id, plan, store }: RunFolder): Promise<RunSummary> {
  return summarise(id, planWork(plan), new RunRecords(await store.read()))
}
