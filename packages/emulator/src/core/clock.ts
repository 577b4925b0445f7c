/** Time as the emulator sees it; structurally the same as the core package's clock. */
export interface EmulatorClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`; rejects with `signal.reason` when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** A clock that can run tasks at a given time without being driven by them. */
export interface SchedulingClock extends EmulatorClock {
  /** Runs the task once the clock has reached `dueAt`. Returns its cancellation. */
  schedule(dueAt: number, task: () => void | Promise<void>): () => void
}
