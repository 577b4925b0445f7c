import { createRedactor, type Effect, judge, type Reply, type Verdict } from '@likeness/adapter-kit'
import { LikenessError } from '@likeness/core'
import { describeFailure } from './errors.js'

/** One call of a ready client. */
export interface ClientCall {
  readonly provider: string
  readonly operation: string
  readonly effect: Effect
  readonly signal: AbortSignal | undefined
}

/** Codes of errors that occur only before a connection exists. */
const unconnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EADDRNOTAVAIL'])

function codeOf(error: unknown): string | undefined {
  for (let current = error, depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const code: unknown = Reflect.get(current, 'code')
    if (typeof code === 'string') return code
    current = Reflect.get(current, 'cause')
  }
  return undefined
}

/** How a call ended that brought no answer. */
function verdictOf(error: unknown, { effect, signal }: ClientCall): Verdict {
  if (signal?.aborted) return judge(effect, 'aborted')
  const code = codeOf(error)
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return judge(effect, 'connection-timeout')
  if (code !== undefined && unconnected.has(code)) return judge(effect, 'connection-failed')
  if (error instanceof SyntaxError) return judge(effect, 'answer-unreadable')
  return judge(effect, 'connection-lost')
}

/**
 * A failure inside a ready client, judged by the rules of our own transport: where a paid request may have been taken it
 * is `outcome-unknown`.
 */
export function clientFailure(
  call: ClientCall,
  error: unknown,
  verdict: Verdict | undefined,
  reply?: Reply,
): LikenessError {
  const redactor = createRedactor()
  const { provider, operation, effect } = call
  const judged = verdict ?? (reply === undefined ? verdictOf(error, call) : judge(effect, reply.status))
  const described = reply === undefined ? {} : describeFailure(reply)
  const open = judged.outcome === 'unknown'
  const words = described.message ?? (error instanceof Error ? error.message : 'aborted by the caller')
  return new LikenessError({
    ...described,
    kind: open ? judged.kind : (described.kind ?? judged.kind),
    ...(open ? { retry: 'never' as const, hint: 'Look for the job at fal before sending it again.' } : {}),
    billed: judged.billed,
    message: `${provider}: ${operation}: ${redactor.text(words)}${reply === undefined ? '' : ` (HTTP ${reply.status})`}`,
    fields: described.fields?.map((field) => ({ ...field, message: redactor.text(field.message) })),
    provider,
    operation,
    status: reply?.status,
    // The caller's own reason of an abort goes back as it came.
    cause: judged.kind === 'aborted' ? error : redactor.error(error),
  })
}

/** The vendor's answer inside a client's `ApiError`; `undefined` for any other error. */
export function replyOf(error: unknown): Reply | undefined {
  if (!(error instanceof Error)) return undefined
  const status: unknown = Reflect.get(error, 'status')
  if (typeof status !== 'number') return undefined
  const headers: Record<string, string> = {}
  const requestId: unknown = Reflect.get(error, 'requestId')
  const timeoutType: unknown = Reflect.get(error, 'timeoutType')
  if (typeof requestId === 'string' && requestId !== '') headers['x-fal-request-id'] = requestId
  if (typeof timeoutType === 'string') headers['x-fal-request-timeout-type'] = timeoutType
  // Where the answer was no JSON the client keeps only "HTTP <status>: <text>".
  return { status, headers, body: Reflect.get(error, 'body') ?? createRedactor().text(error.message) }
}
