import * as z from 'zod'

const text = z.string().min(1, 'must not be empty')

/** What the weights of a model are stored as, by the suffix that the hub's file names have for it. */
export const dtypeSuffixes = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
} as const

const localModel = z.strictObject({
  /** Folder with the model's files in the hub's layout: `config.json`, `onnx/...`. Nothing is ever fetched. */
  folder: text,
  /** What its weights are stored as. @default 'fp32' */
  dtype: z
    .enum(['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16'] satisfies (keyof typeof dtypeSuffixes)[])
    .default('fp32'),
})

const amount = z.number('must be an amount in US dollars').positive('must be more than 0')

const judge = z
  .strictObject({
    /** A model of the AI SDK's gateway as `provider/model`; its key is in `AI_GATEWAY_API_KEY`. */
    model: text.regex(/^[^/\s]+\/\S+$/, 'must be written as provider/model').optional(),
    /** Instead of it, a module whose default export is a language model of the AI SDK, of any provider. */
    module: text.optional(),
    /** What one request is taken to cost at most, in US dollars: vendors do not tell it beforehand. */
    costPerCallUSD: amount,
    /** Most that one scoring may spend, counted by `costPerCallUSD`; retries count. In US dollars. */
    limitUSD: amount,
    /** What the judge should heed besides, in words. */
    instructions: text.max(4000).optional(),
  })
  .refine(({ model, module }) => (model === undefined) !== (module === undefined), {
    message: 'needs either a model or a module, not both',
  })
  .refine(({ costPerCallUSD, limitUSD }) => limitUSD >= costPerCallUSD, {
    path: ['limitUSD'],
    message: 'must cover at least one call of costPerCallUSD',
  })

/** Scorers that need weights or a key of the user's own: off where they are not named. */
export const scorerSettingsSchema = z.strictObject({
  /** How well a picture fits its prompt, by CLIP. */
  clip: localModel.optional(),
  /** How well a picture fits its prompt, by SigLIP. */
  siglip: localModel.optional(),
  /** Likeness to the photos by DINOv2: of styles and characters too. */
  dinov2: localModel.optional(),
  /** Likeness of faces by an ArcFace model: the path of its ONNX file. */
  arcface: z.strictObject({ model: text }).optional(),
  /** A language model that looks at photos and picture. Costs money and sends both to its vendor. */
  judge: judge.optional(),
})

/** See {@link scorerSettingsSchema}. */
export type ScorerSettings = Readonly<z.output<typeof scorerSettingsSchema>>

/** A model in a folder of the user's. */
export type LocalModelSettings = Readonly<z.output<typeof localModel>>

/** A language model as judge. */
export type JudgeSettings = Readonly<z.output<typeof judge>>

/** The settings with every path as `locate` answers it. */
export function locateScorers(settings: ScorerSettings, locate: (path: string) => string): ScorerSettings {
  const { clip, siglip, dinov2, arcface, judge } = settings
  const located = (one: LocalModelSettings) => ({ ...one, folder: locate(one.folder) })
  return {
    ...(clip && { clip: located(clip) }),
    ...(siglip && { siglip: located(siglip) }),
    ...(dinov2 && { dinov2: located(dinov2) }),
    ...(arcface && { arcface: { model: locate(arcface.model) } }),
    ...(judge && { judge: { ...judge, ...(judge.module !== undefined && { module: locate(judge.module) }) } }),
  }
}
