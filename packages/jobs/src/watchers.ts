import { type Clock, LikenessError } from '@likeness/core'
import type { Job, JobId } from './job.js'
import { isFinalState } from './states.js'

/** Tells those who watch a job in this process that it has changed. */
export interface Watchers {
  changed(job: Job): void
  /**
   * The job as it stands, and again whenever it has changed, until it ends. What changes faster than it is read is told
   * once.
   */
  watch(id: JobId, options: WatchOptions): AsyncGenerator<Job, void, void>
}

/** How to watch. */
export interface WatchOptions {
  /** Ends the watching; the iteration is then over, without an error. */
  readonly abortSignal?: AbortSignal | undefined
  /**
   * How often the row is read, for changes that another process has made, in milliseconds.
   *
   * @default 1_000 where processes share the database, else 15_000
   */
  readonly intervalMs?: number | undefined
}

/**
 * @param read - the job as its row tells it
 * @param usualMs - how often to read it where the watcher does not say
 */
export function createWatchers(clock: Clock, read: (id: JobId) => Promise<Job | undefined>, usualMs: number): Watchers {
  const waking = new Map<JobId, Set<() => void>>()

  /** Resolves when the job has changed here, or after so many milliseconds. */
  async function change(changed: Promise<void>, ms: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController()
    const either = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal])
    const interval = clock.sleep(ms, either).catch((error: unknown) => {
      if (!either.aborted) throw error
    })
    await Promise.race([changed, interval])
    over.abort()
  }

  /** Listens before the row is read: what changes in between is not missed. */
  function listen(id: JobId) {
    let wake: () => void = () => {}
    const changed = new Promise<void>((resolve) => {
      wake = resolve
    })
    const wakes = waking.get(id) ?? new Set()
    waking.set(id, wakes.add(wake))
    const stop = () => {
      wakes.delete(wake)
      if (wakes.size === 0 && waking.get(id) === wakes) waking.delete(id)
    }
    return { changed, stop }
  }

  return {
    changed({ id }) {
      for (const wake of waking.get(id) ?? []) wake()
    },
    async *watch(id, { abortSignal, intervalMs = usualMs }) {
      let version = 0
      while (!abortSignal?.aborted) {
        const { changed, stop } = listen(id)
        try {
          const job = await read(id)
          if (job === undefined) throw noSuchJob(id)
          if (job.version !== version) {
            version = job.version
            yield job
            if (isFinalState(job.state)) return
            continue
          }
          await change(changed, intervalMs, abortSignal)
        } finally {
          stop()
        }
      }
    },
  }
}

/** There is no job of that id, or not for this tenant. */
export function noSuchJob(id: JobId): LikenessError {
  return new LikenessError({ kind: 'not-found', message: `There is no job ${id}.` })
}
