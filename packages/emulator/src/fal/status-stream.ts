import type { EmulatorClock } from '../core/clock.js'
import type { FalJob } from './entities.js'

/** How often the state is looked at, and after how many looks in vain a comment line keeps the connection (15 s). */
const lookEvery = 100
const looksPerComment = 150

const eventStream = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }

/** `…/status/stream`: an event at each change, closed after COMPLETED (docs "Asynchronous Inference"). */
export function statusStream(job: FalJob, status: () => unknown, clock: EmulatorClock, signal: AbortSignal): Response {
  const encoder = new TextEncoder()
  let last = ''
  let looks = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        if (signal.aborted) return controller.close()
        const event = JSON.stringify(status())
        if (event !== last) {
          last = event
          controller.enqueue(encoder.encode(`data: ${event}\n\n`))
          if (job.state === 'COMPLETED') controller.close()
          return
        }
        looks += 1
        if (looks % looksPerComment === 0) return controller.enqueue(encoder.encode(': ping\n\n'))
        await clock.sleep(lookEvery)
      }
    },
  })
  return new Response(body, { status: 200, headers: eventStream })
}

/** The one event of an endpoint's `/stream`: its whole output. */
export function outputStream(output: unknown): Response {
  return new Response(`data: ${JSON.stringify(output)}\n\n`, { status: 200, headers: eventStream })
}
