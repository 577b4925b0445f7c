function warn(thrown: unknown): void {
  process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
}

/**
 * Calls a listener of the caller's, which may be `async`. What it throws becomes a process warning: the job is paid
 * for by then, and losing its handle to a listener's mistake would be worse.
 */
export function tell<Value>(listener: ((value: Value) => unknown) | undefined, value: Value): void {
  if (listener === undefined) return
  try {
    Promise.resolve(listener(value)).catch(warn)
  } catch (thrown) {
    warn(thrown)
  }
}
