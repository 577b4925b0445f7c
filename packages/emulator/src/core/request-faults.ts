import type { EmulatorClock } from './clock.js'
import { gatewayPage } from './responses.js'
import type { RequestFault } from './types.js'
import type { Classification, RequestLine, VendorPlugin } from './vendor.js'
import type { Outcome } from './vendor-runtime.js'

interface Scene {
  readonly plugin: VendorPlugin
  readonly line: RequestLine & Classification
  readonly clock: EmulatorClock
  readonly signal: AbortSignal
  /** Lets the vendor do its work. */
  handle(): Promise<Response>
}

/** Acts out one scripted fault: with the vendor's own answers, or with what a network does. */
export async function applyFault(fault: RequestFault, scene: Scene): Promise<Outcome> {
  const { plugin, line, clock, handle } = scene
  switch (fault.type) {
    case 'rate-limited':
      return respond(withRetryAfter(plugin.refuse('rate-limited', line, clock.now()), fault.retryAfter, clock))
    case 'status':
      return respond(new Response(fault.body ?? null, { status: fault.status, headers: fault.headers ?? {} }))
    case 'reset-before':
      return { type: 'reset' }
    case 'reset-after':
      await handle()
      return { type: 'reset' }
    case 'bad-gateway-after':
      await handle()
      return respond(gatewayPage(502, 'Bad Gateway'))
    case 'gateway-timeout-after':
      await handle()
      return respond(plugin.refuse('gateway-timeout', line, clock.now()))
    case 'truncated-after':
      return respond(await truncate(await handle()))
    case 'stall':
      if (fault.accept) await handle()
      return { type: 'stall' }
    case 'slow':
      await clock.sleep(fault.ms, scene.signal)
      return respond(await handle())
    default:
      return respond(plugin.refuse(fault.type, line, clock.now()))
  }
}

function respond(response: Response): Outcome {
  return { type: 'response', response }
}

/** The date form names the second after the next, by the emulator's clock. */
function withRetryAfter(response: Response, retryAfter: number | 'date' | undefined, clock: EmulatorClock): Response {
  if (retryAfter === undefined) return response
  const headers = new Headers(response.headers)
  headers.set('retry-after', retryAfter === 'date' ? new Date(clock.now() + 2_000).toUTCString() : String(retryAfter))
  return new Response(response.body, { status: response.status, headers })
}

async function truncate(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  const headers = new Headers(response.headers)
  headers.delete('content-length')
  return new Response(bytes.subarray(0, Math.floor(bytes.length / 2)), { status: response.status, headers })
}
