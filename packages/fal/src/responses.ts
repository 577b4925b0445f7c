import * as z from 'zod'

// Only fields that are used, all nullish: fal's answers differ between its pages, its clients and what was seen.

/** A file that a job made. */
export const fileSchema = z.object({
  url: z.string(),
  content_type: z.string().nullish(),
  file_size: z.number().nullish(),
})

/** @see https://docs.fal.ai (Asynchronous Inference, submit), 2026 */
export const submitReplySchema = z.object({
  request_id: z.string().min(1),
  response_url: z.string().nullish(),
  status_url: z.string().nullish(),
  cancel_url: z.string().nullish(),
  queue_position: z.number().nullish(),
})

export type SubmitReply = z.output<typeof submitReplySchema>

/** @see https://docs.fal.ai (Asynchronous Inference, status), 2026. Failures have been seen in COMPLETED. */
export const statusReplySchema = z.object({
  status: z.string(),
  queue_position: z.number().nullish(),
  logs: z.array(z.object({ message: z.string().nullish() })).nullish(),
  error: z.unknown().optional(),
  error_type: z.string().nullish(),
})

export type StatusReply = z.output<typeof statusReplySchema>

/** @see https://fal.ai/models/fal-ai/flux-lora/api (output), 2026 */
export const generationReplySchema = z.object({
  images: z.array(
    z.object({
      url: z.string(),
      width: z.number().nullish(),
      height: z.number().nullish(),
      content_type: z.string().nullish(),
    }),
  ),
  seed: z.number().nullish(),
  has_nsfw_concepts: z.array(z.boolean()).nullish(),
  timings: z.record(z.string(), z.number().nullish()).nullish(),
})

export type GenerationReply = z.output<typeof generationReplySchema>

/** A trainer's output: files under names that the trainer table gives. */
export const fileReplySchema = z.record(z.string(), z.unknown())

/** @see fal-ai/fal-js `libs/client/src/storage.ts`, 2026-08-02 */
export const uploadReplySchema = z.object({ upload_url: z.string(), file_url: z.string() })

/** The answer to one part of a multipart upload. */
export const partReplySchema = z.object({ etag: z.string(), partNumber: z.number().nullish() })

/** @see https://api.fal.ai/v1/openapi.json, 2026-08-21 */
export const billingReplySchema = z.object({
  credits: z.object({ current_balance: z.number().nullish(), currency: z.string().nullish() }).nullish(),
})

/** @see https://api.fal.ai/v1/openapi.json (models/requests/{request_id}/payloads), 2026-08-21 */
export const payloadsReplySchema = z.object({
  cdn_delete_results: z.array(z.object({ link: z.string(), exception: z.unknown().optional() })).nullish(),
})

/** @see https://docs.fal.ai (webhooks), 2026 */
export const jwksSchema = z.object({
  keys: z.array(z.object({ kty: z.string().nullish(), crv: z.string().nullish(), x: z.string().nullish() })),
})

/** @see https://docs.fal.ai (webhooks), 2026 */
export const webhookBodySchema = z.object({
  request_id: z.string().min(1),
  payload: z.unknown().optional(),
})
