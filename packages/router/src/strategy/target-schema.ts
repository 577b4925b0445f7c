import * as z from 'zod'
import { closed, flattened } from './closed.js'
import { type Finding, groupFindings } from './group-findings.js'
import { strategySchema } from './strategy-schema.js'
import type { Target } from './types.js'

const text = z.string('must be text').min(1, 'must not be empty')
const positive = z.number('must be a finite number').positive('must be more than 0')

/** zod's numbers are finite; here `Infinity` lifts a limit. */
const limit = z.custom<number>(
  (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) >= 1),
  { error: 'must be a whole number of at least 1, or Infinity' },
)

const providerTargetSchema = closed({
  provider: text,
  name: text.optional(),
  weight: positive.optional(),
  timeoutMs: positive.optional(),
  retry: closed({
    attempts: z.int('must be a whole number').min(1, 'must be at least 1').optional(),
    maximumWaitMs: z.number('must be a finite number').min(0, 'must not be negative').optional(),
  }).optional(),
  limits: closed({ concurrentJobs: limit.optional(), requestsPerMinute: limit.optional() }).optional(),
  maximumUSD: positive.optional(),
  model: text.optional(),
})

/** What nests deeper is taken for a group that holds itself. */
const deepest = 32

function nestsBeyond(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('targets' in value) || !Array.isArray(value.targets))
    return false
  return levels === 0 || value.targets.some((inner) => nestsBeyond(levels - 1, inner))
}

/** A union would report what is wrong with either kind of target; this tells which one is meant. */
function findings(value: unknown): readonly Finding[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path: [], message: 'must be a target: { provider }, or { strategy, targets }' }]
  }
  if (nestsBeyond(deepest, value)) return [{ path: [], message: `must not nest more than ${deepest} levels deep` }]
  const isGroup = 'strategy' in value || 'targets' in value
  const { data, error } = isGroup ? groupSchema.safeParse(value) : providerTargetSchema.safeParse(value)
  if (error !== undefined) return flattened(error.issues)
  return 'targets' in data ? groupFindings(data) : []
}

/**
 * See {@link Target}. Recursive and closed. It checks a target by itself; `resolveTarget` checks it against the
 * providers that there are.
 */
export const targetSchema: z.ZodType<Target, Target> = z.custom<Target>().check((context) => {
  for (const { path, message } of findings(context.value)) {
    context.issues.push({ code: 'custom', path: [...path], message, input: context.value })
  }
})

const groupSchema = closed({
  strategy: strategySchema,
  targets: z.array(targetSchema, 'must be a list of targets').min(1, 'must hold at least one target'),
  name: text.optional(),
  weight: positive.optional(),
})
