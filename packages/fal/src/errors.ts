import { type Operation, plainText, type ReadError, type Reply } from '@likeness/adapter-kit'
import type { ErrorKind, FieldError, LikenessErrorInit } from '@likeness/core'
import { billableUnits } from './prices.js'
import { trainers } from './trainers.js'

interface Meaning {
  readonly kind: ErrorKind
  readonly hint?: string
}

const fetchable = 'The URL must be public and must not need a login; fal fetches it itself.'
const archive = 'The training images arrive as one zip; check their number and formats with `preflight`.'

/**
 * What a model says of its own failure, by `detail[].type`. All other types are pydantic's and mean a refused field.
 *
 * @see https://docs.fal.ai/errors (model errors), 2026
 */
export const modelErrorTypes: Readonly<Record<string, Meaning>> = {
  content_policy_violation: { kind: 'content-blocked', hint: 'Change the prompt or the pictures.' },
  no_media_generated: { kind: 'job-failed', hint: 'The model made no picture; another seed or prompt may help.' },
  image_too_small: { kind: 'invalid-request' },
  image_too_large: { kind: 'invalid-request' },
  image_load_error: { kind: 'invalid-request', hint: 'One of the pictures is damaged or no picture.' },
  file_download_error: { kind: 'invalid-request', hint: fetchable },
  face_detection_error: { kind: 'invalid-request', hint: 'No face was found; use pictures that show one clearly.' },
  file_too_large: { kind: 'invalid-request' },
  feature_not_supported: { kind: 'unsupported' },
  invalid_archive: { kind: 'invalid-request', hint: archive },
  archive_file_count_below_minimum: { kind: 'invalid-request', hint: archive },
  archive_file_count_exceeds_maximum: { kind: 'invalid-request', hint: archive },
  internal_server_error: { kind: 'job-failed' },
  generation_timeout: { kind: 'timeout' },
  downstream_service_error: { kind: 'unavailable' },
  downstream_service_unavailable: { kind: 'unavailable' },
}

/**
 * What fal itself says, by `error_type`.
 *
 * @see https://docs.fal.ai (request errors), 2026
 */
export const requestErrorTypes: Readonly<Record<string, Meaning>> = {
  request_timeout: { kind: 'timeout' },
  startup_timeout: { kind: 'timeout' },
  runner_scheduling_failure: { kind: 'unavailable' },
  runner_connection_timeout: { kind: 'unavailable' },
  runner_disconnected: { kind: 'unavailable' },
  runner_connection_refused: { kind: 'unavailable' },
  runner_connection_error: { kind: 'unavailable' },
  runner_incomplete_response: { kind: 'unavailable' },
  runner_server_error: { kind: 'unavailable' },
  client_disconnected: { kind: 'job-failed' },
  client_cancelled: { kind: 'job-failed' },
  bad_request: { kind: 'invalid-request' },
  internal_error: { kind: 'unavailable' },
  concurrent_requests_limit: { kind: 'rate-limited' },
  // The platform API's own types.
  authorization_error: { kind: 'authentication' },
  validation_error: { kind: 'invalid-request' },
  not_found: { kind: 'not-found' },
  rate_limited: { kind: 'rate-limited' },
  server_error: { kind: 'unavailable' },
}

const generationFields: Readonly<Record<string, string>> = {
  prompt: 'prompt',
  image_size: 'size',
  num_inference_steps: 'steps',
  guidance_scale: 'guidanceScale',
  num_images: 'n',
  output_format: 'format',
  image_url: 'image',
  mask_url: 'mask',
  strength: 'imageStrength',
  seed: 'seed',
}

const trainingFields: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(trainers).flatMap((trainer) => [
    [trainer.datasetField, 'images'],
    [trainer.stepsField, 'steps'],
    ...(trainer.triggerField === undefined ? [] : [[trainer.triggerField, 'trigger']]),
    ...(trainer.learningRateField === undefined ? [] : [[trainer.learningRateField, 'learningRate']]),
  ]),
)

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** fal's place of a fault (`['body', 'loras', 0, 'scale']`) as the caller knows it (`strength`). */
export function callerField(loc: readonly (string | number)[]): string {
  const [first, ...rest] = loc[0] === 'body' ? loc.slice(1) : loc
  if (first === undefined) return 'request'
  const name = String(first)
  if (name === 'loras') return rest.at(-1) === 'scale' ? 'strength' : ['portfolio', ...rest].join('.')
  return (
    generationFields[name] ?? trainingFields[name] ?? ['providerOptions', 'fal', camelCase(name), ...rest].join('.')
  )
}

