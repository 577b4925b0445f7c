import { LikenessError, namesSubject } from '@likeness/core'
import { fineTuneRequestSchema, generateRequestSchema, portfolioSchema, subjectSchema } from '@likeness/core/schemas'
import * as z from 'zod'
import { scorerSettingsSchema } from '../score/plugins/settings.js'

const name = z.string().regex(/^[\w.-]{1,80}$/, 'must be 1 to 80 letters, digits, _ . or -')
const text = z.string().min(1, 'must not be empty')

/** A list of which no two entries are alike in what `keyOf` reads; `field` names that of an entry. */
function unique<Item>(item: z.ZodType<Item>, keyOf: (value: Item) => unknown = (value) => value, field?: string) {
  return z
    .array(item)
    .min(1, 'must hold at least one entry')
    .superRefine((items, { addIssue }) => {
      const keys = items.map(keyOf)
      for (const [index, key] of keys.entries()) {
        const first = keys.indexOf(key)
        if (first === index) continue
        const path = field === undefined ? [index] : [index, field]
        addIssue({ code: 'custom', path, message: `is the same as entry ${first + 1} of the list` })
      }
    })
}

// Without defaults: one filled in here would win over what a preset says.
const mode = fineTuneRequestSchema.shape.mode.unwrap().optional()
const onUnsupported = generateRequestSchema.shape.onUnsupported.unwrap().optional()

const fineTuneSettings = fineTuneRequestSchema
  .pick({ base: true, trigger: true, steps: true, learningRate: true, rank: true, providerOptions: true })
  .extend({ mode, onUnsupported })

const generateSettings = generateRequestSchema
  .pick({ steps: true, guidanceScale: true, strength: true, format: true, negativePrompt: true, providerOptions: true })
  .extend({ onUnsupported })

const settings = {
  /** Of the trainings; the same names as in a fine-tune request. */
  fineTune: fineTuneSettings.optional(),
  /** Of the pictures; the same names as in a generation request. */
  generate: generateSettings.optional(),
}

const subject = z
  .strictObject({
    ...subjectSchema.partial().shape,
    /** Folders, files, globs or URLs of photos to train on. Next to a portfolio they are not sent anywhere. */
    images: z.array(text).min(1, 'must hold at least one image').optional(),
    /**
     * Photos of the subject that are kept back: never sent to a vendor. Likeness is then measured against them, so that a
     * copied training photo earns nothing. At least 3 images. @default the training photos serve
     */
    heldOut: z.array(text).min(1, 'must hold at least one image').optional(),
    /** A subject that was trained already: its portfolio, or the path of its file. Nothing is trained then. */
    portfolio: z.union([text, portfolioSchema], { error: 'must be the path of a portfolio, or one' }).optional(),
  })
  .refine(({ images, portfolio }) => images !== undefined || portfolio !== undefined, {
    message: 'needs images to train on, or a portfolio',
  })
  .refine(({ className, portfolio }) => (className === undefined) !== (portfolio === undefined), {
    path: ['className'],
    message: 'must be given with images, such as man, cat or sneaker; a portfolio brings its own',
  })

const vendor = z.strictObject({
  /** Name of the provider that does the work. */
  provider: name,
  /** Named settings that this entry begins with; its own win. */
  preset: name.optional(),
  /** Pictures made before the measured ones, paid for and left out of every measure. @default 0 */
  warmUp: z.int().min(0).max(10).default(0),
  ...settings,
})

const prompt = z.strictObject({
  id: name,
  prompt: text.refine(namesSubject, 'must say {subject}, which stands for the trained thing'),
  negativePrompt: text.optional(),
})

