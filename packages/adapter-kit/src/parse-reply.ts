import { LikenessError } from '@likeness/core'
import type { Reply } from './operation.js'
import { dottedPath, type Schema } from './schema.js'

/** Whose answer is parsed. */
export interface ParseContext {
  readonly provider: string
  /** `Operation.name`. */
  readonly operation: string
  /** Whether the request was paid: then an answer that cannot be read leaves open what it started. @default false */
  readonly paid?: boolean
  /** The vendor's id of the request, for its support. */
  readonly requestId?: string | undefined
}

/**
 * The body of an answer as the schema has it. Vendors' values do not enter the error, only paths and expectations.
 *
 * @throws LikenessError `invalid-response`; of a paid request `outcome-unknown`, billed `maybe`
 */
export function parseReply<Output>(schema: Schema<Output>, reply: Reply, context: ParseContext): Output {
  const parsed = schema.safeParse(reply.body)
  if (parsed.success) return parsed.data
  const { provider, operation, paid = false, requestId } = context
  const fields = parsed.error.issues.map(({ path, message }) => ({ field: dottedPath(...path), message }))
  const what = fields.map(({ field, message }) => `${field === '' ? 'the body' : field}: ${message}`).join('; ')
  throw new LikenessError({
    kind: paid ? 'outcome-unknown' : 'invalid-response',
    billed: paid ? 'maybe' : 'no',
    message: `${provider}: ${operation}: the answer does not look as documented (${what})`,
    hint: paid
      ? 'The vendor accepted the request, but its answer could not be read. Look for the job there before sending again.'
      : 'The vendor may have changed its API; check for a newer version of this adapter.',
    provider,
    operation,
    fields,
    status: reply.status,
    requestId,
  })
}
