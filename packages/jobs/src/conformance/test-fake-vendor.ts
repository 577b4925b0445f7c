import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface VendorJob {
  readonly id: string
  readonly key: string
  readonly acceptedAt: number
  endedAt: number | undefined
  canceled: boolean
}

/** A vendor over HTTP, outside of the processes that are killed. */
export interface FakeVendor {
  readonly url: string
  /** Keys of the paid requests that it accepted, in order. Twice means paid twice. */
  readonly submits: readonly string[]
  /** When the intent of each was recorded, as the request tells, in milliseconds since the epoch. */
  readonly sentAt: readonly number[]
  /** Questions about jobs. */
  readonly asked: number
  /** Jobs that were at work at the same time, at most. */
  readonly mostAtOnce: number
  /** How it answers from now on. */
  readonly mode: VendorMode
  /** Ends the job of a key, or all. */
  finish(key?: string): void
  idOf(key: string): string | undefined
  close(): Promise<void>
}

/** How the vendor behaves. */
export interface VendorMode {
  /** Between accepting a submit and answering, in milliseconds; `never` leaves it open. */
  answerMs: number | 'never'
  /** Between being asked for a status and answering with what it was when the question came, in milliseconds. */
  statusMs: number
  /** From a job's acceptance to its end, in milliseconds. */
  durationMs: number
}

const read = async (request: AsyncIterable<Buffer>) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

export async function startFakeVendor(): Promise<FakeVendor> {
  const jobs = new Map<string, VendorJob>()
  const submits: string[] = []
  const sentAt: number[] = []
  let asked = 0
  let mostAtOnce = 0
  const mode: VendorMode = { answerMs: 0, statusMs: 0, durationMs: Number.POSITIVE_INFINITY }

  const over = (job: VendorJob) => job.endedAt !== undefined || Date.now() >= job.acceptedAt + mode.durationMs
  const byKey = (key: string) => [...jobs.values()].find((job) => job.key === key)
  const statusOf = (job: VendorJob) => {
    if (job.canceled) return { state: 'canceled' }
    if (!over(job)) return { state: 'running' }
    return { state: 'succeeded', images: [{ url: `https://files.example/${job.id}` }], failures: [] }
  }
  const answer = (response: ServerResponse, value: unknown) => {
    response.statusCode = value === undefined ? 404 : 200
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(value ?? {}))
  }

  async function accept(text: string, response: ServerResponse): Promise<void> {
    const body: unknown = JSON.parse(text)
    if (typeof body !== 'object' || body === null || !('key' in body) || !('sentAt' in body)) throw new Error(text)
    const job: VendorJob = {
      id: `vendor-${submits.length + 1}`,
      key: String(body.key),
      acceptedAt: Date.now(),
      endedAt: undefined,
      canceled: false,
    }
    submits.push(job.key)
    sentAt.push(Number(body.sentAt))
    jobs.set(job.id, job)
    mostAtOnce = Math.max(mostAtOnce, [...jobs.values()].filter((one) => !one.canceled && !over(one)).length)
    const { answerMs } = mode
    if (answerMs !== 'never') setTimeout(() => answer(response, { id: job.id }), answerMs)
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://vendor')
    const id = pathname.split('/')[2] ?? ''
    const job = jobs.get(id)
    void read(request).then((text) => {
      if (request.method === 'POST' && pathname === '/jobs') return accept(text, response)
      if (pathname === '/jobs') return answer(response, byKey(searchParams.get('key') ?? ''))
      if (job !== undefined && pathname.endsWith('/cancel')) {
        job.canceled = true
        return answer(response, {})
      }
      asked += 1
      const status = job && statusOf(job)
      setTimeout(() => answer(response, status), mode.statusMs)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    submits,
    sentAt,
    get asked() {
      return asked
    },
    get mostAtOnce() {
      return mostAtOnce
    },
    mode,
    finish(key) {
      for (const job of jobs.values()) if (key === undefined || job.key === key) job.endedAt = Date.now()
    },
    idOf: (key) => byKey(key)?.id,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
