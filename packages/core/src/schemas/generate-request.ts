import * as z from 'zod'
import { commonRequestShape } from './common.js'
import { imageInputSchema } from './fine-tune-request.js'

/** A generation, provider-neutral, without the subject's portfolio. */
export const generateRequestSchema = z.strictObject({
  /** What to show. `{subject}` stands for the trained thing. */
  prompt: z.string().min(1, 'must not be empty'),
  /** How many pictures. */
  n: z.int('must be a whole number').min(1, 'must be at least 1').max(100, 'must be at most 100').default(1),
  /** Width and height in pixels, `1024x768`. Not together with `aspectRatio`. @default the vendor's */
  size: z
    .string()
    .regex(/^\d{2,5}x\d{2,5}$/, 'must look like 1024x768 (width x height in pixels)')
    .optional(),
  /** Width to height, `16:9`. Not together with `size`. */
  aspectRatio: z
    .string()
    .regex(/^\d{1,3}:\d{1,3}$/, 'must look like 16:9 (width:height)')
    .optional(),
  /** Same seed, model and prompt, same picture. @default the vendor chooses */
  seed: z.int().min(0).max(4_294_967_295).optional(),
  /** What not to show. */
  negativePrompt: z.string().optional(),
  /** Sampling steps. @default the vendor's */
  steps: z.int().positive().optional(),
  /** How closely to follow the prompt. @default the vendor's */
  guidanceScale: z.number().min(0).optional(),
  /** Strength of the fine-tune; 1 is as trained. @default the vendor's */
  strength: z.number().min(-10).max(10).optional(),
  /** @default the vendor's first */
  format: z.enum(['jpeg', 'png', 'webp']).optional(),
  /** Picture to start from (image-to-image). */
  image: imageInputSchema.optional(),
  /** White where `image` may change (inpainting). Needs `image`. */
  mask: imageInputSchema.optional(),
  /** How far to go from `image`, from 0 (keep it) to 1 (ignore it). @default the vendor's */
  imageStrength: z.number().min(0).max(1).optional(),
  ...commonRequestShape,
})

/** What a caller writes. */
export type GenerateInput = z.input<typeof generateRequestSchema>

/** The same after validation, defaults filled in. */
export type GenerateParameters = Readonly<z.output<typeof generateRequestSchema>>
