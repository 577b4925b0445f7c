import { LikenessError } from '@likeness/core'
import * as z from 'zod'
import { largestExact } from './exact-sum.js'
import type { Budget } from './types.js'

const text = z.string('must be text').min(1, 'must not be empty')
const largestUSD = Math.floor(largestExact / 1_000_000_000)

/** See {@link Budget}. Closed. */
export const budgetSchema: z.ZodType<Budget> = z.strictObject({
  name: text,
  limitUSD: z
    .number('must be an amount in US dollars')
    .min(0, 'must not be negative')
    .max(largestUSD, `must be at most ${largestUSD}, where amounts end to be exact`),
  per: z.enum(['run', 'hour', 'day', 'month', 'ever'], { error: 'must be one of run, hour, day, month, ever' }),
  tags: z.record(z.string(), text).optional(),
  unpriced: z.enum(['refuse', 'allow'], { error: "must be 'refuse' or 'allow'" }).optional(),
})

const budgetsSchema = z.array(budgetSchema).superRefine((budgets, context) => {
  budgets.forEach(({ name }, index) => {
    if (budgets.findIndex((other) => other.name === name) === index) return
    context.addIssue({ code: 'custom', path: [index, 'name'], message: `there is a budget ${name} already` })
  })
})

/**
 * Budgets as given, checked.
 *
 * @throws LikenessError `invalid-request` naming every field that is wrong
 */
export function checkBudgets(budgets: unknown): readonly Budget[] {
  const result = budgetsSchema.safeParse(budgets)
  if (result.success) return result.data
  const fields = result.error.issues.map((issue) => ({
    field: ['budgets', ...issue.path].join('.'),
    message: issue.message,
  }))
  const list = fields.map(({ field, message }) => `${field} ${message}`).join('; ')
  throw new LikenessError({ kind: 'invalid-request', message: `Invalid budgets: ${list}.`, fields })
}
