import type { Warning } from '@likeness/core'
import { fewestPrompts } from '../statistics/verdict.js'
import type { ComparisonPlan } from './schema.js'

/** What is too small to answer the question, to be read before it is paid for. */
export function promptsNotice({ prompts, subjects, vendors }: ComparisonPlan): readonly Warning[] {
  const each = Object.keys(subjects).length
  const total = prompts.length * each
  if (total >= fewestPrompts || Object.keys(vendors).length < 2) return []
  const given = each === 1 ? `${prompts.length}` : `${total} (${prompts.length} for each of ${each} subjects)`
  const message = `No vendor can be called better with ${given}: it takes at least ${fewestPrompts}, and 20 for small differences.`
  return [{ type: 'notice', provider: 'plan', parameter: 'prompts', message }]
}
