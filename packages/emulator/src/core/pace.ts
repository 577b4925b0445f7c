import type { Durations } from './types.js'

/** `fast`: a training takes 2.7 s, a picture 0.5 s. `realistic`: the vendor's measured times. Or figures of your own over `fast`. */
export type Pace = 'fast' | 'realistic' | Partial<Durations>

const fast: Durations = {
  fineTuneQueued: 300,
  fineTuneRunning: 2_000,
  fineTuneDeploying: 400,
  generationQueued: 100,
  generationRunning: 400,
}

/** Throws TypeError on a duration that is negative or no number. */
export function durationsOf(pace: Pace, realistic: Durations): Durations {
  if (pace === 'fast') return fast
  if (pace === 'realistic') return realistic
  for (const [name, ms] of Object.entries(pace)) {
    if (!(name in fast))
      throw new TypeError(`pace has no duration ${name}; allowed are ${Object.keys(fast).join(', ')}`)
    if (!Number.isFinite(ms) || ms < 0)
      throw new TypeError(`pace.${name} must be milliseconds of at least 0, got ${ms}`)
  }
  return { ...fast, ...pace }
}
