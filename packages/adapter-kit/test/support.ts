import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { type Attempt, type Clock, LikenessError } from '@likeness/core'
import { onTestFinished } from 'vitest'
import type { Operation } from '../src/operation.js'
import { createTransport, type TransportInit } from '../src/transport.js'

/** A clock that jumps over every pause and notes it. */
export interface JumpingClock extends Clock {
  readonly pauses: number[]
}

export function jumpingClock(start = Date.UTC(2026, 10, 20)): JumpingClock {
  let now = start
  const pauses: number[] = []
  return {
    pauses,
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      pauses.push(ms)
      now += ms
    },
  }
}

export interface Loopback {
  readonly server: Server
  readonly baseURL: string
  readonly host: string
  readonly requests: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[]
  /** Connections that were ever opened. */
  connections(): number
}

/** A server on a free port of 127.0.0.1 that is closed when the test ends. */
export async function loopback(listener: RequestListener): Promise<Loopback> {
  const requests: Loopback['requests'] = []
  let connections = 0
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers })
    listener(request, response)
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { server, baseURL: `http://${host}`, host, requests, connections: () => connections }
}

/** A port on which nothing listens. */
export async function deafPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A listener that takes connections and never says a word: a TLS handshake with it does not end. */
export async function silentListener(onConnection?: () => void): Promise<{ host: string; connections(): number }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection?.()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => sockets.size }
}

export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export function answer(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body)
}

export const KEY = 'keyid1234:supersecret5678'

export function transportTo(
  baseURL: string,
  changes: Partial<Omit<TransportInit, 'settings'>> & { settings?: TransportInit['settings'] } = {},
) {
  const clock = jumpingClock()
  const attempts: Attempt[] = []
  const transport = createTransport({
    provider: 'acme',
    baseURL,
    authorization: () => ({ authorization: `Key ${KEY}` }),
    readError: () => ({}),
    random: () => 0.5,
    ...changes,
    settings: { clock, ...changes.settings },
  })
  return { transport, clock, attempts, onAttempt: (attempt: Attempt) => attempts.push(attempt) }
}

export const submit: Operation = {
  name: 'generation.submit',
  effect: 'paid',
  method: 'POST',
  url: '/jobs',
  body: { type: 'json', value: { prompt: 'x' } },
}

export const status: Operation = { name: 'generation.status', effect: 'read', method: 'GET', url: '/jobs/1' }

/** The error of a promise that must fail, and must fail as a LikenessError. */
export async function failure(promise: Promise<unknown>): Promise<LikenessError> {
  try {
    await promise
  } catch (error) {
    if (LikenessError.is(error)) return error
    throw error
  }
  throw new Error('it did not fail')
}
