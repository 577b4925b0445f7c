import { gatewayPage, html, json } from '../core/responses.js'
import type { RefusalType } from '../core/types.js'
import type { Classification, RequestLine } from '../core/vendor.js'

/** One item of a model error's `detail` (docs "Model errors", 2026). */
export interface Detail {
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly type: string
  readonly url?: string
  readonly ctx?: Readonly<Record<string, unknown>>
  readonly input?: unknown
}

/** How a job ended badly. `model`: the app refused or failed. `infrastructure`: fal did. */
export type Failure =
  | { readonly source: 'model'; readonly status: number; readonly detail: readonly Detail[] }
  | {
      readonly source: 'infrastructure'
      readonly status: number
      readonly errorType: string
      readonly message: string
      readonly headers?: Readonly<Record<string, string>>
    }

export function detail(
  loc: Detail['loc'],
  type: string,
  msg: string,
  more: { ctx?: Readonly<Record<string, unknown>>; input?: unknown } = {},
): Detail {
  return { loc, msg, type, url: `https://docs.fal.ai/errors/#${type}`, ...more }
}

export function modelFailure(status: number, ...details: Detail[]): Failure {
  return { source: 'model', status, detail: details }
}

/** Retry hints go by both names: X-Fal-Retryable in the older pages, X-Fal-Needs-Retry in the newer. */
export function failureResponse(failure: Failure, requestId: string): Response {
  const headers = { 'x-fal-request-id': requestId, 'x-fal-billable-units': '0' }
  switch (failure.source) {
    case 'model': {
      const retryable = failure.status >= 500
      return json({ detail: failure.detail }, failure.status, {
        ...headers,
        'x-fal-retryable': String(retryable),
        ...(retryable ? { 'x-fal-needs-retry': '1' } : {}),
      })
    }
    case 'infrastructure':
      return json({ detail: failure.message, error_type: failure.errorType }, failure.status, {
        ...headers,
        'x-fal-error-type': failure.errorType,
        ...failure.headers,
      })
    default:
      return failure satisfies never
  }
}

/** Seen on the wire 2026-09: three texts for three ways of not being let in. */
export function unauthorized(line: RequestLine): Response {
  if (line.path.startsWith('/v1/')) return platformError(401, 'authorization_error', 'Invalid API key')
  if (!line.headers.has('authorization')) {
    if (line.path.startsWith('/rest/')) return json({ detail: 'Authorization header is required' }, 401)
    const app = line.path.split('/').slice(2, 4).join('/')
    return json(
      { detail: `Cannot access application "${app}". Authentication is required to access this application.` },
      401,
    )
  }
  return json({ detail: 'invalid key credentials' }, 401)
}

export function locked(): Response {
  const reason = 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.'
  return json({ detail: reason }, 403)
}

export function unknownRequest(): Response {
  return json({ status: 'NOT_FOUND' }, 404)
}

export function concurrencyLimit(): Response {
  return json({ detail: 'Concurrent requests limit reached', error_type: 'concurrent_requests_limit' }, 429, {
    'x-fal-needs-retry': '1',
    'x-fal-error-type': 'concurrent_requests_limit',
  })
}

/** The platform API has an envelope of its own (OpenAPI of api.fal.ai, 2026-08-21). */
export function platformError(status: number, type: string, message: string): Response {
  return json({ error: { type, message, docs_url: 'https://docs.fal.ai' } }, status)
}

/** fal's answer of each type, whatever the request was. */
export function refuse(type: RefusalType | 'rate-limited', line: RequestLine & Classification): Response {
  if (line.path.startsWith('/v1/')) {
    const answer = refusePlatform(type)
    if (answer !== undefined) return answer
  }
  switch (type) {
    case 'unauthorized':
      return json({ detail: 'invalid key credentials' }, 401)
    case 'insufficient-credits':
      return locked()
    case 'forbidden':
      return json({ detail: 'Forbidden' }, 403)
    case 'not-found':
      return /\/requests\//.test(line.path)
        ? unknownRequest()
        : json({ detail: `Application "${line.path.split('/').at(-1)}" not found` }, 404)
    case 'conflict':
      return json({ detail: 'Conflict' }, 409)
    case 'too-large':
      return json({ detail: 'Request entity too large' }, 413)
    case 'invalid-field':
      return failureResponse(
        modelFailure(422, detail(['body', 'prompt'], 'string_type', 'Input should be a valid string', { input: null })),
        '',
      )
    case 'content-blocked':
      return failureResponse(contentPolicyViolation(), '')
    case 'service-closed':
      return json({ detail: 'This endpoint has been deprecated.' }, 410)
    case 'server-error':
      return failureResponse(internalError(), '')
    case 'unavailable':
      return infrastructure(503, 'runner_scheduling_failure', 'No runner is available for the request')
    case 'bad-gateway':
      return infrastructure(502, 'runner_incomplete_response', 'The runner sent an incomplete response')
    case 'gateway-timeout':
      return infrastructure(504, 'startup_timeout', 'The runner did not start in time')
    case 'rate-limited':
      return concurrencyLimit()
    case 'html-error':
      return gatewayPage(502, 'Bad Gateway')
    case 'truncated-json':
      return new Response('{"request_id":"019a', { headers: { 'content-type': 'application/json' } })
    case 'empty-body':
      return html('', 200)
    default:
      return type satisfies never
  }
}

function refusePlatform(type: RefusalType | 'rate-limited'): Response | undefined {
  switch (type) {
    case 'unauthorized':
      return platformError(401, 'authorization_error', 'Invalid API key')
    case 'forbidden':
      return platformError(403, 'authorization_error', 'The key lacks the ADMIN scope')
    case 'not-found':
      return platformError(404, 'not_found', 'Not found')
    case 'invalid-field':
      return platformError(400, 'validation_error', 'Invalid request')
    case 'rate-limited':
      return platformError(429, 'rate_limited', 'Rate limit exceeded')
    case 'server-error':
      return platformError(500, 'server_error', 'Internal server error')
    default:
      return undefined
  }
}

function infrastructure(status: number, errorType: string, message: string): Response {
  return failureResponse({ source: 'infrastructure', status, errorType, message }, '')
}

export function contentPolicyViolation(): Failure {
  return modelFailure(
    422,
    detail(
      ['body', 'prompt'],
      'content_policy_violation',
      'The content could not be processed because it contained material flagged by a content checker.',
    ),
  )
}

export function internalError(message = 'Internal server error'): Failure {
  return modelFailure(500, detail(['body'], 'internal_server_error', message))
}

export function downloadError(loc: Detail['loc'], url: string): Detail {
  return detail(
    loc,
    'file_download_error',
    'Failed to download the file. Please check if the URL is accessible and try again.',
    { input: url },
  )
}
