import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { LikenessError } from '@likeness/core'
import type { AttemptLine } from './lines.js'
import type { RunStore } from './store.js'

type Opened = Extract<AttemptLine, { readonly type: 'opened' }>

/** The sessions of this process: its own id says that it is alive, not which of them still is. */
const ownSessions = new Set<string>()

function isAlive({ host, pid, session }: Opened): boolean {
  // Another machine cannot be asked. To pay twice is worse than to ask the user.
  if (host !== hostname()) return true
  if (pid === process.pid) return ownSessions.has(session)
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The right to send what a run pays for. */
export interface Session {
  readonly lines: readonly AttemptLine[]
  /** Records that it ended by itself. */
  close(at: string): Promise<void>
  /** Lets go of it without a record: after the store has failed. */
  abandon(): void
}

function taken({ pid, host, session }: Opened): LikenessError {
  return new LikenessError({
    kind: 'conflict',
    message: `Process ${pid} on ${host} is working on this run.`,
    hint: `Wait for it, or stop it. If it is gone for certain, append {"type":"closed","at":"<now>","session":"${session}"} to attempts.jsonl.`,
  })
}

/**
 * Takes a run for this process, so that no two of them pay for the same. Every process first appends its line and then
 * looks for those before it: lines have one order, so of two that come at the same time one sees the other.
 *
 * @throws LikenessError `conflict` while another process works on it
 */
export async function openSession(store: RunStore, at: string): Promise<Session> {
  // Reading first tells the store whether the last process died amid a line.
  await store.read()
  const session = randomUUID()
  await store.append({ type: 'opened', at, session, pid: process.pid, host: hostname() })
  ownSessions.add(session)
  const close = async (closedAt: string) => {
    ownSessions.delete(session)
    await store.append({ type: 'closed', at: closedAt, session })
  }
  try {
    const lines = await store.read()
    const closed = new Set(lines.flatMap((line) => (line.type === 'closed' ? [line.session] : [])))
    const own = lines.findIndex((line) => line.type === 'opened' && line.session === session)
    const before = lines
      .slice(0, own)
      .find((line): line is Opened => line.type === 'opened' && !closed.has(line.session) && isAlive(line))
    if (before !== undefined) throw taken(before)
    return { lines, close, abandon: () => void ownSessions.delete(session) }
  } catch (error) {
    await close(at)
    throw error
  }
}
