/**
 * What a test, a conformance kit or the control listener sees of an emulated vendor. Nothing here belongs to one vendor.
 */

/** What a request meant. Vendors whose trainings and generations share one protocol decide by the endpoint. */
export type Operation =
  | 'fine-tune.submit'
  | 'fine-tune.status'
  | 'fine-tune.result'
  | 'fine-tune.list'
  | 'fine-tune.update'
  | 'fine-tune.cancel'
  | 'fine-tune.remove'
  | 'upload'
  | 'generation.submit'
  | 'generation.status'
  | 'generation.result'
  | 'generation.list'
  | 'generation.cancel'
  | 'generation.remove'
  | 'account'
  | 'output.download'
  | 'weights.download'
  | 'webhook.register'
  | 'other'

export type JobKind = 'fine-tune' | 'generation'

/** A file as it arrived: a part of a multipart body, a raw upload, or an entry of an uploaded archive. */
export interface ReceivedFile {
  /** The form field it came in; absent for raw uploads and archive entries. */
  field?: string
  name: string
  /** Sniffed from the bytes where they are an image or an archive, else as the client declared it. */
  mediaType?: string
  bytes: number
  /** Lower-case hex. */
  sha256: string
  /** Pixels; present when the bytes decode as an image. */
  width?: number
  height?: number
}

/** One request, in the order of arrival. */
export interface JournalEntry {
  /** Milliseconds since the epoch, by the emulator's clock. */
  at: number
  operation: Operation
  /** The request, if accepted, makes a job that is billed. */
  paid: boolean
  method: string
  path: string
  query: Record<string, string>
  /** Lower-case names; credentials are replaced by `[redacted]`. */
  headers: Record<string, string>
  /** The request carried this vendor's key. */
  authenticated: boolean
  /** Parsed JSON, or the fields of a form as `[name, value][]` in arrival order; a file's value is `[file <name>]`. */
  body?: unknown
  files: ReceivedFile[]
  /** What was answered; absent when the connection was cut before an answer. */
  status?: number
  /** The type of the scripted fault that was applied. */
  fault?: string
  /** This request created a job. */
  accepted?: boolean
  /** The job that this request created. */
  jobId?: string
}

/** A fine-tune or a generation at an emulated vendor. `state` is the vendor's own word. */
export interface EmulatedJob {
  readonly kind: JobKind
  readonly id: string
  state: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  finishedAt?: number
  /**
   * Fine-tunes (ids, or weights URLs) whose photos this generation was really drawn from, whatever the vendor reports.
   * Empty for a training.
   */
  appliedFineTunes: string[]
  /** Endpoint id, slug or model, in the vendor's words. */
  model?: string
  /** Why it failed, when it did. */
  error?: string
}

/** Money is an integer number of nano-USD (1 USD = 1_000_000_000). */
export interface InvoiceLine {
  label: string
  quantity: number
  unit: string
  amount: number
}

export interface BilledJob {
  readonly kind: JobKind
  readonly jobId: string
  readonly amount: number
  readonly lines: readonly InvoiceLine[]
  readonly at: number
  status: 'billed' | 'refunded'
}

/** Answered with the vendor's own status and body. */
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

/** Applied to a request, before or after the vendor has handled it. */
export type RequestFault =
  | { type: RefusalType }
  | { type: 'rate-limited' /** Seconds, or `date` for the HTTP date form. */; retryAfter?: number | 'date' }
  | { type: 'status'; status: number; body?: string; headers?: Record<string, string> }
  | { type: 'reset-before' }
  | { type: 'reset-after' }
  | { type: 'bad-gateway-after' }
  | { type: 'gateway-timeout-after' }
  | { type: 'truncated-after' }
  | { type: 'stall'; accept?: boolean }
  | { type: 'slow'; ms: number }

/** Attached to the next job created. */
export type JobFault = { type: 'job-failed'; message?: string } | { type: 'job-blocked' } | { type: 'job-stuck' }

/** Attached to the webhook of the next job created with one. */
export type WebhookFault = {
  type: 'webhook-lost' | 'webhook-doubled' | 'webhook-late' | 'webhook-reordered' | 'webhook-forged'
}

export type Fault = RequestFault | JobFault | WebhookFault

export interface FaultScript {
  /** Default: any operation. For job and webhook faults: the submit of the kind of job meant. */
  operation?: Operation
  /** How often it strikes. Default 1. */
  times?: number
  /** How many matching requests (or jobs) pass unharmed first. Default 0. */
  skip?: number
  fault: Fault
}

/** One webhook request that the emulator sent, or swallowed. */
export interface WebhookDelivery {
  readonly at: number
  readonly jobId: string
  readonly url: string
  readonly attempt: number
  readonly outcome: 'delivered' | 'refused' | 'unreachable' | 'lost' | 'not-loopback'
  /** What the receiver answered. */
  readonly status?: number
  readonly forged?: true
}

/** Milliseconds. */
export interface Durations {
  fineTuneQueued: number
  fineTuneRunning: number
  /** After training, until the model can be called; for vendors that have such a phase. */
  fineTuneDeploying: number
  generationQueued: number
  generationRunning: number
}

/** Vendor-neutral control, so that one conformance kit can drive any vendor. */
export interface VendorControl<Settings extends object = object> {
  readonly name: string
  readonly journal: readonly JournalEntry[]
  readonly jobs: readonly EmulatedJob[]
  readonly invoice: readonly BilledJob[]
  readonly deliveries: readonly WebhookDelivery[]
  /** Queues a fault. Throws TypeError on a script that could never strike. */
  fault(script: FaultScript): void
  /** Connections are refused from now on. In process: TypeError('fetch failed') with cause.code ECONNREFUSED. */
  goOffline(): Promise<void>
  goOnline(): Promise<void>
  /** Deletes of a job what the vendor deletes when its retention ends. Throws RangeError on an unknown job. */
  expire(jobId: string): void
  /** `undefined`: money never runs out (the default). */
  setBalance(nanoUSD: number | undefined): void
  /** Vendor-specific switches; assign to them. */
  readonly settings: Settings
  /** Of the settings that take one of a few words: the words. */
  readonly settingWords: Readonly<Record<string, Readonly<Record<string, true>>>>
  /** Empties journal, jobs, invoice, deliveries and faults; the balance is unlimited again. */
  reset(): void
}
