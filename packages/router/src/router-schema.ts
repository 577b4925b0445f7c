import { errorKinds } from '@likeness/core'
import * as z from 'zod'
import { targetSchema } from './strategy/target-schema.js'

const text = z.string().min(1, 'must not be empty')
const positive = z.number().positive('must be more than 0')

const hedgeSchema = z.strictObject({
  after: z.union([positive, z.literal('p95')], { error: "must be milliseconds, or 'p95'" }).optional(),
  maximumShare: z.number().min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1').optional(),
  maximumUSD: positive.optional(),
})

const breakerSchema = z.strictObject({
  threshold: z.int('must be a whole number').min(1, 'must be at least 1').optional(),
  openMs: positive.max(600_000, 'must be at most 600000 (10 minutes)').optional(),
})

const actionSchema = z.enum(['stop', 'next'], { error: "must be 'stop' or 'next'" })
const ruled = errorKinds.filter((kind) => kind !== 'aborted' && kind !== 'outcome-unknown')
const kindSchema = z.enum(ruled, { error: `must be a kind of error that rules may decide on: ${ruled.join(', ')}` })

/** The part of `RouterSettings` that is plain data, as a config file gives it. Closed. */
export const routerSchema = z.strictObject({
  id: text.optional(),
  target: targetSchema,
  rules: z.partialRecord(kindSchema, actionSchema).optional(),
  onUnknown: z.enum(['fail', 'resend', 'fallback'], { error: "must be 'fail', 'resend' or 'fallback'" }).optional(),
  hedge: hedgeSchema.optional(),
  breaker: breakerSchema.optional(),
  licences: z.array(text).optional(),
})
