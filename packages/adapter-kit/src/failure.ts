import {
  defaultRetry,
  type ErrorKind,
  LikenessError,
  type LikenessErrorInit,
  type SerializedError,
} from '@likeness/core'
import type { Operation, Reply } from './operation.js'
import { type Ending, judge, type Verdict } from './outcome.js'
import type { Redactor } from './redact.js'
import { plainText } from './text.js'

/** A failed send: the error to throw, and what to do about it. */
export interface Failure {
  readonly error: LikenessError
  readonly outcome: Verdict['outcome']
  readonly resend: boolean
}

const HINTS: Partial<Record<ErrorKind, string>> = {
  authentication: 'Check the API key of this provider.',
  permission: 'The key may lack a scope, or the account may not use this model.',
  'insufficient-credits': "Top up the account on the vendor's billing page.",
  'rate-limited': 'Send fewer requests at a time, or wait as long as retryAfterMs says.',
  unavailable: 'The vendor has trouble; try again later or use another provider.',
  network: 'Check the network, the proxy and the configured base URL.',
  timeout: 'Try again, raise timeoutMs, or use another provider.',
  'invalid-response': 'The answer is not what the vendor documents; check the configured base URL.',
  'outcome-unknown':
    'The vendor may have started, and charged for, this job. Look for it there before sending it again.',
}

/** What a text says stands at its beginning. In characters. */
const MOST_READ = 20_000

const WORDS = ['message', 'error', 'detail', 'error_description', 'title'] as const

/** What a body says in words: its usual text fields if it is JSON, else its visible text. */
function wordsOf(body: unknown, redactor: Redactor): string {
  // Secrets first: half of one, where the text is cut, would not be known again.
  const plain = (text: string) => plainText(redactor.text(text.slice(0, MOST_READ)))
  if (typeof body === 'string') return plain(body)
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body)) return ''
  for (const name of WORDS) {
    const value: unknown = Reflect.get(body, name)
    if (typeof value === 'string' && value !== '') return plain(value)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const inner = wordsOf(value, redactor)
      if (inner !== '') return inner
    }
  }
  return plain(JSON.stringify(body))
}

function definedOf(init: Partial<LikenessErrorInit>): Partial<LikenessErrorInit> {
  return Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined))
}

/** Every text of an error without its secrets. */
function redacted(init: LikenessErrorInit, redactor: Redactor): LikenessErrorInit {
  const { message, hint, code, requestId, fields, cause } = init
  return {
    ...init,
    message: redactor.text(plainText(redactor.text(message.slice(0, MOST_READ)), 500)),
    hint: hint === undefined ? undefined : redactor.text(hint),
    code: code === undefined ? undefined : redactor.text(code),
    requestId: requestId === undefined ? undefined : redactor.text(requestId),
    fields: fields?.map((field) => ({ field: redactor.text(field.field), message: redactor.text(field.message) })),
    // The caller's own reason of an abort goes back as it came.
    cause: cause === undefined || init.kind === 'aborted' ? cause : redactor.error(cause),
  }
}

/** Where a failure happened. */
export interface FailureContext {
  readonly provider: string
  readonly operation: Operation
  readonly redactor: Redactor
}

/** A send that brought no answer, or none that can be read. */
export function wireFailureError(
  { provider, operation, redactor }: FailureContext,
  ending: Exclude<Ending, number>,
  message: string,
  cause: unknown,
  status?: number,
): Failure {
  const verdict = judge(operation.effect, ending)
  // Our own refusals (a changed file, a private address) know better than the table what they are.
  const { causes: _causes, ...known }: Partial<SerializedError> =
    LikenessError.is(cause) && verdict.kind === 'invalid-request' ? cause.toJSON() : {}
  const init: LikenessErrorInit = {
    hint: HINTS[verdict.kind],
    message: `${provider}: ${operation.name}: ${message}`,
    ...known,
    kind: known.kind ?? verdict.kind,
    billed: verdict.billed,
    provider,
    operation: operation.name,
    status,
    cause,
  }
  return { error: new LikenessError(redacted(init, redactor)), outcome: verdict.outcome, resend: verdict.resend }
}

/** Whether the vendor's own words forbid what its status would allow. */
function mayResend(vendor: Partial<LikenessErrorInit>): boolean {
  const retry = vendor.retry ?? (vendor.kind === undefined ? 'later' : defaultRetry[vendor.kind])
  return retry === 'later'
}

/**
 * A refusal. What the adapter read from it stands, with one exception: where the status leaves open whether a paid
 * request was taken, only `billed: 'no'` from the adapter makes it a plain refusal; else it is `outcome-unknown`.
 */
export function refusalError(
  { provider, operation, redactor }: FailureContext,
  reply: Reply,
  vendor: Partial<LikenessErrorInit>,
  retryAfterMs: number | undefined,
): Failure {
  const verdict = judge(operation.effect, reply.status)
  const open = verdict.outcome === 'unknown' && vendor.billed !== 'no'
  const kind = open ? verdict.kind : (vendor.kind ?? judge('read', reply.status).kind)
  const words = vendor.message ?? wordsOf(reply.body, redactor)
  const init: LikenessErrorInit = {
    hint: HINTS[kind],
    retryAfterMs,
    ...definedOf(vendor),
    ...(open ? { hint: HINTS['outcome-unknown'], retry: 'never', billed: verdict.billed } : {}),
    message: `${provider}: ${operation.name}: ${words === '' ? 'refused' : words} (HTTP ${reply.status})`,
    kind,
    provider,
    operation: operation.name,
    status: reply.status,
  }
  return {
    error: new LikenessError(redacted(init, redactor)),
    outcome: open ? 'unknown' : 'rejected',
    resend: verdict.resend && mayResend(vendor),
  }
}