/** One item of `detail`, as far as it can be read. */
interface Detail {
  readonly field: string
  readonly message: string
  readonly type: string | undefined
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function readDetail(item: unknown): Detail {
  const loc: unknown = property(item, 'loc')
  const path = Array.isArray(loc)
    ? loc.filter((part): part is string | number => typeof part === 'string' || typeof part === 'number')
    : []
  return {
    field: callerField(path),
    message: plainText(text(property(item, 'msg')) ?? 'refused'),
    type: text(property(item, 'type')),
  }
}

/** The list under `detail`, which only models send; `undefined` where there is none. */
function modelDetails(body: unknown): readonly Detail[] | undefined {
  const detail = property(body, 'detail')
  return Array.isArray(detail) && detail.length > 0 ? detail.map(readDetail) : undefined
}

/** Whether an answer of failure comes from the model itself rather than from fal on the way to it. */
export function isModelError(body: unknown): boolean {
  return modelDetails(body) !== undefined
}

/** A result that was asked for too early. Status 400 was seen most, 500 too; the text is what they share. */
export function isStillInProgress(body: unknown): boolean {
  return /request is still in progress/i.test(text(property(body, 'detail')) ?? '')
}

function meaningOf(status: number, type: string | undefined, words: string): Meaning | undefined {
  // Seen 2026: an empty balance answers 403 on submit, and nothing is queued.
  if (status === 403 && /user is locked|exhausted balance/i.test(words)) {
    return { kind: 'insufficient-credits', hint: 'Top up the balance at fal.ai/dashboard/billing.' }
  }
  if (status === 401) return { kind: 'authentication', hint: 'Check the key: FAL_KEY, or the apiKey setting.' }
  if (status === 403)
    return { kind: 'permission', hint: 'The key lacks a scope (API or ADMIN) or the account a right.' }
  if (type === undefined) return undefined
  return modelErrorTypes[type] ?? requestErrorTypes[type]
}

/** The caller's own `startTimeout` ran out: nothing ran, and asking fal again would wait as long again. */
function isStartTimeout(status: number, headers: Reply['headers']): boolean {
  return status === 504 && headers['x-fal-request-timeout-type'] === 'user'
}

/** `X-Fal-Needs-Retry` is the newer name, `X-Fal-Retryable` the older; both have been seen. */
function retryOf(status: number, kind: ErrorKind | undefined, headers: Reply['headers']): LikenessErrorInit['retry'] {
  if (isStartTimeout(status, headers)) return 'elsewhere'
  if (kind !== 'job-failed' && kind !== 'timeout' && kind !== 'unavailable') return undefined
  if (headers['x-fal-needs-retry'] === '1' || headers['x-fal-retryable'] === 'true') return 'later'
  return headers['x-fal-retryable'] === 'false' ? 'elsewhere' : undefined
}

/** What fal says of a failed request or job, in neutral terms. What it leaves open is left out. */
export function describeFailure({ status, headers, body }: Reply): Partial<LikenessErrorInit> {
  const details = modelDetails(body)
  const platform = property(body, 'error')
  const words =
    text(property(body, 'detail')) ?? text(property(platform, 'message')) ?? text(property(body, 'message')) ?? ''
  const code =
    details?.find(({ type }) => type !== undefined && type in modelErrorTypes)?.type ??
    details?.[0]?.type ??
    text(property(body, 'error_type')) ??
    text(headers['x-fal-error-type']) ??
    text(property(platform, 'type'))
  const meaning = meaningOf(status, code, words)
  const kind = meaning?.kind ?? (details === undefined || status >= 500 ? undefined : 'invalid-request')
  const fields: FieldError[] | undefined = details
    ?.filter(() => status < 500)
    .map(({ field, message }) => ({ field, message }))
  const message =
    details
      ?.map((item) => `${item.field}: ${item.message}`)
      .slice(0, 5)
      .join('; ') ?? words
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(message === '' ? {} : { message }),
    retry: retryOf(status, kind, headers),
    ...(isStartTimeout(status, headers) ? { billed: 'no' as const } : {}),
    code,
    fields: fields === undefined || fields.length === 0 ? undefined : fields,
    requestId: text(headers['x-fal-request-id']),
    hint: meaning?.hint,
  }
}

/**
 * Whether the model itself has answered a run without the queue, which then is over: fal names the units that it bills.
 * On a submit to the queue, and in the words of fal's gateway, the same header says nothing of the job.
 */
function isEndOfDirectRun({ body, headers }: Reply, { effect, url }: Operation): boolean {
  return effect === 'paid' && URL.canParse(url) && isModelError(body) && billableUnits(headers) !== undefined
}

/**
 * For the kit's transport. Only a result replays what became of a job: to anything else a 5xx in a model's words is
 * trouble of the moment. Whether a refused submit was billed follows from its status, unless a direct
 * run's own answer names the units.
 */
export const readError: ReadError = (reply, operation) => {
  const described = describeFailure(reply)
  if (isEndOfDirectRun(reply, operation)) return { ...described, billed: billedOf(reply) }
  if (reply.status < 500 || operation.effect === 'paid' || operation.name.endsWith('.result')) return described
  return { ...described, kind: described.kind === 'timeout' ? 'timeout' : 'unavailable', retry: 'later' }
}

/** Whether a job that ended badly was billed: `x-fal-billable-units` tells, else 5xx never are (docs, 2026). */
export function billedOf({ status, headers }: Reply): 'no' | 'maybe' | 'yes' {
  const units = billableUnits(headers)
  if (units !== undefined) return units > 0 ? 'yes' : 'no'
  return status >= 500 ? 'no' : 'maybe'
}
