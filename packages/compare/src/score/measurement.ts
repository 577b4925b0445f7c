import * as z from 'zod'
import { notMeasuredReasons } from '../measure.js'

const reading = z.discriminatedUnion('state', [
  z.object({ state: z.literal('measured'), value: z.number() }),
  z.object({ state: z.literal('not-measured'), reason: z.enum(notMeasuredReasons), message: z.string() }),
])

const range = z.object({ minimum: z.number(), median: z.number(), maximum: z.number(), photos: z.int() })

/** What a scorer was for one subject. The last line of a scorer and a subject holds. */
const scorerLine = z.object({
  type: z.literal('scorer'),
  scorer: z.string(),
  subject: z.string(),
  /** Absent where it was not available. */
  fingerprint: z.string().optional(),
  /** Why it was not available. */
  reason: z.string().optional(),
  models: z.array(z.object({ id: z.string(), sha256: z.string().optional() })),
  references: z.record(z.string(), range),
  notes: z.array(z.string()),
})

/** What a scorer said of one picture for one subject. */
const pictureLine = z.object({
  type: z.literal('picture'),
  scorer: z.string(),
  subject: z.string(),
  fingerprint: z.string(),
  /** `key` of the planned picture. */
  key: z.string(),
  /** Of the file that was scored. */
  sha256: z.string(),
  readings: z.record(z.string(), reading),
  hash: z.string().optional(),
  embedding: z.string().optional(),
})

/** One line of `measurements.jsonl`. */
export const measurementLineSchema = z.discriminatedUnion('type', [scorerLine, pictureLine])

/** See {@link measurementLineSchema}. */
export type MeasurementLine = z.output<typeof measurementLineSchema>

/** What a scorer was for one subject. */
export type ScorerLine = Readonly<z.output<typeof scorerLine>>

/** What a scorer said of one picture. */
export type PictureLine = Readonly<z.output<typeof pictureLine>>

/** All that was measured of a run: of each scorer and picture the line that holds. */
export interface Measurements {
  readonly scorers: readonly ScorerLine[]
  readonly pictures: readonly PictureLine[]
}
