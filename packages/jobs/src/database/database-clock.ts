import { type Clock, systemClock } from '@likeness/core'

/** The machine's clock, set by another one's. */
export interface CorrectedClock extends Clock {
  /** Reads the other clock, and goes by it from now on. */
  synchronize(): Promise<void>
}

/**
 * Several machines on one database must agree on when a lease ends, so that all go by the database's clock: the own one
 * plus what it was off at the last look. Half of the time that the look took is what that can be wrong by.
 *
 * @param readOther - the other clock, in milliseconds since the epoch
 */
export function correctedClock(readOther: () => Promise<number>, own: Clock = systemClock): CorrectedClock {
  let offset = 0
  return {
    now: () => Math.round(own.now() + offset),
    sleep: (ms, signal) => own.sleep(ms, signal),
    async synchronize() {
      const before = own.now()
      const other = await readOther()
      offset = other - (before + own.now()) / 2
    },
  }
}
