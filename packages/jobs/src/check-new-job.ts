import { type FieldError, type JobKind, type JsonObject, LikenessError } from '@likeness/core'
import type { OnOverdue, OnUnknown } from './job.js'

/** What is asked for. */
export interface CreateOptions {
  /** Whose job it is. @default 'default' */
  readonly tenant?: string | undefined
  /** The same key gives the same job, for ever. @default a random one */
  readonly idempotencyKey?: string | undefined
  readonly kind: JobKind
  /** `Provider.id` of who is to do it. */
  readonly provider: string
  /** Whose limits it counts against. @default `provider` */
  readonly account?: string | undefined
  /** Plain JSON, kept as it is: no secret belongs in it. */
  readonly request: JsonObject
  /**
   * Where the answer to the paid request is lost and the vendor cannot be asked.
   *
   * @default 'fail': the job becomes `unknown`
   */
  readonly onUnknown?: OnUnknown | undefined
  /** Where it is not done by its deadline. @default 'fail' */
  readonly onOverdue?: OnOverdue | undefined
  /** From its creation, in milliseconds. @default 24 hours until it is sent, then what the provider's pace says */
  readonly deadlineMs?: number | undefined
  /** Who asks, for the trail. @default 'caller' */
  readonly by?: string | undefined
}

const longestName = 255

function nameErrors(field: string, value: unknown): FieldError[] {
  if (value === undefined) return []
  if (typeof value === 'string' && value.length >= 1 && value.length <= longestName) return []
  const given = typeof value === 'string' ? `${value.length} characters` : String(value)
  return [{ field, message: `must be a text of 1 to ${longestName} characters (given: ${given})` }]
}

function oneOf(field: string, value: unknown, allowed: readonly string[]): FieldError[] {
  if (value === undefined || allowed.some((one) => one === value)) return []
  return [{ field, message: `must be one of ${allowed.join(', ')} (given: ${String(value)})` }]
}

/** Whether it comes back from JSON as it was. */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || value === undefined) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every((one) => one !== undefined && isJson(one))
  if (typeof value !== 'object') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson)
}

/** @throws LikenessError `invalid-request` naming every field that is wrong */
export function checkNewJob(options: CreateOptions): void {
  const { kind, provider, request, deadlineMs } = options
  const fields = [
    ...(['tenant', 'idempotencyKey', 'account', 'by'] as const).flatMap((field) => nameErrors(field, options[field])),
    ...nameErrors('provider', provider ?? null),
    ...oneOf('kind', kind ?? null, ['fine-tune', 'generation']),
    ...oneOf('onUnknown', options.onUnknown, ['fail', 'resend']),
    ...oneOf('onOverdue', options.onOverdue, ['fail', 'wait']),
  ]
  if (typeof request !== 'object' || request === null || Array.isArray(request) || !isJson(request)) {
    fields.push({ field: 'request', message: 'must be an object of plain JSON' })
  }
  if (deadlineMs !== undefined && !(Number.isFinite(deadlineMs) && deadlineMs > 0)) {
    fields.push({ field: 'deadlineMs', message: `must be a number of milliseconds above 0 (given: ${deadlineMs})` })
  }
  if (fields.length === 0) return
  const list = fields.map(({ field, message }) => `${field} ${message}`).join('; ')
  throw new LikenessError({ kind: 'invalid-request', message: `Invalid job: ${list}.`, fields })
}
