import * as z from 'zod'
import type { ImageInput } from '../images/image-input.js'
import { commonRequestShape, subjectSchema } from './common.js'

/** See {@link ImageInput}. What it holds is checked when it is opened. */
export const imageInputSchema = z.custom<ImageInput>((value) => value !== undefined && value !== null && value !== '', {
  error: 'must be a path, URL, Buffer, Blob, stream, or { image, caption, name }',
})

/** A fine-tune, provider-neutral. */
export const fineTuneRequestSchema = z.strictObject({
  subject: subjectSchema,
  /** Training images: paths, folders, globs, URLs, bytes, blobs, streams. */
  images: z.array(imageInputSchema).min(1, 'must hold at least one image'),
  /** Base model to train on, e.g. `flux-1-dev`. @default the provider's first */
  base: z.string().min(1).optional(),
  /** Word that will stand for the subject in prompts. @default the vendor's */
  trigger: z.string().regex(/^\S+$/, 'must be one word').max(50).optional(),
  /** Training steps, or iterations where the vendor calls them so. @default the vendor's */
  steps: z.int().positive().optional(),
  /** @default the vendor's */
  learningRate: z.number().positive().optional(),
  /** Rank of the LoRA. @default the vendor's */
  rank: z.int().positive().optional(),
  /** `mock` asks for the vendor's free rehearsal; refused where it has none, so that it never costs money. */
  mode: z.enum(['live', 'mock']).default('live'),
  ...commonRequestShape,
})

/** What a caller writes. */
export type FineTuneInput = z.input<typeof fineTuneRequestSchema>

/** The same after validation, defaults filled in. */
export type FineTuneParameters = Readonly<z.output<typeof fineTuneRequestSchema>>