/** What a plan file may say. Closed: an unknown key is an error. */
export const comparisonPlanSchema = z.strictObject({
  version: z.literal(1, 'must be 1'),
  subjects: z.record(name, subject).refine((all) => Object.keys(all).length > 0, 'must hold at least one subject'),
  presets: z.record(name, z.strictObject(settings)).default({}),
  /** What is compared. One provider may stand in several entries, with other settings. */
  vendors: z.record(name, vendor).refine((all) => Object.keys(all).length > 0, 'must hold at least one vendor'),
  prompts: unique(prompt, ({ id }) => id, 'id').superRefine((prompts, { addIssue }) => {
    const texts = prompts.map(({ prompt: text, negativePrompt = '' }) =>
      JSON.stringify([text.trim(), negativePrompt.trim()]),
    )
    for (const [index, text] of texts.entries()) {
      const first = texts.indexOf(text)
      if (first === index) continue
      const message = `is that of ${prompts[first]?.id} again, which is no second opinion; \`repeats\` makes pictures again`
      addIssue({ code: 'custom', path: [index, 'prompt'], message })
    }
  }),
  /** Every vendor gets every seed, so that pictures can be compared in pairs. */
  seeds: unique(z.int().min(0).max(4_294_967_295)),
  /** Width x height in pixels. @default each vendor's own */
  sizes: unique(generateRequestSchema.shape.size.unwrap()).optional(),
  /** How often each picture is made again, to learn how much a vendor varies by itself. @default 1 */
  repeats: z.int().min(1).max(100).default(1),
  budget: z.strictObject({
    /** Most that the whole run may cost, in US dollars. */
    limitUSD: z.number('must be an amount in US dollars').positive('must be more than 0').max(1_000_000),
    /** What to do about work whose price is not known: a limit cannot be kept with it. @default 'refuse' */
    unpriced: z.enum(['refuse', 'allow']).default('refuse'),
  }),
  /** Paid jobs at the same time, by provider; never more than the provider allows one account. @default 2 */
  concurrency: z.record(name, z.int().min(1).max(100)).default({}),
  /**
   * Differences of likeness up to this do not matter, as a share of the way from strangers to the subject's own photos.
   * @default 0.05
   */
  margin: z.number().min(0).max(1).default(0.05),
  usable: z
    .strictObject({
      /**
       * Least likeness of a usable picture, on the same way. Not asked of pictures without a score.
       *
       * Seen with ResNet-50 on 87 photos of 17 things and animals of the DreamBooth dataset (2026-11-20): every photo of a
       * subject reaches 0.5 against its other photos (0.63 at least), of other classes 0.9 % do, of other subjects of the
       * same class 13 %. A watercolour of the subject may stay below, so lower it where prompts ask for another medium.
       *
       * @default 0.5
       */
      likeness: z.number().min(0).max(1).default(0.5),
    })
    .default({ likeness: 0.5 }),
  /** Scorers that need weights or a key of your own, each off unless it is named; see the README. */
  scorers: scorerSettingsSchema.default({}),
  /** A paid request whose outcome cannot be known is left alone, or sent again and perhaps paid twice. @default 'keep' */
  onUnknown: z.enum(['keep', 'resend']).default('keep'),
})

/** A checked plan, defaults filled in. */
export type ComparisonPlan = Readonly<z.output<typeof comparisonPlanSchema>>

/** What a person writes into a plan file. */
export type ComparisonPlanInput = z.input<typeof comparisonPlanSchema>

function given(input: unknown, path: readonly PropertyKey[]): string {
  let value = input
  for (const key of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  if (value === undefined) return ' (not given)'
  return typeof value === 'object' ? '' : ` (given: ${JSON.stringify(value).slice(0, 80)})`
}

/** References between the parts of a plan that lead nowhere. */
function dangling(plan: ComparisonPlan): { field: string; message: string }[] {
  const presets = Object.keys(plan.presets)
  const providers = new Set(Object.values(plan.vendors).map(({ provider }) => provider))
  const vendors = Object.entries(plan.vendors).flatMap(([key, { preset }]) =>
    preset === undefined || presets.includes(preset)
      ? []
      : [
          {
            field: `vendors.${key}.preset`,
            message: `names no preset (given: ${preset}; there are: ${presets.join(', ') || 'none'})`,
          },
        ],
  )
  const limits = Object.keys(plan.concurrency)
    .filter((key) => !providers.has(key))
    .map((key) => ({
      field: `concurrency.${key}`,
      message: `names no provider of this plan (${[...providers].join(', ')})`,
    }))
  return [...vendors, ...limits]
}

function refuse(fields: readonly { field: string; message: string }[]): never {
  const list = fields.map(({ field, message }) => `${field} ${message}`).join('; ')
  throw new LikenessError({ kind: 'invalid-request', message: `The plan cannot be used: ${list}.`, fields })
}

/**
 * Checks a plan as it was read from a file.
 *
 * @throws LikenessError `invalid-request` naming every field that is wrong
 */
export function parseComparisonPlan(input: unknown): ComparisonPlan {
  const { success, data, error } = comparisonPlanSchema.safeParse(input)
  if (!success) {
    refuse(
      error.issues.flatMap((issue) => {
        const field = issue.path.join('.')
        if (issue.code === 'unrecognized_keys')
          return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'is an unknown option' }))
        return [{ field: field === '' ? 'plan' : field, message: `${issue.message}${given(input, issue.path)}` }]
      }),
    )
  }
  const lost = dangling(data)
  if (lost.length > 0) refuse(lost)
  return data
}
