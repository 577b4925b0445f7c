import { type ErrorKind, errorKinds, type JobHandle, type LikenessError } from '@likeness/core'
import { costSchema, estimateSchema, fineTunedModelSchema, jobHandleSchema } from '@likeness/core/schemas'
import * as z from 'zod'

const at = z.iso.datetime()
/** The key of the planned work. */
const key = z.string().min(1)

/** A process begins to work on the run. */
const openedLine = z.object({
  type: z.literal('opened'),
  at,
  session: z.string(),
  pid: z.int(),
  host: z.string(),
})

/** The process has stopped by itself. */
const closedLine = z.object({ type: z.literal('closed'), at, session: z.string() })

/** A paid request is about to be sent. On the disk before it leaves. */
const intentLine = z.object({
  type: z.literal('intent'),
  at,
  key,
  idempotencyKey: z.string(),
  /** Reserved from the budget until the cost is known. */
  estimate: estimateSchema.optional(),
})

/** The vendor has the job. */
const acceptedLine = z.object({
  type: z.literal('accepted'),
  at,
  key,
  handle: jobHandleSchema as z.ZodType<JobHandle>,
  /** `found`: its answer was lost, and the vendor was asked for it later. */
  found: z.boolean(),
  warnings: z.array(z.string()),
})

const timesShape = z.object({
  /** From the request to the vendor's acceptance, in milliseconds. Absent where another process sent it. */
  submitMs: z.number().optional(),
  /** From acceptance until it was first seen at work. Absent where it was never seen so. */
  queueMs: z.number().optional(),
  /** From acceptance until its end was noticed. Absent where the wait began in another process. */
  jobMs: z.number().optional(),
  /** Reading the pictures. */
  downloadMs: z.number().optional(),
})

/** See {@link StoredImage}. */
export const imageShape = z.object({
  /** Lower-case hex; the name of the file. */
  sha256: z.string(),
  /** Path within the folder of the run, with `/`. A run that somebody else made must not name any other file. */
  file: z.string().regex(/^(?:images|photos)\/[0-9a-f]{64}\.[a-z]{1,4}$/, 'is no picture of the run'),
  bytes: z.int(),
  mediaType: z.string(),
  width: z.int(),
  height: z.int(),
  seed: z.int().optional(),
})

const errorShape = z.object({
  kind: z.enum(errorKinds as readonly [ErrorKind, ...ErrorKind[]]),
  message: z.string(),
  billed: z.enum(['no', 'maybe', 'yes']),
  code: z.string().optional(),
  hint: z.string().optional(),
})

/**
 * The vendor has the job, or may have it, and could not be asked or read just now: nothing is decided, and a later call
 * goes on with it.
 */
const postponedLine = z.object({ type: z.literal('postponed'), at, key, error: errorShape })

/** The job is done and its result is kept. */
const succeededLine = z.object({
  type: z.literal('succeeded'),
  at,
  key,
  cost: costSchema.optional(),
  times: timesShape,
  /** What a training made. */
  model: fineTunedModelSchema.optional(),
  /** What a generation made. */
  images: z.array(imageShape),
})

/** It ended without a result. */
const failedLine = z.object({
  type: z.literal('failed'),
  at,
  key,
  error: errorShape,
  cost: costSchema.optional(),
  times: timesShape,
})

/** Certainly nothing was created: the vendor has no such job, or refused for a reason that passes. It may be sent again. */
const returnedLine = z.object({ type: z.literal('returned'), at, key, error: errorShape.optional() })

/** Nobody can tell whether the vendor made it. */
const unknownLine = z.object({ type: z.literal('unknown'), at, key, error: errorShape.optional() })

/** One line of `attempts.jsonl`. */
export const attemptLineSchema = z.discriminatedUnion('type', [
  openedLine,
  closedLine,
  intentLine,
  acceptedLine,
  postponedLine,
  succeededLine,
  failedLine,
  returnedLine,
  unknownLine,
])

/** See {@link attemptLineSchema}. */
export type AttemptLine = z.output<typeof attemptLineSchema>
/** A line about one piece of planned work. */
export type WorkLine = Exclude<AttemptLine, { readonly type: 'opened' | 'closed' }>
/** How long the parts of a job took. */
export type JobTimes = Readonly<z.output<typeof timesShape>>
/** A picture that a run keeps. */
export type StoredImage = Readonly<z.output<typeof imageShape>>
/** Why work has no result, as a run records it. */
export type RecordedError = Readonly<z.output<typeof errorShape>>

/** What a run keeps of an error: no cause, no handle. */
export function recordedError({ kind, message, billed, code, hint }: LikenessError): RecordedError {
  return { kind, message, billed, ...(code !== undefined && { code }), ...(hint !== undefined && { hint }) }
}
