import type { Cost, Estimate, FineTunedModel, JobHandle, NanoUSD } from '@likeness/core'
import type { AttemptLine, JobTimes, RecordedError, StoredImage, WorkLine } from './lines.js'

/** Where a piece of planned work stands, by the lines about it. */
export type WorkState =
  /** Not sent, or certainly not created. */
  | { readonly state: 'open'; readonly error?: RecordedError | undefined }
  /** Sent, or about to be: no outcome was recorded. */
  | {
      readonly state: 'intended'
      readonly idempotencyKey: string
      readonly at: number
      /** Why the vendor could not be asked for it. */
      readonly error?: RecordedError | undefined
    }
  | {
      readonly state: 'accepted'
      readonly handle: JobHandle
      /** Why its end could not be read. */
      readonly error?: RecordedError | undefined
    }
  | {
      readonly state: 'succeeded'
      readonly cost?: Cost | undefined
      readonly times: JobTimes
      readonly model?: FineTunedModel | undefined
      readonly images: readonly StoredImage[]
    }
  | {
      readonly state: 'failed'
      readonly error: RecordedError
      readonly cost?: Cost | undefined
      readonly times: JobTimes
    }
  | { readonly state: 'unknown'; readonly error?: RecordedError | undefined }

/** All that the lines of a run say of one piece of work. */
export interface WorkRecord {
  readonly state: WorkState
  /** How many paid requests were begun for it. */
  readonly attempts: number
  /** What is spent, or must be taken as spent, on it: the cost where it is known, else what was reserved. */
  readonly committed: NanoUSD
  /** Spent for certain. */
  readonly spent: NanoUSD
  /** Reserved by the attempt that is under way. */
  readonly reserved: NanoUSD
}

const untouched: WorkRecord = { state: { state: 'open' }, attempts: 0, committed: 0, spent: 0, reserved: 0 }

const upperBound = (estimate: Estimate | undefined) => estimate?.maximum ?? 0

/** The cost takes the place of what the attempt reserved; where it is unknown, the reservation stays. */
function settled(record: WorkRecord, cost: Cost | undefined, billed: RecordedError['billed'] = 'yes') {
  const earlier = record.committed - record.reserved
  if (cost !== undefined) {
    return { committed: earlier + cost.amount, spent: record.spent + cost.amount, reserved: 0 }
  }
  return { committed: billed === 'no' ? earlier : record.committed, reserved: 0 }
}

function after(record: WorkRecord, line: AttemptLine): WorkRecord {
  switch (line.type) {
    case 'opened':
    case 'closed':
      return record
    case 'intent': {
      const reserved = upperBound(line.estimate)
      return {
        ...record,
        state: { state: 'intended', idempotencyKey: line.idempotencyKey, at: Date.parse(line.at) },
        attempts: record.attempts + 1,
        committed: record.committed + reserved,
        reserved,
      }
    }
    case 'accepted':
      return { ...record, state: { state: 'accepted', handle: line.handle } }
    case 'postponed': {
      const { state } = record
      const waits = state.state === 'intended' || state.state === 'accepted'
      return waits ? { ...record, state: { ...state, error: line.error } } : record
    }
    case 'succeeded': {
      const { cost, times, model, images } = line
      return { ...record, ...settled(record, cost), state: { state: 'succeeded', cost, times, model, images } }
    }
    case 'failed': {
      const { cost, times, error } = line
      return { ...record, ...settled(record, cost, error.billed), state: { state: 'failed', cost, times, error } }
    }
    case 'returned':
      return { ...record, ...settled(record, undefined, 'no'), state: { state: 'open', error: line.error } }
    case 'unknown':
      return { ...record, ...settled(record, undefined), state: { state: 'unknown', error: line.error } }
  }
}

/** What is known of each piece of work, kept up to date line by line. */
export class RunRecords {
  readonly #records = new Map<string, WorkRecord>()
  readonly #history = new Map<string, WorkLine[]>()

  constructor(lines: readonly AttemptLine[] = []) {
    for (const line of lines) this.add(line)
  }

  add(line: AttemptLine): void {
    if (line.type === 'opened' || line.type === 'closed') return
    this.#records.set(line.key, after(this.of(line.key), line))
    this.#history.set(line.key, [...this.historyOf(line.key), line])
  }

  of(key: string): WorkRecord {
    return this.#records.get(key) ?? untouched
  }

  /** All lines about a piece of work, in their order. */
  historyOf(key: string): readonly WorkLine[] {
    return this.#history.get(key) ?? []
  }

  /** What must be taken as spent in all. */
  get committed(): NanoUSD {
    return [...this.#records.values()].reduce((sum, { committed }) => sum + committed, 0)
  }

  /** What is spent for certain. */
  get spent(): NanoUSD {
    return [...this.#records.values()].reduce((sum, { spent }) => sum + spent, 0)
  }
}
