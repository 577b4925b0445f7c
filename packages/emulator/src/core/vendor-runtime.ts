import { BodyError, readBody } from './body.js'
import type { EmulatorClock, SchedulingClock } from './clock.js'
import { holding, withSchedule } from './clock.js'
import { createFaults } from './faults.js'
import { createFileStore } from './file-store.js'
import { createInvoice } from './invoice.js'
import { journalBody, journalFiles, journalHeaders, journalQuery } from './journal.js'
import type { Pace } from './pace.js'
import { durationsOf } from './pace.js'
import type { ReadEmulated } from './reach.js'
import { reach } from './reach.js'
import { applyFault } from './request-faults.js'
import { text } from './responses.js'
import type { Spool } from './spool.js'
import { createTimers } from './timers.js'
import type { EmulatedJob, JournalEntry, VendorControl } from './types.js'
import type { ReceivedRequest, RequestLine, VendorContext, VendorPlugin } from './vendor.js'
import type { Deliver } from './webhooks.js'
import { createWebhooks } from './webhooks.js'

/** A request as a transport hands it over. The path has the vendor's prefix. */
export interface Incoming {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: AsyncIterable<Uint8Array> | null
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}

/** What becomes of it. `reset` and `stall` are for the transport to act out. */
export type Outcome =
  | { readonly type: 'response'; readonly response: Response }
  | { readonly type: 'reset' }
  | { readonly type: 'stall' }

export interface RuntimeOptions {
  readonly clock: EmulatorClock | SchedulingClock
  readonly pace: Pace
  readonly apiKey: string | undefined
  readonly spool: Spool
  readonly deliver: Deliver | undefined
  readonly readEmulated: ReadEmulated
  readonly isEmulated: (url: URL) => boolean
  readonly origin: () => string
  readonly onError: (error: unknown) => void
  readonly goOffline: () => Promise<void>
  readonly goOnline: () => Promise<void>
}

export interface VendorRuntime {
  readonly plugin: VendorPlugin
  readonly apiKey: string
  readonly control: VendorControl
  receive(incoming: Incoming): Promise<Outcome>
  /** Answers a GET of the emulator's own, unseen by journal and faults. */
  peek(url: URL): Promise<Response>
  close(): void
}

/** Runs one vendor: receives, journals, applies faults, and keeps what the vendor needs. */
export function createVendorRuntime(plugin: VendorPlugin, options: RuntimeOptions): VendorRuntime {
  const clock = withSchedule(options.clock)
  const apiKey = options.apiKey ?? plugin.defaultKey()
  const durations = durationsOf(options.pace, plugin.durations)
  const settings = plugin.settings()
  const timers = createTimers(clock, options.onError)
  const faults = createFaults()
  const invoice = createInvoice(clock)
  const files = createFileStore(options.spool, clock)
  const webhooks = createWebhooks({ clock, timers, faults, durations, deliver: options.deliver })
  const jobs: EmulatedJob[] = []
  const journal: JournalEntry[] = []

  const context: VendorContext<object> = {
    name: plugin.name,
    apiKey,
    settings,
    clock,
    durations,
    timers,
    jobs: {
      add(job) {
        jobs.push(job)
        return job
      },
      get: (id) => jobs.find((job) => job.id === id),
      all: jobs,
    },
    invoice,
    faults,
    webhooks,
    files,
    origin: options.origin,
    hold: (work) => holding(clock, work),
    fetchFile(url, limits) {
      const reading = reach(url, options.readEmulated, options.spool, limits)
      // Another program's answer may wait for time to pass; the emulator's own files do not.
      const isOwn = URL.canParse(url) && options.isEmulated(new URL(url))
      return isOwn ? holding(clock, reading) : reading
    },
  }
  const instance = plugin.create(context)

  async function receive(incoming: Incoming): Promise<Outcome> {
    const line: RequestLine = {
      method: incoming.method,
      path: incoming.url.pathname,
      query: incoming.url.searchParams,
      headers: incoming.headers,
    }
    const classified = { ...line, ...plugin.classify(line), authenticated: plugin.isAuthenticated(line, apiKey) }
    const entry: JournalEntry = {
      at: clock.now(),
      operation: classified.operation,
      paid: classified.paid,
      method: line.method,
      path: line.path,
      query: journalQuery(line.query, apiKey),
      headers: journalHeaders(line.headers, apiKey),
      authenticated: classified.authenticated,
      files: [],
    }
    journal.push(entry)
    let request: ReceivedRequest
    try {
      const body = await readBody(incoming.body, incoming.headers, options.spool)
      entry.body = journalBody(body, apiKey)
      entry.files = await holding(clock, journalFiles(body))
      request = toRequest(incoming, classified, body, entry)
    } catch (error) {
      if (!(error instanceof BodyError)) throw error
      entry.status = 400
      return { type: 'response', response: text(error.message, 400) }
    }
    const fault = faults.takeForRequest(classified.operation)
    if (fault !== undefined) entry.fault = fault.type
    const handle = async () => await instance.handle(request)
    const outcome =
      fault === undefined
        ? { type: 'response' as const, response: await handle() }
        : await applyFault(fault, { plugin, line: classified, clock, signal: incoming.signal, handle })
    if (outcome.type === 'response') entry.status = outcome.response.status
    return outcome
  }

  const control: VendorControl = {
    name: plugin.name,
    journal,
    jobs,
    invoice: invoice.entries,
    deliveries: webhooks.deliveries,
    settings,
    settingWords: Object.fromEntries(Object.entries(plugin.settingWords)),
    fault: (script) => faults.add(script),
    goOffline: options.goOffline,
    goOnline: options.goOnline,
    expire(jobId) {
      const job = jobs.find((candidate) => candidate.id === jobId)
      if (job === undefined) throw new RangeError(`${plugin.name} has no job ${jobId}`)
      instance.expire(job)
    },
    setBalance: (nanoUSD) => invoice.setBalance(nanoUSD),
    reset() {
      timers.cancelAll()
      journal.length = 0
      jobs.length = 0
      invoice.reset()
      webhooks.reset()
      faults.reset()
      instance.reset?.()
    },
  }

  return {
    plugin,
    apiKey,
    control,
    receive,
    async peek(url) {
      const line: RequestLine = { method: 'GET', path: url.pathname, query: url.searchParams, headers: new Headers() }
      const incoming = { ...line, url, body: null, signal: new AbortController().signal }
      const classified = { ...line, ...plugin.classify(line), authenticated: false }
      return await instance.handle(toRequest(incoming, classified, { type: 'none' }, undefined))
    },
    close: () => timers.cancelAll(),
  }
}

function toRequest(
  incoming: Pick<Incoming, 'url' | 'signal'>,
  classified: Omit<ReceivedRequest, 'url' | 'signal' | 'body' | 'accept' | 'addFiles'>,
  body: ReceivedRequest['body'],
  entry: JournalEntry | undefined,
): ReceivedRequest {
  return {
    ...classified,
    url: incoming.url,
    signal: incoming.signal,
    body,
    accept(jobId) {
      if (entry === undefined) return
      entry.accepted = true
      entry.jobId = jobId
    },
    addFiles(added) {
      entry?.files.push(...added)
    },
  }
}
