import * as z from 'zod'
import type { JobHandle } from '../job.js'
import type { JsonObject } from '../json.js'
import type { FineTunedModel } from '../model.js'
import type { Cost, Estimate } from '../money.js'
import type { Portfolio } from '../portfolio.js'
import { jsonValueSchema, subjectSchema } from './common.js'

const isoDate = z.iso.datetime({ offset: true })
const data = z.record(z.string(), jsonValueSchema) as unknown as z.ZodType<JsonObject>
const nanoUSD = z.int()
const charged = nanoUSD.nonnegative()

const costLine = z.object({
  label: z.string(),
  quantity: z.number(),
  unit: z.string(),
  unitAmount: nanoUSD.optional(),
  amount: nanoUSD,
})

/** See {@link Cost}. */
export const costSchema: z.ZodType<Cost> = z.object({
  amount: charged,
  currency: z.literal('USD'),
  source: z.enum(['vendor-response', 'vendor-api', 'price-table']),
  lines: z.array(costLine),
})

/** See {@link Estimate}. */
export const estimateSchema: z.ZodType<Estimate> = z.object({
  minimum: charged,
  maximum: charged,
  currency: z.literal('USD'),
  lines: z.array(costLine),
  asOf: z.string(),
})

/** See {@link FineTunedModel}. */
export const fineTunedModelSchema: z.ZodType<FineTunedModel> = z.object({
  provider: z.string().min(1),
  id: z.string().min(1),
  base: z.string().min(1),
  subject: subjectSchema,
  trigger: z.string().optional(),
  createdAt: isoDate,
  expiresAt: isoDate.optional(),
  weights: z
    .object({
      url: z.string(),
      format: z.string(),
      base: z.string(),
      bytes: z.int().nonnegative().optional(),
      access: z.literal('vendor').optional(),
      sha256: z.string().optional(),
      rank: z.int().positive().optional(),
      licence: z.string().optional(),
    })
    .optional(),
  mock: z.boolean().optional(),
  cost: costSchema.optional(),
  data: data.optional(),
})

/** See {@link Portfolio}. */
export const portfolioSchema: z.ZodType<Portfolio> = z.object({
  version: z.literal(1),
  subject: subjectSchema,
  models: z.array(fineTunedModelSchema),
})

/** See {@link JobHandle}. */
export const jobHandleSchema: z.ZodType<JobHandle> = z.object({
  version: z.literal(1),
  kind: z.enum(['fine-tune', 'generation']),
  provider: z.string().min(1),
  id: z.string().min(1),
  idempotencyKey: z.string(),
  startedAt: isoDate,
  subject: subjectSchema.optional(),
  n: z.int().positive().optional(),
  estimate: estimateSchema.optional(),
  data,
})
