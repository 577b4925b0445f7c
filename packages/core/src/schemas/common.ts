import * as z from 'zod'
import type { JsonValue } from '../json.js'
import { subjectKinds } from '../subject.js'

/** A public `https:` or `http:` address. */
export const httpUrlSchema = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })

/** See {@link Subject}. */
export const subjectSchema = z.strictObject({
  className: z.string().trim().min(1, 'must name a class, such as man, cat or sneaker').max(100),
  kind: z.enum(subjectKinds).optional(),
  name: z.string().min(1).max(200).optional(),
})

/** Any JSON value. */
export const jsonValueSchema: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>

/** Options of one vendor under its `Provider.id`; each adapter checks its own against a closed schema. */
export const providerOptionsSchema = z.record(z.string(), z.record(z.string(), jsonValueSchema))

/** What both kinds of requests take. */
export const commonRequestShape = {
  /** One logical request has one key, however often it is sent. @default a random UUID */
  idempotencyKey: z.string().min(8).max(200).optional(),
  /** Where the vendor reports the end of the job. A hint only: the truth is re-read. */
  webhookUrl: httpUrlSchema.optional(),
  /** The app's own labels, for ledgers and budgets. Not sent to vendors. */
  tags: z.record(z.string(), z.string()).optional(),
  /** What a vendor documents and no other has, under the provider's id. */
  providerOptions: providerOptionsSchema.optional(),
  /** What to do about a parameter that the provider lacks. */
  onUnsupported: z.enum(['warn', 'error']).default('warn'),
}
