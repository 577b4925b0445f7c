import { gatewayPage, json, text } from '../core/responses.js'
import type { RefusalType } from '../core/types.js'
import type { Classification, RequestLine } from '../core/vendor.js'
import type { FieldErrors } from './attributes.js'

/** Rails answers plain text here, not JSON (first-party plugin's mock, 2026-09). */
export function unauthorized(): Response {
  return text('HTTP Token: Access denied.\n', 401, { 'www-authenticate': 'Token realm="Application"' })
}

export function notFound(): Response {
  return status(404, 'Not Found')
}

/** 422 with Rails' errors by field. */
export function invalid(errors: FieldErrors): Response {
  return json(errors, 422)
}

/** Recognised by its words; the status is 422, never 402 (first-party plugin, 2026-09). The key `base` is assumed. */
export function notEnoughBalance(): Response {
  return invalid({ base: ['Not enough balance. Please top up your account'] })
}

export function badRequest(error: string): Response {
  return json({ status: 400, error }, 400)
}

/** The body of Rails' own errors. */
function status(code: number, error: string): Response {
  return json({ status: code, error }, code)
}

/** The real answer of each kind where one was seen; else what Rails, or the gateway in front of it, answers. */
export function refuse(type: RefusalType | 'rate-limited', line: RequestLine & Classification): Response {
  switch (type) {
    case 'unauthorized':
      return unauthorized()
    case 'insufficient-credits':
      return notEnoughBalance()
    case 'forbidden':
      return status(403, 'Forbidden')
    case 'not-found':
      return notFound()
    case 'conflict':
      return status(409, 'Conflict')
    case 'too-large':
      return gatewayPage(413, 'Request Entity Too Large')
    case 'invalid-field':
      return line.operation === 'fine-tune.submit'
        ? invalid({ name: ['only English letters, numbers and spaces allowed'] })
        : invalid({ cfg_scale: ['must be less than 5 for Flux'] })
    case 'content-blocked':
      return invalid({ text: ['contains a forbidden word'] })
    case 'rate-limited':
      // "429 might show when polling": neither body nor Retry-After are documented.
      return json({ error: 'Rate limit exceeded. Please retry later' }, 429)
    case 'service-closed':
      return status(410, 'Gone')
    case 'server-error':
      return status(500, 'Internal Server Error')
    case 'unavailable':
      return status(503, 'Service Unavailable')
    case 'bad-gateway':
      return gatewayPage(502, 'Bad Gateway')
    case 'gateway-timeout':
      return gatewayPage(504, 'Gateway Time-out')
    case 'html-error':
      return gatewayPage(500, 'Internal Server Error')
    case 'truncated-json':
      return new Response('{"id":1,"title":"Jo', { status: 200, headers: { 'content-type': 'application/json' } })
    case 'empty-body':
      return new Response('', { status: 200, headers: { 'content-type': 'application/json' } })
    default:
      return type satisfies never
  }
}
