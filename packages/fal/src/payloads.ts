import { createRedactor, parseReply } from '@likeness/adapter-kit'
import { type CallOptions, LikenessError } from '@likeness/core'
import type { Connection } from './connection.js'
import { payloadsReplySchema } from './responses.js'

/** One file of a request, and what became of it. */
export interface DeletedFile {
  readonly url: string
  /** fal's own words, where it could not delete the file. */
  readonly failure: string | undefined
}

/** Where a key that may delete comes from. */
const adminKey =
  'Deleting needs a key with the ADMIN scope; one is made at fal.ai/dashboard/keys. The key for jobs may stay as it is.'

/**
 * Deletes what fal stored of a request: its input and output, and the files that it made. Files that were uploaded for
 * it are not among them (docs.fal.ai, Data Retention, 2026).
 *
 * @see https://api.fal.ai/v1/openapi.json (models/requests/{request_id}/payloads), 2026-08-21
 * @throws LikenessError `permission` for a key without the ADMIN scope, `not-found`
 */
export async function deletePayloads(
  { provider, hosts, transport }: Connection,
  id: string,
  operation: string,
  options?: CallOptions,
): Promise<readonly DeletedFile[]> {
  try {
    const reply = await transport.send(
      {
        name: operation,
        effect: 'read',
        method: 'DELETE',
        url: `${hosts.platformURL}/models/requests/${encodeURIComponent(id)}/payloads`,
        // New for each call, the same for its repetitions: a second call shall be answered anew.
        headers: { 'idempotency-key': crypto.randomUUID() },
      },
      options,
    )
    const { cdn_delete_results } = parseReply(payloadsReplySchema, reply, { provider, operation })
    return (cdn_delete_results ?? []).map(({ link, exception }) => ({ url: link, failure: wordsOf(exception) }))
  } catch (error) {
    if (LikenessError.is(error) && error.kind === 'permission') throw error.with({ hint: adminKey })
    throw error
  }
}

/** The document gives no type for `exception`. */
function wordsOf(exception: unknown): string | undefined {
  if (exception === null || exception === undefined || exception === '') return undefined
  return createRedactor().text(typeof exception === 'string' ? exception : JSON.stringify(exception))
}

/**
 * The same, for callers that want all or an error.
 *
 * @throws LikenessError `unavailable` where files are left
 */
export async function deleteAllPayloads(
  connection: Connection,
  id: string,
  operation: string,
  options?: CallOptions,
): Promise<void> {
  const files = await deletePayloads(connection, id, operation, options)
  const left = files.filter(({ failure }) => failure !== undefined)
  if (left.length === 0) return
  const { provider } = connection
  throw new LikenessError({
    kind: 'unavailable',
    message: `${provider}: ${left.length} of ${files.length} files were not deleted: ${left[0]?.failure}`,
    provider,
    operation,
    requestId: id,
    hint: "Try again later, or delete them at fal's dashboard.",
  })
}
