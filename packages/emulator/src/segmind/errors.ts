import { gatewayPage, html, json } from '../core/responses.js'
import type { RefusalType } from '../core/types.js'
import type { Classification, RequestLine } from '../core/vendor.js'

/** Nearly every refusal is `{"error": "<text>"}` (docs.segmind.com/docs/serverless-api, 2026-08-27). */
export function refusal(status: number, error: string, headers: Readonly<Record<string, string>> = {}): Response {
  return json({ error }, status, headers)
}

/** A value in a body is refused. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'
  /** 400 for missing or malformed fields, 406 for values that a model does not take. */
  readonly status: 400 | 404 | 406

  constructor(message: string, status: 400 | 404 | 406 = 400) {
    super(message)
    this.status = status
  }
}

export function unauthorized({ headers }: RequestLine): Response {
  const hasKey = headers.has('x-api-key') || headers.has('authorization')
  return refusal(
    401,
    hasKey
      ? 'Unauthorized. API key is invalid or may have expired. Please check your API key and try again.'
      : 'Missing Authorization or x-api-key in header',
  )
}

/** Observed as 402 on v2 (2026-08-02); elsewhere 406 by the error table. */
export function insufficientCredits(version: 'v1' | 'v2', credits: number): Response {
  const shown = Number.isInteger(credits) ? credits.toFixed(1) : String(credits)
  return refusal(version === 'v2' ? 402 : 406, `Insufficient credits. You have ${shown} credits.`)
}

/** Another verb on a known path: HTML. */
export function methodNotAllowed(allowed: readonly string[]): Response {
  return html(
    '<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n' +
      '<p>The method is not allowed for the requested URL.</p>\n',
    405,
    { allow: allowed.join(', ') },
  )
}

export function serviceClosed(): Response {
  // That the service is closed is documented; status and text are assumed, by analogy with retired models.
  return refusal(410, 'Fine-tuning has been deprecated. New training jobs are no longer accepted.')
}

/** Since 2026-06; not charged. */
export function modelRetired(): Response {
  return refusal(410, 'This model has been retired')
}

/** No Retry-After: only this header says when (its format is assumed). */
export function rateLimited(resetAt: number): Response {
  return refusal(429, 'Rate limit exceeded', { 'x-rate-limit-reset-at-utc': new Date(resetAt).toISOString() })
}

/** Requests are counted by the minute (assumed: by the calendar's). */
export function nextMinute(now: number): number {
  return (Math.floor(now / 60_000) + 1) * 60_000
}

/** The storage is S3, which speaks XML. */
export function accessDenied(): Response {
  return new Response(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
    { status: 403, headers: { 'content-type': 'application/xml' } },
  )
}

export function refuse(type: RefusalType | 'rate-limited', line: RequestLine & Classification, now: number): Response {
  switch (type) {
    case 'unauthorized':
      return unauthorized(line)
    case 'insufficient-credits':
      return insufficientCredits(line.path.startsWith('/v2/') ? 'v2' : 'v1', 0)
    case 'forbidden':
      return refusal(403, 'This model is not allowed for your account')
    case 'not-found':
      return refusal(404, line.operation.startsWith('generation') ? 'Model not found' : 'Not found')
    case 'conflict':
      return refusal(409, 'Conflict')
    case 'too-large':
      return gatewayPage(413, 'Request Entity Too Large')
    case 'invalid-field':
      return line.operation === 'fine-tune.submit'
        ? refusal(400, 'iterations must be at least 100')
        : refusal(406, 'steps must be at most 50')
    case 'content-blocked':
      return refusal(400, 'Request Moderated: NSFW content detected')
    case 'rate-limited':
      return rateLimited(nextMinute(now))
    case 'service-closed':
      return serviceClosed()
    case 'server-error':
      return refusal(500, 'Internal Server Error')
    case 'unavailable':
      return refusal(503, 'Service Unavailable')
    case 'bad-gateway':
      return gatewayPage(502, 'Bad Gateway')
    case 'gateway-timeout':
      return gatewayPage(504, 'Gateway Time-out')
    case 'html-error':
      return gatewayPage(500, 'Internal Server Error')
    case 'truncated-json':
      return new Response('{"status":"QUE', { status: 200, headers: { 'content-type': 'application/json' } })
    case 'empty-body':
      return new Response('', { status: 200, headers: { 'content-type': 'application/json' } })
    default:
      return type satisfies never
  }
}
