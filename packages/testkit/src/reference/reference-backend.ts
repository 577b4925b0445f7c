import { createHash } from 'node:crypto'
import type { Backend, BackendOptions, BackendSettings, JournalEntry, RefusalType } from '../backend.js'
import { createCallbacks } from './callbacks.js'
import { createFaults, type RequestFault } from './faults.js'
import { answer, classify, json, referenceOrigin, refuse } from './routes.js'
import { createSigner } from './signing.js'
import { createVendorState } from './vendor-state.js'
import { createVirtualClock } from './virtual-clock.js'

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

const refusals: Readonly<Record<RefusalType, () => Response>> = {
  unauthorized: () => refuse(401, 'bad_key', 'The key is not valid.'),
  'insufficient-credits': () => refuse(402, 'no_money', 'The balance is empty.'),
  forbidden: () => refuse(403, 'forbidden', 'The key may not do this.'),
  'not-found': () => refuse(404, 'not_found', 'There is no such thing.'),
  conflict: () => refuse(409, 'conflict', 'Something else is going on.'),
  'too-large': () => refuse(413, 'too_large', 'That is too much.'),
  'invalid-field': () => refuse(422, 'invalid', 'Must be less.', 'steps'),
  'content-blocked': () => refuse(422, 'blocked', 'We do not draw this.'),
  'service-closed': () => refuse(410, 'closed', 'This service is no longer offered.'),
  'server-error': () => refuse(500, 'internal', 'Something broke.'),
  unavailable: () => refuse(503, 'unavailable', 'Not now.'),
  'bad-gateway': () => refuse(502, 'gateway', 'No answer from upstream.'),
  'gateway-timeout': () => refuse(504, 'gateway', 'Upstream is too slow.'),
  'html-error': () =>
    new Response('<html>Bad gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } }),
  'truncated-json': () => new Response('{"id": "4f', { headers: { 'content-type': 'application/json' } }),
  'empty-body': () => new Response('', { headers: { 'content-type': 'application/json' } }),
}

const connectionFailed = (code: string) => Object.assign(new TypeError('fetch failed'), { cause: { code } })

/** Never resolves; rejects when the caller gives up. */
const silence = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** The reference vendor in memory: answers through `settings.fetch`, on a virtual clock. */
export function createReferenceBackend(options: BackendOptions): Backend<BackendSettings> {
  const apiKey = options.apiKey ?? 'reference-key-0123456789abcdef'
  const clock = createVirtualClock()
  const state = createVendorState(clock.now)
  const faults = createFaults()
  const signer = createSigner()
  const callbacks = createCallbacks({ clock, faults, signer, deliver: options.deliver })
  const world = { state, faults, now: clock.now, onAccepted: callbacks.plan }
  const journal: JournalEntry[] = []
  let offline = false

  function retryAfter(seconds: number | 'date' | undefined): Record<string, string> {
    if (seconds === undefined) return {}
    return { 'retry-after': seconds === 'date' ? new Date(clock.now() + 9_000).toUTCString() : String(seconds) }
  }

  /** What a fault says instead of the vendor; `undefined` where the vendor is asked first. */
  async function instead(fault: RequestFault | undefined, signal: AbortSignal): Promise<Response | undefined> {
    if (fault === undefined) return undefined
    switch (fault.type) {
      case 'reset-after':
      case 'bad-gateway-after':
      case 'gateway-timeout-after':
      case 'truncated-after':
        return undefined
      case 'reset-before':
        throw connectionFailed('ECONNRESET')
      case 'stall':
        return fault.accept ? undefined : silence(signal)
      case 'rate-limited':
        return Response.json(
          { error: { code: 'slow_down', message: 'Too fast.' } },
          { status: 429, headers: retryAfter(fault.retryAfter) },
        )
      case 'status':
        return new Response(fault.body ?? null, {
          status: fault.status,
          headers: { 'content-type': 'application/json', ...fault.headers },
        })
      default:
        return refusals[fault.type]()
    }
  }

  /** What is left of the vendor's answer. */
  async function lose(fault: RequestFault | undefined, given: Response, signal: AbortSignal): Promise<Response> {
    switch (fault?.type) {
      case 'reset-after':
        throw connectionFailed('ECONNRESET')
      case 'bad-gateway-after':
        return refusals['bad-gateway']()
      case 'gateway-timeout-after':
        return refusals['gateway-timeout']()
      case 'truncated-after':
        return new Response((await given.text()).slice(0, 8), { headers: { 'content-type': 'application/json' } })
      case 'stall':
        return silence(signal)
      default:
        return given
    }
  }

  async function handle(request: Request, signal: AbortSignal): Promise<Response> {
    const url = new URL(request.url)
    if (offline) throw connectionFailed('ECONNREFUSED')
    if (url.origin !== referenceOrigin) throw connectionFailed('ENOTFOUND')
    signal.throwIfAborted()
    const bytes = new Uint8Array(await request.arrayBuffer())
    const operation = classify(request.method, url.pathname)
    const isJson = request.headers.get('content-type') === 'application/json'
    const body: unknown = isJson && bytes.length > 0 ? JSON.parse(Buffer.from(bytes).toString()) : undefined
    const file = {
      name: url.searchParams.get('name') ?? 'body',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }
    const headers = Object.fromEntries(request.headers)
    const authenticated = headers.authorization === `Bearer ${apiKey}`
    const entry: Writable<JournalEntry> = {
      at: clock.now(),
      operation,
      paid: operation.endsWith('.submit'),
      method: request.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, ...(headers.authorization && { authorization: '[hidden]' }) },
      authenticated,
      files: operation === 'upload' ? [file] : [],
      ...(body === undefined ? {} : { body }),
    }
    journal.push(entry)
    const fault = faults.forRequest(operation)
    if (fault !== undefined) entry.fault = fault.type
    const given = (await instead(fault, signal)) ?? ask()
    const left = await lose(fault, given, signal)
    entry.status = left.status
    return left

    function ask(): Response {
      if (url.pathname === '/signing-key') return json({ key: signer.publicKey })
      const open = operation === 'output.download' || operation === 'weights.download'
      if (!authenticated && !open) return refusals.unauthorized()
      if (operation === 'upload') {
        const id = state.newId()
        state.uploads.set(id, file)
        return json({ id }, 201)
      }
      const before = state.stored.size
      const response = answer(world, operation, url, body)
      if (state.stored.size > before) entry.accepted = true
      return response
    }
  }

  /** Takes the caller's own signal: the one that a Request derives from it may be collected while it is waited for. */
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { signal = null, ...rest } = init ?? {}
    return handle(new Request(input, rest), signal ?? new AbortController().signal)
  }

  return {
    settings: { apiKey, fetch },
    clock,
    control: {
      journal,
      get jobs() {
        return state.jobs
      },
      get invoice() {
        return state.invoice
      },
      fault: faults.add,
      goOffline() {
        offline = true
      },
      goOnline() {
        offline = false
      },
      expire(jobId) {
        const job = state.stored.get(jobId)
        if (job === undefined) throw new RangeError(`no job ${jobId}`)
        job.ended = 'expired'
      },
      setBalance: state.setBalance,
      reset() {
        journal.length = 0
        faults.clear()
        state.reset()
      },
    },
    close() {},
  }
}
