import type { WebhookRequest } from '@likeness/core'

/** Callbacks as they came in, in the order of arrival. */
export interface Inbox {
  readonly received: readonly WebhookRequest[]
  /** What the backend sends its callbacks to. */
  deliver(request: Request): Promise<Response>
  /** Called for each callback, before it is answered. */
  onReceived: ((request: WebhookRequest) => Promise<void> | void) | undefined
}

/** An inbox that answers every callback with 200. */
export function createInbox(): Inbox {
  const received: WebhookRequest[] = []
  const inbox: Inbox = {
    received,
    onReceived: undefined,
    async deliver(request) {
      const callback: WebhookRequest = {
        url: request.url,
        headers: Object.fromEntries(request.headers),
        body: new Uint8Array(await request.arrayBuffer()),
      }
      received.push(callback)
      await inbox.onReceived?.(callback)
      return new Response(null, { status: 200 })
    },
  }
  return inbox
}
