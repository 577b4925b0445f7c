import { LikenessError, type TrailEntry } from '@likeness/core'

/** How many paid jobs there were, and how many of them beside another one. */
export interface HedgeCount {
  readonly jobs: number
  readonly extra: number
}

/** Keeps extra jobs to a share of all. */
export interface HedgeQuota {
  /** Whether one more extra job stays within the share, itself counted. */
  allows(): boolean
  /** One more paid job; `hedge` is an extra one. */
  count(role: TrailEntry['role']): void
  /** As JSON: hand it back to go on in another process. */
  state(): HedgeCount
}

/**
 * @param maximumShare - most extra jobs as a share of all paid jobs, from 0 to 1
 * @throws LikenessError `invalid-request`
 */
export function createHedgeQuota(maximumShare: number, state: HedgeCount = { jobs: 0, extra: 0 }): HedgeQuota {
  if (!(maximumShare >= 0 && maximumShare <= 1)) {
    const message = `must be from 0 to 1 (given: ${maximumShare})`
    const fields = [{ field: 'hedge.maximumShare', message }]
    throw new LikenessError({ kind: 'invalid-request', message: `hedge.maximumShare ${message}.`, fields })
  }
  let { jobs, extra } = state
  return {
    allows: () => (extra + 1) / (jobs + 1) <= maximumShare,
    count(role) {
      jobs += 1
      if (role === 'hedge') extra += 1
    },
    state: () => ({ jobs, extra }),
  }
}
