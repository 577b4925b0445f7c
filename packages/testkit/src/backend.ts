import type { Clock, FineTunedModel, JobHandle, JobKind, NanoUSD } from '@likeness/core'

/**
 * What a vendor looks like from behind: the second witness beside what an adapter returns. The types are structural:
 * an emulator fits them without either side importing the other.
 */

/** What a request meant, whatever the vendor calls it. */
export type BackendOperation =
  | `fine-tune.${'submit' | 'status' | 'result' | 'list' | 'update' | 'cancel' | 'remove'}`
  | `generation.${'submit' | 'status' | 'result' | 'list' | 'cancel' | 'remove'}`
  | 'upload'
  | 'account'
  | 'output.download'
  | 'weights.download'
  | 'webhook.register'
  | 'other'

/** A file as it arrived: a part of a form, a raw upload, or an entry of an uploaded archive. */
export interface ReceivedFile {
  readonly name: string
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** One request, in the order of arrival. */
export interface JournalEntry {
  /** Milliseconds since the epoch, by the backend's clock. */
  readonly at: number
  readonly operation: BackendOperation
  /** The request, if accepted, makes a job that is billed. */
  readonly paid: boolean
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Lower-case names; credentials are hidden. */
  readonly headers: Readonly<Record<string, string>>
  /** The request carried this vendor's key. */
  readonly authenticated: boolean
  /** Parsed JSON, or the fields of a form as `[name, value][]`. */
  readonly body?: unknown
  readonly files: readonly ReceivedFile[]
  /** What was answered; absent when there was no answer. */
  readonly status?: number
  /** Type of the scripted fault that was applied. */
  readonly fault?: string
  /** This request created a job. */
  readonly accepted?: boolean
}

/** A fine-tune or a generation at the vendor. */
export interface BackendJob {
  readonly kind: JobKind
  readonly id: string
  /** The vendor's own word. */
  readonly state: string
  /** Ids, or weights URLs, of the fine-tunes that this generation was really drawn from. */
  readonly appliedFineTunes: readonly string[]
}

/** One position of the vendor's invoice. */
export interface BilledJob {
  readonly kind: JobKind
  readonly jobId: string
  readonly amount: NanoUSD
  readonly status: 'billed' | 'refunded'
}

/** An answer in the vendor's own words and status. */
export type RefusalType =
  | 'unauthorized'
  | 'insufficient-credits'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'invalid-field'
  | 'content-blocked'
  | 'service-closed'
  | 'server-error'
  | 'unavailable'
  | 'bad-gateway'
  | 'gateway-timeout'
  | 'html-error'
  | 'truncated-json'
  | 'empty-body'

/** What can be scripted to go wrong. Those named `-after` create and bill the job, then lose the answer. */
export type Fault =
  | { readonly type: RefusalType }
  | {
      readonly type: 'rate-limited'
      /** Seconds, or `date` for the HTTP date form. */
      readonly retryAfter?: number | 'date'
    }
  | {
      readonly type: 'status'
      readonly status: number
      readonly body?: string
      readonly headers?: Record<string, string>
    }
  | { readonly type: 'reset-before' | 'reset-after' }
  | { readonly type: 'bad-gateway-after' | 'gateway-timeout-after' | 'truncated-after' }
  | { readonly type: 'stall'; readonly accept?: boolean }
  | { readonly type: 'job-failed'; readonly message?: string }
  | { readonly type: 'job-blocked' | 'job-stuck' }
  | {
      readonly type: 'webhook-lost' | 'webhook-doubled' | 'webhook-late' | 'webhook-reordered' | 'webhook-forged'
    }

/** A fault and when it strikes. */
export interface FaultScript {
  /** @default any */
  readonly operation?: BackendOperation
  /** How often it strikes. @default 1 */
  readonly times?: number
  /** How many matching requests pass unharmed first. @default 0 */
  readonly skip?: number
  readonly fault: Fault
}

/** Looks into the vendor and makes it misbehave. */
export interface BackendControl {
  readonly journal: readonly JournalEntry[]
  readonly jobs: readonly BackendJob[]
  readonly invoice: readonly BilledJob[]
  fault(script: FaultScript): void
  /** Connections are refused from now on. */
  goOffline(): Promise<void> | void
  goOnline(): Promise<void> | void
  /** Deletes of a job what the vendor deletes when its retention ends. */
  expire(jobId: string): void
  /** `undefined`: money never runs out. */
  setBalance(nanoUSD: NanoUSD | undefined): void
  reset(): void
}

/** Settings that every backend gives: the key it accepts, and how it is reached where that is not the real network. */
export interface BackendSettings {
  readonly apiKey: string
  readonly fetch?: typeof globalThis.fetch
}

/** What the cases of a live run share. */
export interface Shared {
  trained?: Promise<{ readonly handle: JobHandle; readonly model: FineTunedModel }>
}

/** A vendor to test against, reachable through `settings`. */
export interface Backend<Settings extends BackendSettings = BackendSettings> {
  /** Goes into the adapter's settings: base URLs, key, `fetch`. */
  readonly settings: Settings
  /** The vendor's clock. A virtual one moves when someone sleeps on it, so that no test waits. */
  readonly clock: Clock
  /** Absent for a real vendor, which cannot be looked into; the cases that need it are skipped. */
  readonly control?: BackendControl
  /** Set where cases share what is too dear to make anew for each; the kit fills it. */
  readonly shared?: Shared
  close(): Promise<void> | void
}

/** What the kit asks of a new backend. */
export interface BackendOptions {
  /** The key to accept. @default the backend's own */
  readonly apiKey?: string
  /** Callbacks go here, so that no port is needed to receive them. */
  readonly deliver: (request: Request) => Promise<Response>
}
