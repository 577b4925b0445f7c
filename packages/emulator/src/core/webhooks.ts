import type { EmulatorClock } from './clock.js'
import type { Faults } from './faults.js'
import { isLoopback } from './reach.js'
import type { Durations, JobKind, WebhookDelivery, WebhookFault } from './types.js'
import type { Timers, Webhook, WebhookMessage, WebhookOptions, Webhooks } from './vendor.js'

/** Sends one webhook request; injected by tests that have no port. */
export type Deliver = (request: Request) => Promise<Response>

interface Dependencies {
  readonly clock: EmulatorClock
  readonly timers: Timers
  readonly faults: Faults
  readonly durations: Durations
  readonly deliver: Deliver | undefined
}

/** Wall-clock guard against a receiver that never answers (fal documents 15 s for the first try). */
const receiverTimeout = 15_000

/** Sends a vendor's webhooks, to this machine only, and applies the scripted webhook faults. */
export function createWebhooks(
  dependencies: Dependencies,
): Webhooks & { readonly deliveries: WebhookDelivery[]; reset(): void } {
  const { clock, timers, faults, durations } = dependencies
  const deliveries: WebhookDelivery[] = []
  const heldBack: (() => Promise<void>)[] = []

  async function attempt(
    hook: WebhookOptions,
    message: () => WebhookMessage,
    tried: number,
    forged: boolean,
  ): Promise<void> {
    const { retry, ...result } = await post(hook.url, message(), dependencies.deliver)
    deliveries.push({
      at: clock.now(),
      jobId: hook.jobId,
      url: hook.url,
      attempt: tried + 1,
      ...result,
      ...(forged ? { forged: true as const } : {}),
    })
    if (forged || !retry) return
    const wait = hook.retryAfter?.[tried]
    if (wait !== undefined) timers.after(wait, () => attempt(hook, message, tried + 1, false))
  }

  async function send(
    hook: WebhookOptions,
    fault: WebhookFault['type'] | undefined,
    message: () => WebhookMessage,
  ): Promise<void> {
    const deliver = () => attempt(hook, message, 0, false)
    switch (fault) {
      case 'webhook-lost':
        deliveries.push({ at: clock.now(), jobId: hook.jobId, url: hook.url, attempt: 1, outcome: 'lost' })
        return
      case 'webhook-doubled':
        await deliver()
        await deliver()
        return
      case 'webhook-late':
        timers.after(lateBy(hook.kind, durations), deliver)
        return
      case 'webhook-reordered':
        holdBack(deliver, lateBy(hook.kind, durations))
        return
      case 'webhook-forged':
      case undefined: {
        await deliver()
        for (const overtaken of heldBack.splice(0)) await overtaken()
        return
      }
      default:
        return fault satisfies never
    }
  }

  /** Until the next message has gone out, or, when none comes, until it is late. */
  function holdBack(deliver: () => Promise<void>, ms: number): void {
    heldBack.push(deliver)
    timers.after(ms, async () => {
      const index = heldBack.indexOf(deliver)
      if (index < 0) return
      heldBack.splice(index, 1)
      await deliver()
    })
  }

  return {
    deliveries,
    open(hook): Webhook {
      const fault = faults.takeForWebhook(hook.kind)?.type
      // A forger knows the receiver's address at most, and no secret that its query carries.
      const known = { ...hook, url: hook.url.replace(/\?.*$/, '') }
      if (fault === 'webhook-forged') timers.after(0, () => attempt(known, hook.forge, 0, true))
      return { send: (message) => send(hook, fault, message) }
    },
    reset() {
      deliveries.length = 0
      heldBack.length = 0
    },
  }
}

/** Three times what the job itself took: later than any reasonable poller waits. */
function lateBy(kind: JobKind, durations: Durations): number {
  return kind === 'fine-tune'
    ? 3 * (durations.fineTuneQueued + durations.fineTuneRunning + durations.fineTuneDeploying)
    : 3 * (durations.generationQueued + durations.generationRunning)
}

type PostResult = Pick<WebhookDelivery, 'outcome' | 'status'> & { retry: boolean }

async function post(url: string, message: WebhookMessage, deliver: Deliver | undefined): Promise<PostResult> {
  if (deliver === undefined && !isLoopback(new URL(url))) return { outcome: 'not-loopback', retry: false }
  const send: Deliver = deliver ?? ((request) => fetch(request))
  try {
    const response = await send(
      new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...message.headers },
        body: message.body,
        redirect: 'manual',
        signal: AbortSignal.timeout(receiverTimeout),
      }),
    )
    await response.body?.cancel()
    const { status } = response
    if (response.ok) return { outcome: 'delivered', status, retry: false }
    // A redirect fails for good (fal, 2026-09).
    return { outcome: 'refused', status, retry: status < 300 || status >= 400 }
  } catch {
    // Whatever a receiver does to the connection, to the sender it is unreachable.
    return { outcome: 'unreachable', retry: true }
  }
}
