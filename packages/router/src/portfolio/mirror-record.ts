import { addModel, type JobStatus, type Portfolio, type Warning } from '@likeness/core'
import { tell } from '@likeness/core/runtime'
import type { Mirror, MirrorOptions, MirrorOutcome } from './mirror-types.js'

/** What has become of a mirror so far. */
export interface MirrorRecord {
  /** The outcome at one provider, as it stands now. */
  set(outcome: MirrorOutcome, status?: JobStatus): void
  get(provider: string): MirrorOutcome | undefined
  warn(warnings: readonly Warning[]): void
  mirror(rest: Promise<Mirror> | undefined): Mirror
}

/**
 * An empty record.
 *
 * @param providers - ids in the order that outcomes are told
 */
export function createMirrorRecord(
  initial: Portfolio,
  providers: readonly string[],
  onUpdate: MirrorOptions['onUpdate'],
): MirrorRecord {
  const outcomes = new Map<string, MirrorOutcome>()
  const warnings: Warning[] = []
  let portfolio = initial
  return {
    set(outcome, status) {
      outcomes.set(outcome.provider, outcome)
      if (outcome.state === 'ready' && outcome.model !== undefined) portfolio = addModel(portfolio, outcome.model)
      tell(onUpdate, { outcome, status })
    },
    get: (provider) => outcomes.get(provider),
    warn: (more) => void warnings.push(...more),
    mirror: (rest) => ({
      portfolio,
      outcomes: providers.map((id) => outcomes.get(id)).filter((outcome) => outcome !== undefined),
      warnings: [...warnings],
      rest,
    }),
  }
}
