import { subjectKinds } from '@likeness/core'
import * as z from 'zod'
import { closed } from './closed.js'

const text = z.string('must be text').min(1, 'must not be empty')
const list = (item: z.ZodType<string>) => z.array(item).min(1, 'must hold at least one')
const texts = z.union([text, list(text)], { error: 'must be text, or a list that holds at least one' })
const pixels = z.int('must be a whole number of pixels').min(1, 'must be at least 1')
const kind = z.enum(subjectKinds)
const kinds = z.union([kind, z.array(kind).min(1)], {
  error: `must be one of ${subjectKinds.join(', ')}, or a list of them`,
})

const whenShape = {
  job: z.enum(['fine-tune', 'generation'], { error: 'must be one of fine-tune, generation' }).optional(),
  tags: z.record(z.string(), texts, 'must be an object of tags').optional(),
  base: texts.optional(),
  subjectKind: kinds.optional(),
  minimumPixels: pixels.optional(),
  maximumPixels: pixels.optional(),
}

const whenSchema = closed(whenShape)
  .refine((when) => Object.values(when).some((value) => value !== undefined), {
    error: `must ask for something: ${Object.keys(whenShape).join(', ')}; what fits no condition takes \`default\``,
  })
  .refine(({ minimumPixels = 0, maximumPixels = Number.POSITIVE_INFINITY }) => minimumPixels <= maximumPixels, {
    path: ['minimumPixels'],
    error: 'must not be more than maximumPixels',
  })

const modes = ['single', 'fallback', 'loadbalance', 'cheapest', 'fastest', 'conditional']

/** See `StrategyMode`. Closed. */
export const strategySchema = z.discriminatedUnion(
  'mode',
  [
    closed({ mode: z.enum(['single', 'fallback', 'cheapest', 'fastest']) }),
    closed({
      mode: z.literal('loadbalance'),
      by: z.enum(['weight', 'least-busy'], { error: 'must be one of weight, least-busy' }).optional(),
    }),
    closed({
      mode: z.literal('conditional'),
      conditions: z
        .array(closed({ when: whenSchema, target: text }), 'must be a list of conditions')
        .min(1, 'must hold at least one condition'),
      default: text.optional(),
    }),
  ],
  { error: `must be one of ${modes.join(', ')}, as { mode }` },
)
