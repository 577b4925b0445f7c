import { isoDate } from '@likeness/adapter-kit'
import * as z from 'zod'

/** Fields the job can do without are dropped when their type is not the expected one. */
const text = z.string().nullish().catch(undefined)
const number = z.number().nullish().catch(undefined)
const date = z
  .string()
  .transform((value, context) => {
    const date = isoDate(value)
    if (date === undefined) context.addIssue('is not a date')
    return date
  })
  .nullish()
const identifier = z.union([z.int(), z.string().min(1)]).transform(String)

/** https://docs.astria.ai/docs/api/tune/ (2026-08-21); `cost_mc` is newer and seen in Astria's own tools only. */
export const tuneSchema = z.object({
  id: identifier,
  title: text,
  name: text,
  token: text,
  branch: text,
  model_type: text,
  base_tune_id: z.union([z.int(), z.null()]).optional().catch(undefined),
  steps: number,
  eta: date.catch(undefined),
  created_at: date.catch(undefined),
  started_training_at: date,
  /** Set when the training is done; there is no status field. */
  trained_at: date,
  expires_at: date.catch(undefined),
  /** Thousandths of a cent. */
  cost_mc: number,
  /** The training photos, unsigned. */
  orig_images: z.array(z.string()).nullish().catch(undefined),
  prompts: z
    .array(z.object({ id: identifier }))
    .nullish()
    .catch(undefined),
})

/** See {@link tuneSchema}. */
export type Tune = z.output<typeof tuneSchema>

/** https://docs.astria.ai/docs/api/prompt/prompt (2026-08-21), which leaves out `images`; real answers have it. */
export const promptSchema = z.object({
  id: identifier,
  tune_id: identifier.nullish().catch(undefined),
  text,
  seed: number,
  num_images: number,
  created_at: date.catch(undefined),
  started_training_at: date,
  trained_at: date,
  /** Empty until all pictures are there. */
  images: z.array(z.string()).nullish(),
  /** In the order of `images`. */
  content_types: z.array(z.string().nullish()).nullish().catch(undefined),
  /** Why there is no picture, in words for the user. */
  user_error: text,
  /** `null` is the personal scope. */
  workspace_id: number,
  cost_mc: number,
  progress_timing_seconds: number,
  progress_elapsed_seconds: number,
})

/** See {@link promptSchema}. */
export type Prompt = z.output<typeof promptSchema>

/** Lists are bare arrays, newest first. */
export const tuneListSchema = z.array(tuneSchema)

/** Lists are bare arrays, newest first. */
export const promptListSchema = z.array(promptSchema)

/** `GET /users`, as Astria's own command line reads it. */
export const userSchema = z.object({ usd_balance_mc: number })

const entity = z.object({ id: identifier })

/**
 * A callback's body: the entity under its name and reduced, or as it is; an array of prompts for `prompts_callback`.
 * Only the id is read.
 */
export const callbackSchema = z.union([
  z.object({ tune: entity }).transform(({ tune }) => ({ kind: 'fine-tune' as const, id: tune.id })),
  z.object({ prompt: entity }).transform(({ prompt }) => ({ kind: 'generation' as const, id: prompt.id })),
  z
    .array(entity)
    .min(1)
    .transform((prompts) => ({ kind: 'generation' as const, id: prompts[0]?.id ?? '' })),
  entity.transform(({ id }) => ({ kind: undefined, id })),
])
