import type { ErrorKind, JobStatus, JsonValue, NanoUSD } from '@likeness/core'
import type { BackendOperation, Fault } from './backend.js'

/** What an adapter must make of a recorded answer. What is not given is not compared. */
export type RecordedMeaning =
  /** A submit that was accepted: the id of the job. */
  | { readonly started: string }
  /** A status. `error` is the kind of a job's failure. */
  | {
      readonly state: JobStatus['state']
      readonly images?: number
      /** URL of the model's weights. */
      readonly weights?: string
      readonly cost?: NanoUSD
      readonly error?: ErrorKind
    }
  /** The call rejects. */
  | { readonly rejected: ErrorKind }
  /** What the account holds. */
  | { readonly balance: NanoUSD }

/** One answer of the real vendor, as it was recorded or documented. */
export interface Fixture {
  /** Unique within the vendor. */
  readonly name: string
  readonly source: {
    /** Title or URL of the vendor's document, or what recorded it. */
    readonly document: string
    /** As exactly as it is known: `2026`, `2024-10` or `2026-08-21`. */
    readonly date: string
  }
  /** The request that it answered: a submit, status or result of a job, or `account`. */
  readonly operation: BackendOperation
  /** @default 200 */
  readonly status?: number
  /** @default JSON's content type, unless the body is text */
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, or text as it is. A function receives the id of the job that is asked for. */
  readonly body: JsonValue | ((jobId: string) => JsonValue)
  readonly reads: RecordedMeaning
  /** When it is read, in ISO 8601, for answers whose dates matter. @default the backend's time */
  readonly at?: string
  /** The neutral fault, of the request or of the job, that makes the backend answer alike. @default none: it does by itself */
  readonly provokedBy?: Fault
  /** Why the backend leaves out a field, by its path (`metrics.cost`, `images[].width`). */
  readonly absent?: Readonly<Record<string, string>>
  /** Why the backend never answers like this at all. */
  readonly notEmulated?: string
}

/** The body as it goes over the wire, and its default content type. */
export function wireBody({ body }: Fixture, jobId: string): { readonly text: string; readonly type: string } {
  const value = typeof body === 'function' ? body(jobId) : body
  if (typeof value === 'string') return { text: value, type: 'text/plain; charset=utf-8' }
  return { text: JSON.stringify(value), type: 'application/json' }
}
