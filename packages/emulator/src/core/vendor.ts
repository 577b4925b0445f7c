/**
 * How a vendor joins the emulator: one `VendorPlugin` value, registered in `src/vendors.ts`. The core never names one.
 *
 * A request reaches a vendor like this:
 *  1. The core receives it (from a socket, or in process through `emulator.fetch`), finds the vendor by listener or
 *     origin, and reads the body: JSON is parsed, forms and multipart become `fields` in arrival order, files and any
 *     other body are spooled to disk (`StoredFile`). Every verb may carry a body, GET too.
 *  2. `plugin.classify` says what it means; `plugin.isAuthenticated` whether it carries the key. Both are pure. The
 *     core writes the journal (credentials redacted, uploaded zips opened and listed). A vendor never writes to it,
 *     except through `request.accept(jobId)` (call it once when a job was created) and `request.addFiles(files)` (for
 *     files that the vendor fetched itself, such as `image_urls`).
 *  3. Scripted faults strike: refusals come from `plugin.refuse(type, ...)`; resets, stalls, slowness and lost answers
 *     are the core's own work. A vendor only asks for its job faults: `context.faults.takeForJob(kind)`, once a job.
 *  4. `instance.handle(request)` answers with a web `Response`. It checks the key itself (so that its own 401 shows).
 *     Routing is the vendor's choice; with Hono:
 *     `const app = new Hono<{ Bindings: { request: ReceivedRequest } }>()` and
 *     `handle: request => app.fetch(new Request(request.url, { method: request.method }), { request })`;
 *     then read `c.env.request` for headers and body (a web Request refuses a GET with a body).
 *
 * URLs: one listener, hence one origin, per vendor. A vendor that has several hosts puts each under a path prefix of
 * its own (`endpoints(origin)` says so to users) and lists in `publicOrigins` which real origin means which prefix, so
 * that in process the vendor's real addresses work too. Build every URL that leaves from `context.origin()` at the
 * time of use: it changes when the emulator starts to listen.
 *
 * Time: `context.timers.after(ms, task)` runs a task when the clock gets there, awaited, so webhooks sent in a task
 * are delivered before a virtual clock moves on. Never use setTimeout or Date. `context.durations` are already paced.
 *
 * Jobs: `context.jobs.add(job)` takes your own object as long as it extends `EmulatedJob`; mutate its `state`.
 * Money: ask `context.invoice.canAfford(amount)` first, `bill(...)` when the job is accepted or done (as the vendor
 * does), `refund(jobId)` when it is taken back.
 * Files: `context.files.add(...)` / `context.files.addLazy(...)` keep uploads, pictures and weights;
 * `files.respond(id, headers)` serves them. Pictures are drawn on the first download: pass a lazy asset.
 * Pure helpers to import: `drawPicture` (core/pictures/draw.ts), `packWeights` / `readWeights` (core/weights.ts),
 * `openArchive` (core/archive.ts), `inspectImage` (core/images.ts), `json`, `text`, `html` (core/responses.ts).
 */
import type { EmulatorClock } from './clock.js'
import type { FileStore, StoredFile } from './files.js'
import type {
  BilledJob,
  Durations,
  EmulatedJob,
  InvoiceLine,
  JobFault,
  JobKind,
  Operation,
  ReceivedFile,
  RefusalType,
} from './types.js'

/** A form field; the value of a file part is the stored file. */
export interface FormField {
  readonly name: string
  readonly value: string | StoredFile
}

/** A request body, by content type. An empty body is `none` whatever the content type says. */
export type ReceivedBody =
  | { readonly type: 'none' }
  | { readonly type: 'json'; readonly value: unknown }
  | { readonly type: 'malformed-json'; readonly text: string }
  | { readonly type: 'form'; readonly encoding: 'multipart' | 'urlencoded'; readonly fields: readonly FormField[] }
  | { readonly type: 'binary'; readonly file: StoredFile }

/** What classification may look at. `path` has the vendor's prefix, no origin and no query. */
export interface RequestLine {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
}

export interface Classification {
  readonly operation: Operation
  readonly paid: boolean
}

export interface ReceivedRequest extends RequestLine, Classification {
  readonly url: URL
  readonly body: ReceivedBody
  /** The request carries this vendor's key, by `plugin.isAuthenticated`. */
  readonly authenticated: boolean
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  /** Notes in the journal that this request created the job. */
  accept(jobId: string): void
  /** Adds files to the journal entry of this request. */
  addFiles(files: readonly ReceivedFile[]): void
}

