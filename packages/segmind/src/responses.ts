import * as z from 'zod'

const text = z.string().nullish()

/** Answer to a submit. Flux Pro's page says `finetune_id`, Qwen's `request_id`. */
export const submittedFineTuneSchema = z
  .object({ finetune_id: text, request_id: text, status: text, name: text })
  .refine((body) => Boolean(body.finetune_id || body.request_id), { error: 'has neither finetune_id nor request_id' })

/** One training, as details and list give it ("Fast Flux fine tuning API", docs.segmind.com). */
const fineTuneRecordSchema = z.object({
  id: text,
  finetune_id: text,
  request_id: text,
  name: text,
  status: text,
  base_model: text,
  slug: text,
  instance_prompt: text,
  public_model: z.boolean().nullish(),
  error_message: text,
  cloud_storage_url: text,
  trained_model_url: text,
  inference_api_url: text,
  created_ts: text,
})

/** See {@link fineTuneRecordSchema}. */
export type FineTuneRecord = z.output<typeof fineTuneRecordSchema>

/** Documented as `{ finetune: {...} }`; a bare record is read too. */
export const fineTuneDetailsSchema = z.union([
  z.object({ finetune: fineTuneRecordSchema }).transform(({ finetune }) => finetune),
  fineTuneRecordSchema.refine((record) => Boolean(record.status), { error: 'has no status' }),
])

const records = z.array(fineTuneRecordSchema)

/** The SDK's types say a bare array; the envelope was not seen, so the likely ones are read as well. */
export const fineTuneListSchema = z.union([
  records,
  z.object({ finetunes: records }).transform((body) => body.finetunes),
  z.object({ finetune: records }).transform((body) => body.finetune),
  z.object({ requests: records }).transform((body) => body.requests),
  z.object({ data: records }).transform((body) => body.data),
])

/** Where a dataset is put, and how it is called afterwards (official SDK). */
export const uploadTargetSchema = z.object({ presigned_url: z.url(), s3_url: z.url() })

/** Money, in dollars. No cost fields on failure. */
const metrics = z
  .object({
    cost: z.number().nullish(),
    remaining_credits: z.number().nullish().catch(undefined),
    inference_time: z.number().nullish(),
    queue_time: z.number().nullish(),
  })
  .nullish()
  .catch(undefined)

/** Answer to a v2 submit. */
export const submittedGenerationSchema = z.object({
  request_id: z.string().min(1),
  status: text,
  status_url: text,
  response_url: text,
})

/** Answer of `status_url`; also what `response_url` says of a job that has not ended well. */
export const generationStatusSchema = z.object({ status: text, error: z.unknown().optional(), metrics })

/** See {@link generationStatusSchema}. */
export type GenerationStatusReply = z.output<typeof generationStatusSchema>

const picture = z.object({
  url: z.string(),
  content_type: text,
  width: z.number().nullish(),
  height: z.number().nullish(),
})

/** Answer of `response_url`. `output` is a URL; one client saw an array. */
export const generationResultSchema = z.object({
  status: text,
  error: z.unknown().optional(),
  metrics,
  output: z.union([z.string(), z.array(z.union([z.string(), picture]))]).nullish(),
  images: z.array(picture).nullish(),
  seed: z.number().nullish(),
})

/** See {@link generationResultSchema}. */
export type GenerationResultReply = z.output<typeof generationResultSchema>

/** A v1 answer where the model encodes its picture. */
export const encodedPictureSchema = z.object({
  image: z
    .string()
    .transform((text) => text.replace(/^data:[^,]*,/, ''))
    .pipe(z.base64().min(1)),
})

/** `/v1/get-user-credits` (docs.segmind.com, account and billing APIs); 1 credit is 1 USD. */
export const creditsSchema = z.object({ credits: z.number(), 'free-credits': z.number().nullish() })

/** A callback. Its schema is not documented: either id is taken. */
export const callbackSchema = z
  .object({ request_id: text, finetune_id: text })
  .refine((body) => Boolean(body.finetune_id || body.request_id), { error: 'has neither finetune_id nor request_id' })

const webhook = z.object({
  webhook_id: z.union([z.string(), z.number()]).nullish(),
  id: z.union([z.string(), z.number()]).nullish(),
  webhook_url: text,
  event: z.object({ types: z.array(z.string()).nullish() }).nullish(),
})

/** See {@link webhookListSchema}. */
export type WebhookRecord = z.output<typeof webhook>

/** Registered webhooks. The answer is not documented; a bare array, one record and the likely envelopes are read. */
export const webhookListSchema = z.union([
  z.array(webhook),
  z.object({ webhooks: z.array(webhook) }).transform((body) => body.webhooks),
  z.object({ data: z.array(webhook) }).transform((body) => body.data),
  webhook.refine((record) => Boolean(record.webhook_url)).transform((record) => [record]),
])
