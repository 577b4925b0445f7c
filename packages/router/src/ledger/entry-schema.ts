import { costSchema, estimateSchema, jobHandleSchema } from '@likeness/core/schemas'
import * as z from 'zod'
import { ledgerStates } from './states.js'
import type { LedgerEntry } from './types.js'

const text = z.string().min(1)
const time = z.iso.datetime()

/** What each state cannot be without. */
function isWhole({ state, handle, jobId, cost, reason }: LedgerEntry): boolean {
  switch (state) {
    case 'reserved':
      return true
    case 'accepted':
      return jobId !== undefined && handle !== undefined
    case 'settled':
      return cost !== undefined
    case 'refunded':
    case 'unknown':
      return reason !== undefined
  }
}

/** See {@link LedgerEntry}. Open: fields of later versions are dropped. */
export const ledgerEntrySchema: z.ZodType<LedgerEntry> = z
  .object({
    id: text,
    at: time,
    changedAt: time,
    state: z.enum(ledgerStates),
    kind: z.enum(['fine-tune', 'generation']),
    provider: text,
    target: z.string().optional(),
    idempotencyKey: z.string(),
    request: z.string(),
    role: z.enum(['first', 'part', 'retry', 'fallback', 'hedge']).optional(),
    run: z.string().optional(),
    tags: z.record(z.string(), z.string()).optional(),
    subject: z.string().optional(),
    model: z.string().optional(),
    n: z.int().positive().optional(),
    estimate: estimateSchema.optional(),
    reserved: z.int().nonnegative().optional(),
    jobId: z.string().optional(),
    handle: jobHandleSchema.optional(),
    cost: costSchema.optional(),
    reason: z.string().optional(),
  })
  .refine(isWhole, 'lacks what its state needs')