export interface Timers {
  /** Runs the task `ms` from now on the emulator's clock. Returns its cancellation. A task that throws is reported. */
  after(ms: number, task: () => void | Promise<void>): () => void
}

interface Jobs {
  add<Job extends EmulatedJob>(job: Job): Job
  get(id: string): EmulatedJob | undefined
  readonly all: readonly EmulatedJob[]
}

export interface Invoice {
  /** False when a balance is set and does not cover the amount (or is empty). */
  canAfford(amount: number): boolean
  /** Nano-USD; undefined when money never runs out. */
  readonly balance: number | undefined
  /** The amount is the sum of the lines. */
  bill(entry: { kind: JobKind; jobId: string; lines: readonly InvoiceLine[] }): BilledJob
  /** Does nothing when the job was never billed. */
  refund(jobId: string): void
  readonly entries: readonly BilledJob[]
}

export interface WebhookMessage {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export interface WebhookOptions {
  readonly kind: JobKind
  readonly jobId: string
  readonly url: string
  /** Delays in ms before each further try after a failed one. Default none: one try. */
  readonly retryAfter?: readonly number[]
  /** What an attacker would send: plausible, unsigned or wrongly signed. Sent at once when `webhook-forged` strikes. */
  readonly forge: () => WebhookMessage
}

export interface Webhook {
  /** Sends (or loses, doubles, delays, swaps) the message; called again for every further message of the same job. */
  send(message: () => WebhookMessage): Promise<void>
}

export interface Webhooks {
  /** Called once at the job's creation: takes the scripted webhook fault, if any. */
  open(options: WebhookOptions): Webhook
}

export interface JobFaults {
  /** The scripted fate of a job that is being created. Call exactly once a job. */
  takeForJob(kind: JobKind): JobFault | undefined
}

/** What the core gives a vendor. */
export interface VendorContext<Settings extends object> {
  readonly name: string
  readonly apiKey: string
  readonly settings: Settings
  readonly clock: EmulatorClock
  readonly durations: Durations
  readonly timers: Timers
  readonly jobs: Jobs
  readonly invoice: Invoice
  readonly faults: JobFaults
  readonly webhooks: Webhooks
  readonly files: FileStore
  /** For what takes this machine a while and a vendor no time: a virtual clock stands still meanwhile. Never wait in it. */
  hold<Value>(work: Promise<Value>): Promise<Value>
  /** Where this vendor can be reached now, without a trailing slash. */
  origin(): string
  /**
   * Reads a URL that a request named: `data:`, any emulated origin (in process, without a socket), or another loopback
   * address. Throws `UnreachableUrlError` (core/reach.ts) for every other host and for answers that are not 2xx.
   */
  fetchFile(url: string, options?: { readonly signal?: AbortSignal; readonly maxBytes?: number }): Promise<StoredFile>
}

export interface VendorInstance {
  handle(request: ReceivedRequest): Promise<Response> | Response
  /** Deletes what the vendor deletes at the end of its retention. The job is known to exist. */
  expire(job: EmulatedJob): void
  /** Forgets everything the vendor keeps beyond jobs, files and invoice. */
  reset?(): void
}

/** Of the settings that take one of a few words: the words. One that is missing does not compile. */
export type SettingWords<Settings extends object> = {
  readonly [Name in keyof Settings as string extends Settings[Name]
    ? never
    : Settings[Name] extends string
      ? Name
      : never]: Readonly<Record<Settings[Name] & string, true>>
}

export interface VendorPlugin<Settings extends object = object, Endpoints extends object = object> {
  readonly name: string
  /** The key that is accepted unless the user names another. Made anew for every emulator. */
  defaultKey(): string
  /** Fresh default settings. */
  settings(): Settings
  readonly settingWords: SettingWords<Settings>
  /** The vendor's measured times. `fast` times come from the core. */
  readonly durations: Durations
  /** Real origins of the vendor and the path prefix (`''` or `/prefix`) that stands for each. In-process use only. */
  readonly publicOrigins: Readonly<Record<string, string>>
  /** What a user puts into an adapter's settings: base URLs under the given origin, and the key. */
  endpoints(origin: string, apiKey: string): Endpoints
  classify(line: RequestLine): Classification
  isAuthenticated(line: RequestLine, apiKey: string): boolean
  /** The vendor's real answer of this type; `rate-limited` gets its Retry-After header from the core when scripted. `now`: ms since the epoch. */
  refuse(type: RefusalType | 'rate-limited', line: RequestLine & Classification, now: number): Response
  create(context: VendorContext<Settings>): VendorInstance
}
