import * as z from 'zod'
import { endpointPattern } from './generate-request.js'
import { type FalTrainerId, isTrainerId, type TrainerOption, type TrainerTable, trainers } from './trainers.js'

const lifecycleSchema = z.strictObject({
  /** How long files are kept, in seconds. @default the account's setting */
  expirationSeconds: z.int().positive().optional(),
  /** Who may read them at first. */
  initialAcl: z
    .strictObject({
      default: z.enum(['hide', 'forbid', 'allow']).optional(),
      rules: z
        .array(z.strictObject({ user: z.string().min(1), decision: z.enum(['hide', 'forbid', 'allow']) }))
        .optional(),
    })
    .optional(),
})

/** A header value of its own: anything else could end the header. */
const headerText = z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'must be printable ASCII')

const queueShape = {
  /** `low` waits behind every other user of the endpoint. @default 'normal' */
  priority: z.enum(['normal', 'low']).optional(),
  /** Routes jobs with the same hint to the same runner where possible. */
  runnerHint: headerText.optional(),
  /** For files that the job makes. */
  objectLifecycle: lifecycleSchema.optional(),
  /** For files that are uploaded for the job. */
  uploadLifecycle: lifecycleSchema.optional(),
  /** False keeps inputs and outputs out of fal's request history; results are then gone within minutes. */
  storeIO: z.boolean().optional(),
  /** Seconds from submit until the job must have started; runs are not cut off. More than 0.1. */
  startTimeout: z.number().gt(0.1, 'must be more than 0.1 seconds').optional(),
  /** Keeps fal from running the job again after its own failures. */
  noRetry: z.boolean().optional(),
  /** Retry rules of an app of your own. */
  retryConfig: z.record(z.string(), z.json()).optional(),
  /** Keeps fal from using an equivalent endpoint instead. */
  disableFallback: z.boolean().optional(),
  /** Labels in fal's request history; at most 10. */
  tags: z
    .record(z.string().regex(/^[^=,\s]+$/, 'must have no space, comma or ='), z.string().regex(/^[^=,\s]+$/))
    .refine((tags) => Object.keys(tags).length <= 10, 'must be at most 10')
    .optional(),
  /** Refuses the job (429) when more than this many wait for the endpoint, those of other users included. */
  maxQueueLength: z.int().min(0).optional(),
  /** Reads the job's log lines with each status; the last becomes `message`. @default false */
  logs: z.boolean().optional(),
}

/**
 * How a job goes through fal's queue; the same for trainings and generations.
 *
 * @see https://docs.fal.ai (Platform Headers; Asynchronous Inference), 2026
 */
export type FalQueueOptions = z.input<z.ZodObject<typeof queueShape, z.core.$strict>>

const sizes = ['square_hd', 'square', 'portrait_4_3', 'portrait_16_9', 'landscape_4_3', 'landscape_16_9'] as const

const endpoint = z.string().regex(endpointPattern, 'must look like fal-ai/flux-lora')

/**
 * `providerOptions.fal` of a generation.
 *
 * @see https://fal.ai/models/fal-ai/flux-lora/api, and the types in fal-ai/fal-js `endpoints.ts`, 2026-08-02
 */
export const generateOptionsSchema = z.strictObject({
  /** Endpoint with the inputs of `fal-ai/flux-lora`. @default the model's own, else the settings' */
  endpoint: endpoint.optional(),
  /** A named size instead of `size` or `aspectRatio`. @default 'landscape_4_3' */
  imageSize: z.enum(sizes).optional(),
  /** Faster at some loss. @default 'none' */
  acceleration: z.enum(['none', 'regular']).optional(),
  /** @default true */
  enableSafetyChecker: z.boolean().optional(),
  /** Returns pictures as `data:` URIs, not kept in fal's request history. @default false */
  syncMode: z.boolean().optional(),
  /** LoRAs beside those of the models: a URL or a Hugging Face repository each. All are merged. */
  loras: z
    .array(
      z.strictObject({
        path: z.string().min(1),
        /** @default 1 */
        scale: z.number().optional(),
        force: z.boolean().optional(),
      }),
    )
    .optional(),
  /** Sets `force` on the models' LoRAs. */
  forceLoras: z.boolean().optional(),
  /**
   * Runs without the queue: one request whose answer is the result. fal then retries nothing itself and refuses (429)
   * above the account's concurrency; a lost connection ends the job, and a lost answer loses it. @default false
   */
  direct: z.boolean().optional(),
  ...queueShape,
})

/** `providerOptions.fal` of a generation. */
export type FalGenerateOptions = z.input<typeof generateOptionsSchema>

type ValueOf<Option> = Option extends { type: 'choice'; values: readonly (infer Value)[] }
  ? Value
  : Option extends { type: 'boolean' }
    ? boolean
    : Option extends { type: 'integer' | 'number' }
      ? number
      : string

type OptionsOf<Row extends { readonly options: object }> = {
  -readonly [Name in keyof Row['options']]?: ValueOf<Row['options'][Name]> | undefined
}

type DefaultTrainer = 'fal-ai/flux-lora-fast-training'

/**
 * `providerOptions.fal` of a fine-tune: the options of the trainer named, besides those of the queue. Without a
 * `trainer` those of fast training, or of the settings' trainer.
 */
export type FalFineTuneOptions =
  | {
      [Id in FalTrainerId]: { trainer: Id } & OptionsOf<TrainerTable[Id]> & FalQueueOptions
    }[FalTrainerId]
  | ({ trainer?: undefined } & OptionsOf<TrainerTable[DefaultTrainer]> & FalQueueOptions)

function valueSchema(option: TrainerOption): z.ZodType<string | number | boolean | undefined> {
  switch (option.type) {
    case 'boolean':
      return z.boolean().optional()
    case 'integer':
      return z.int().optional()
    case 'number':
      return z.number().optional()
    case 'string':
      return z.string().optional()
    case 'choice':
      return z.enum([...(option.values ?? [])]).optional()
  }
}

const trainerId = z.enum(Object.keys(trainers).filter(isTrainerId))

function schemaOf(id: FalTrainerId) {
  // The trainer's own options are left out of the static type: which they are is data.
  const own: Record<never, z.ZodType> = Object.fromEntries(
    Object.entries(trainers[id].options).map(([name, option]) => [name, valueSchema(option)]),
  )
  return z.strictObject({ trainer: trainerId.optional(), ...own, ...queueShape })
}

const schemas = new Map<FalTrainerId, ReturnType<typeof schemaOf>>()

/** The closed schema of `providerOptions.fal` for one trainer. */
export function fineTuneOptionsSchema(id: FalTrainerId): ReturnType<typeof schemaOf> {
  const known = schemas.get(id)
  if (known !== undefined) return known
  const schema = schemaOf(id)
  schemas.set(id, schema)
  return schema
}

/** A fine-tune's options after validation. */
export type FineTuneOptions = z.output<ReturnType<typeof schemaOf>>

/** A generation's options after validation. */
export type GenerateOptions = z.output<typeof generateOptionsSchema>

/** The queue's options after validation. */
export type QueueOptions = Pick<GenerateOptions, keyof typeof queueShape>

/** What a queue may have to follow: {@link QueueOptions}, and whether to go round it. */
export type JobOptions = QueueOptions & Pick<GenerateOptions, 'direct'>

/** Files' lifecycle after validation. */
export type Lifecycle = z.output<typeof lifecycleSchema>
