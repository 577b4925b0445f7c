import type { LikenessError } from '@likeness/core'
import type { PermitOutcome } from '../limits/types.js'

/** What a failure says about the health of the provider. */
export function healthOf({ kind }: LikenessError): PermitOutcome {
  switch (kind) {
    case 'unavailable':
    case 'network':
    case 'timeout':
    case 'invalid-response':
    case 'outcome-unknown':
    case 'job-failed':
    // A key or an account that is refused once is refused until a person changes it.
    case 'authentication':
    case 'permission':
    case 'insufficient-credits':
      return 'failure'
    // Busy is not broken: its own limits say when to come back.
    case 'rate-limited':
    case 'invalid-request':
    case 'unsupported':
    case 'content-blocked':
    case 'not-found':
    case 'conflict':
    case 'expired':
    case 'budget-exceeded':
    case 'no-eligible-provider':
    case 'aborted':
      return 'neutral'
  }
}
