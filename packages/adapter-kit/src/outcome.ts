import type { AttemptOutcome, Billed, ErrorKind } from '@likeness/core'
import type { Effect } from './operation.js'

/** How one send ended, when it did not end with an accepted answer. */
export type Ending =
  /** No connection: refused, no such host, no route, TLS refused. Not a byte of the request was written. */
  | 'connection-failed'
  /** No connection in time. Not a byte of the request was written. */
  | 'connection-timeout'
  /** The connection broke after the request began to be written. */
  | 'connection-lost'
  /** No answer, or not all of it, in time. */
  | 'answer-timeout'
  /** A status of success whose body cannot be read: broken JSON, broken compression. */
  | 'answer-unreadable'
  /** The answer's body is larger than allowed. */
  | 'answer-too-large'
  /** The request's own body could not be read to its announced end, so what arrived is incomplete. */
  | 'body-failed'
  /** The request is malformed and was never written. */
  | 'request-refused'
  /** The caller aborted before anything was written. */
  | 'aborted-unsent'
  /** The caller aborted after the request began to be written. */
  | 'aborted'
  /** A status that is not a success. */
  | number

/** What follows from an ending. */
export interface Verdict {
  /** The kind where the vendor's own words say nothing better. */
  readonly kind: ErrorKind
  readonly outcome: AttemptOutcome
  readonly billed: Billed
  /** Whether the very same request may be sent again. */
  readonly resend: boolean
}

interface Row {
  readonly ending: Exclude<Ending, number> | readonly [from: number, to: number]
  readonly kind: ErrorKind
  /** Of a paid request: whether the vendor may have taken it. */
  readonly paid: 'rejected' | 'unknown'
  /** Which effects are sent again. */
  readonly resend: 'both' | 'read' | 'none'
}

/**
 * The whole decision, first match wins. A paid request is sent again only where it certainly did not arrive, or where
 * the vendor says that it took nothing (429). `unknown` turns the kind of a paid request into `outcome-unknown`.
 *
 * - 301, 307, 308 tell the address only; 302 and 303 are how a server answers a POST that it has taken.
 * - 408 says that the request did not arrive whole (RFC 9110, section 15.5.9); it is still left to the caller.
 * - 500 may come from a crash after the job was taken; 502 and 504 are a gateway's guess (Astria: "504 although it
 *   probably succeeded"). 503 is a refusal to begin.
 */
export const outcomeTable: readonly Row[] = [
  { ending: 'connection-failed', kind: 'network', paid: 'rejected', resend: 'both' },
  { ending: 'connection-timeout', kind: 'timeout', paid: 'rejected', resend: 'both' },
  { ending: 'connection-lost', kind: 'network', paid: 'unknown', resend: 'read' },
  { ending: 'answer-timeout', kind: 'timeout', paid: 'unknown', resend: 'read' },
  { ending: 'answer-unreadable', kind: 'invalid-response', paid: 'unknown', resend: 'read' },
  { ending: 'answer-too-large', kind: 'invalid-response', paid: 'unknown', resend: 'none' },
  { ending: 'body-failed', kind: 'invalid-request', paid: 'rejected', resend: 'none' },
  { ending: 'request-refused', kind: 'invalid-request', paid: 'rejected', resend: 'none' },
  { ending: 'aborted-unsent', kind: 'aborted', paid: 'rejected', resend: 'none' },
  { ending: 'aborted', kind: 'aborted', paid: 'unknown', resend: 'none' },
  { ending: [300, 301], kind: 'invalid-response', paid: 'rejected', resend: 'none' },
  { ending: [302, 306], kind: 'invalid-response', paid: 'unknown', resend: 'none' },
  { ending: [307, 399], kind: 'invalid-response', paid: 'rejected', resend: 'none' },
  { ending: [400, 400], kind: 'invalid-request', paid: 'rejected', resend: 'none' },
  { ending: [401, 401], kind: 'authentication', paid: 'rejected', resend: 'none' },
  { ending: [402, 402], kind: 'insufficient-credits', paid: 'rejected', resend: 'none' },
  { ending: [403, 403], kind: 'permission', paid: 'rejected', resend: 'none' },
  { ending: [404, 404], kind: 'not-found', paid: 'rejected', resend: 'none' },
  { ending: [408, 408], kind: 'timeout', paid: 'rejected', resend: 'read' },
  { ending: [409, 409], kind: 'conflict', paid: 'rejected', resend: 'none' },
  { ending: [410, 410], kind: 'not-found', paid: 'rejected', resend: 'none' },
  { ending: [423, 423], kind: 'conflict', paid: 'rejected', resend: 'none' },
  { ending: [425, 425], kind: 'unavailable', paid: 'rejected', resend: 'read' },
  { ending: [429, 429], kind: 'rate-limited', paid: 'rejected', resend: 'both' },
  { ending: [451, 451], kind: 'content-blocked', paid: 'rejected', resend: 'none' },
  { ending: [400, 499], kind: 'invalid-request', paid: 'rejected', resend: 'none' },
  { ending: [501, 501], kind: 'unavailable', paid: 'rejected', resend: 'read' },
  { ending: [503, 503], kind: 'unavailable', paid: 'rejected', resend: 'read' },
  { ending: [500, 599], kind: 'unavailable', paid: 'unknown', resend: 'read' },
  { ending: [0, 999], kind: 'invalid-response', paid: 'unknown', resend: 'none' },
]

function matches(row: Row, ending: Ending): boolean {
  if (typeof ending !== 'number') return row.ending === ending
  return typeof row.ending !== 'string' && row.ending[0] <= ending && ending <= row.ending[1]
}

/** Reads {@link outcomeTable}. Reads are never billed and their outcome is not of interest. */
export function judge(effect: Effect, ending: Ending): Verdict {
  const row = outcomeTable.find((candidate) => matches(candidate, ending))
  if (row === undefined) throw new RangeError(`no such ending: ${ending}`)
  if (effect === 'read') {
    return { kind: row.kind, outcome: 'rejected', billed: 'no', resend: row.resend !== 'none' }
  }
  const unknown = row.paid === 'unknown'
  return {
    kind: unknown && row.kind !== 'aborted' ? 'outcome-unknown' : row.kind,
    outcome: row.paid,
    billed: unknown ? 'maybe' : 'no',
    resend: row.resend === 'both',
  }
}
