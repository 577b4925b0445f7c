import { formatUSD } from '@likeness/core'
import type { WorkLine } from '../run/lines.js'
import type { WorkStep } from './evaluation.js'
import { counted } from './words.js'

function costInWords(line: Extract<WorkLine, { readonly type: 'succeeded' | 'failed' }>): string {
  if (line.cost !== undefined) return formatUSD(line.cost.amount)
  return line.type === 'failed' && line.error.billed === 'no' ? 'not charged' : 'cost unknown'
}

function stepOf(line: WorkLine, sent: number): string {
  switch (line.type) {
    case 'intent': {
      const most = line.estimate === undefined ? 'price unknown' : `at most ${formatUSD(line.estimate.maximum)}`
      return `${sent === 1 ? 'sent' : 'sent again'}, ${most}`
    }
    case 'accepted': {
      const how = line.found ? 'answer lost; found at the vendor as' : 'accepted as'
      return [`${how} ${line.handle.id}`, ...line.warnings.map((warning) => `warning: ${warning}`)].join('; ')
    }
    case 'postponed':
      return `not known yet: ${line.error.message}`
    case 'succeeded': {
      const made = line.model === undefined ? counted(line.images.length, 'picture') : `model ${line.model.id}`
      return `done: ${made}, ${costInWords(line)}`
    }
    case 'failed':
      return `failed: ${line.error.message} (${costInWords(line)})`
    case 'returned':
      return line.error === undefined
        ? 'the vendor has no such job: nothing was created'
        : `not created: ${line.error.message}`
    case 'unknown':
      return line.error === undefined
        ? 'outcome unknown: the vendor cannot be asked'
        : `outcome unknown: ${line.error.message}`
  }
}

/** The lines about a piece of work, in words. */
export function trailOf(history: readonly WorkLine[]): readonly WorkStep[] {
  let sent = 0
  return history.map((line) => {
    if (line.type === 'intent') sent += 1
    return { at: line.at, text: stepOf(line, sent) }
  })
}
