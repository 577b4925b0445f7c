import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LikenessError } from '@likeness/core'
import type { Jobs } from '../create-jobs.js'
import type { AccountLimits } from '../limits/limits.js'

const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url))
const script = fileURLToPath(new URL('../../scripts/worker.mjs', import.meta.url))

/** What `worker.mjs` understands. */
export interface WorkerSettings {
  readonly name?: string
  /** Whether it does jobs, or only makes them. */
  readonly works?: boolean
  readonly pollMs?: number
  readonly canBeAsked?: boolean
  readonly limits?: AccountLimits
  readonly leaseMs?: number
  readonly sweepMs?: number
}

/** The calls that cross the border between processes. */
type Remote = Pick<Jobs, 'create' | 'get' | 'list' | 'trail' | 'inbox' | 'cancel' | 'receive' | 'counts' | 'resolve'>

/** A process that does jobs. */
export interface Worker {
  readonly jobs: Remote
  readonly told: () => string
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>
  /** Ends it in good order. */
  close(): Promise<void>
}

type Answer = {
  readonly call: number
  readonly value?: unknown
  readonly error?: Parameters<typeof LikenessError.from>[0]
}

const children = new Set<ChildProcess>()

/** Leaves nothing running. */
export function killAll(): void {
  for (const child of children) child.kill('SIGKILL')
}

export async function startWorker(database: string, vendor: string, settings: WorkerSettings = {}): Promise<Worker> {
  if (!existsSync(built)) throw new Error('These tests run the built package: tsc -b packages')
  const child = fork(script, {
    env: { PATH: process.env.PATH, DATABASE: database, VENDOR: vendor, SETTINGS: JSON.stringify(settings) },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  children.add(child)
  let told = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    told += text
  })
  const gone = once(child, 'exit').then(() => void children.delete(child))
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: Answer | { readonly ready: true }) => {
      if ('ready' in message) return resolve()
      const { call, value, error } = message
      const one = waiting.get(call)
      waiting.delete(call)
      if (error === undefined) one?.resolve(value)
      else one?.reject(error.kind === undefined ? new Error(error.message) : LikenessError.from(error))
    })
    void gone.then(() => reject(new Error(`The worker ended: ${told}`)))
  })
  await ready
  let calls = 0
  const call = (method: string, args: readonly unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      calls += 1
      waiting.set(calls, { resolve, reject })
      child.send({ call: calls, method, args })
    })
  const jobs = new Proxy({} as Remote, {
    get:
      (_, method: string) =>
      (...args: unknown[]) =>
        call(method, args),
  })
  return {
    jobs,
    told: () => told,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    async close() {
      await call('close', [5_000])
      await gone
    },
  }
}
