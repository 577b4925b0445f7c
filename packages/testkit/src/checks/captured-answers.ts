import type { BackendControl, BackendOperation } from '../backend.js'

/** One answer of the backend, as it went over the wire. */
export interface Captured {
  readonly operation: BackendOperation
  readonly status: number
  /** JSON parsed, anything else as text. */
  readonly body: unknown
}

/** A `fetch` that keeps what the backend answers; the journal tells what was asked. */
export function captureAnswers(control: BackendControl, fetch: typeof globalThis.fetch) {
  const answers: Captured[] = []
  const wrapped: typeof globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init)
    const { method, url } = new Request(input, { method: init?.method ?? 'GET' })
    const { pathname } = new URL(url)
    const entry = control.journal.findLast((other) => other.method === method && pathname.endsWith(other.path))
    if (entry === undefined) return response
    const text = await response.clone().text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    answers.push({
      operation: entry.operation,
      status: response.status,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    })
    return response
  }
  return { answers, wrapped }
}
