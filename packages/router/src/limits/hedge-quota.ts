import { LikenessError, type TrailEntry } from '@likeness/core'

/** Keeps extra jobs to a share of all. */
export interface HedgeQuota {
  /** Whether one more extra job stays within the share, itself counted. */
  allows(): boolean
  /** One more paid job; `hedge` is an extra one. */
  count(role: TrailEntry['role']): void
}

/**
 * @param maximumShare - most extra jobs as a share of all paid jobs, from 0 to 1
 * @throws LikenessError `invalid-request`
 */
export function createHedgeQuota(maximumShare: number): HedgeQuota {
  if (!(maximumShare >= 0 && maximumShare <= 1)) {
    const message = `must be from 0 to 1 (given: ${maximumShare})`
    const fields = [{ field: 'hedge.maximumShare', message }]
    throw new LikenessError({ kind: 'invalid-request', message: `hedge.maximumShare ${message}.`, fields })
  }
  let jobs = 0
  let extra = 0
  return {
    allows: () => (extra + 1) / (jobs + 1) <= maximumShare,
    count(role) {
      jobs += 1
      if (role === 'hedge') extra += 1
    },
  }
}
