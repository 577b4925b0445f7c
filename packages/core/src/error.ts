import type { JobHandle } from './job.js'
import type { Cost } from './money.js'
import type { TrailEntry } from './trail.js'

/** What went wrong. The list is closed: routers, retries and apps switch over it. */
export const errorKinds = [
  'invalid-request',
  'unsupported',
  'authentication',
  'permission',
  'insufficient-credits',
  'rate-limited',
  'content-blocked',
  'not-found',
  'conflict',
  'unavailable',
  'network',
  'timeout',
  'job-failed',
  'expired',
  'invalid-response',
  'outcome-unknown',
  'budget-exceeded',
  'no-eligible-provider',
  'aborted',
] as const

/** See {@link errorKinds}. */
export type ErrorKind = (typeof errorKinds)[number]

/**
 * Whether the same request may succeed: `never` as it stands, `later` at the same provider, `elsewhere` at another
 * provider.
 */
export type Retry = 'never' | 'later' | 'elsewhere'

/** Whether the vendor charged for the request that failed. */
export type Billed = 'no' | 'maybe' | 'yes'

/** One field that the vendor, or our own validation, refused. */
export interface FieldError {
  /** Dotted path of the field, as the caller wrote it where that is known (`size`, `images.3`). */
  readonly field: string
  /** What is wrong with it. */
  readonly message: string
}

/** What a {@link LikenessError} is made from. Only `kind` and `message` are required. */
export interface LikenessErrorInit {
  readonly kind: ErrorKind
  /** What happened, in one sentence. Must not contain a secret. */
  readonly message: string
  /** @default the entry of {@link defaultRetry} for the kind */
  readonly retry?: Retry | undefined
  /** @default 'no' */
  readonly billed?: Billed | undefined
  /** `Provider.id` of the provider that failed. */
  readonly provider?: string | undefined
  /** Neutral name of the operation, e.g. `generation.submit`. */
  readonly operation?: string | undefined
  /** The vendor's own error code or type, e.g. fal's `error_type`. */
  readonly code?: string | undefined
  readonly fields?: readonly FieldError[] | undefined
  /** The vendor's id of the request, for its support. */
  readonly requestId?: string | undefined
  /** How long the vendor asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** HTTP status, where there was one. */
  readonly status?: number | undefined
  /** What the caller can do about it. */
  readonly hint?: string | undefined
  /** The job that goes on at the vendor although waiting for it ended; `resume` takes it. */
  readonly handle?: JobHandle | undefined
  /** The key of the request that failed to be submitted; sending it again with the same key is the same request. */
  readonly idempotencyKey?: string | undefined
  /** What the job that failed cost, where that is known. */
  readonly cost?: Cost | undefined
  /** The way through the targets of a router. */
  readonly trail?: readonly TrailEntry[] | undefined
  /** Where several providers failed: the failure of each, in the order of the trail. */
  readonly causes?: readonly LikenessError[] | undefined
  readonly cause?: unknown
}

/** A {@link LikenessError} as JSON, without its cause and stack. */
export type SerializedError = Omit<LikenessErrorInit, 'cause' | 'causes'> & {
  readonly retry: Retry
  readonly billed: Billed
  readonly causes?: readonly SerializedError[] | undefined
}

/** The `retry` of a kind where the error does not say otherwise. */
export const defaultRetry: Readonly<Record<ErrorKind, Retry>> = {
  'invalid-request': 'never',
  unsupported: 'elsewhere',
  authentication: 'never',
  permission: 'never',
  'insufficient-credits': 'elsewhere',
  'rate-limited': 'later',
  'content-blocked': 'never',
  'not-found': 'never',
  conflict: 'never',
  unavailable: 'later',
  network: 'later',
  timeout: 'elsewhere',
  'job-failed': 'elsewhere',
  expired: 'never',
  'invalid-response': 'elsewhere',
  'outcome-unknown': 'never',
  'budget-exceeded': 'never',
  'no-eligible-provider': 'never',
  aborted: 'never',
}

const marker = Symbol.for('likeness.error')

/**
 * The one error that Likeness throws. Read `kind` to decide, `retry` and `billed` before sending again, `hint` to
 * tell a person what to do.
 */
export class LikenessError extends Error {
  readonly kind: ErrorKind
  readonly retry: Retry
  readonly billed: Billed
  readonly provider: string | undefined
  readonly operation: string | undefined
  readonly code: string | undefined
  readonly fields: readonly FieldError[] | undefined
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined
  readonly status: number | undefined
  readonly hint: string | undefined
  readonly handle: JobHandle | undefined
  readonly idempotencyKey: string | undefined
  readonly cost: Cost | undefined
  readonly trail: readonly TrailEntry[] | undefined
  readonly causes: readonly LikenessError[] | undefined

  constructor(init: LikenessErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'LikenessError'
    this.kind = init.kind
    this.retry = init.retry ?? defaultRetry[init.kind]
    this.billed = init.billed ?? 'no'
    this.provider = init.provider
    this.operation = init.operation
    this.code = init.code
    this.fields = init.fields
    this.requestId = init.requestId
    this.retryAfterMs = init.retryAfterMs
    this.status = init.status
    this.hint = init.hint
    this.handle = init.handle
    this.idempotencyKey = init.idempotencyKey
    this.cost = init.cost
    this.trail = init.trail
    this.causes = init.causes
    Object.defineProperty(this, marker, { value: true })
  }

  /** Whether `value` is a `LikenessError`, also one from another installed copy of this package. */
  static is(value: unknown): value is LikenessError {
    return typeof value === 'object' && value !== null && marker in value
  }

  /** The error back from `JSON.parse(JSON.stringify(error))`. */
  static from(json: SerializedError): LikenessError {
    return new LikenessError({ ...json, causes: json.causes?.map((cause) => LikenessError.from(cause)) })
  }

  /** A copy of this error with some fields replaced. A new `kind` brings its own default `retry`. */
  with(changes: Partial<LikenessErrorInit>): LikenessError {
    const { retry, ...rest } = this.toJSON()
    const keptRetry = changes.kind === undefined ? { retry } : {}
    return new LikenessError({ ...rest, causes: this.causes, ...keptRetry, cause: this.cause ?? this, ...changes })
  }

  toJSON(): SerializedError {
    const { kind, message, retry, billed, provider, operation, code, fields } = this
    const { requestId, retryAfterMs, status, hint, handle, idempotencyKey } = this
    const what = { kind, message, retry, billed, provider, operation, code, fields }
    const { cost, trail } = this
    const causes = this.causes?.map((cause) => cause.toJSON())
    const all = { ...what, requestId, retryAfterMs, status, hint, handle, idempotencyKey, cost, trail, causes }
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as typeof all
  }
}
