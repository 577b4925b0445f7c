/** Runs what it is given, at most `slots` at a time, in order. */
export type Limiter = <Value>(work: () => Promise<Value>) => Promise<Value>

export function createLimiter(slots: number): Limiter {
  let free = slots
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    else free -= 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // A slot that is handed on never becomes free in between.
      if (next === undefined) free += 1
      else next()
    }
  }
}
