import type { Warning } from '@likeness/core'
import type { ScorerSettings } from './settings.js'

/**
 * What a judge will send and spend, to be read before a run begins: it is paid for besides the budget of the vendors.
 *
 * @param pictures - how many pictures it will be shown
 */
export function judgeNotice({ judge }: ScorerSettings, pictures: number): readonly Warning[] {
  if (judge === undefined || pictures === 0) return []
  const { costPerCallUSD, limitUSD, model, module } = judge
  const cost = Math.min(pictures * costPerCallUSD, limitUSD)
  const requests = Math.min(pictures, Math.floor(limitUSD / costPerCallUSD + 1e-9))
  const message =
    `Scoring sends ${requests} pictures, with photos of the subject, to ${model ?? `the model of ${module}`} and may cost ` +
    `${cost.toFixed(2)} US dollars, which the budget does not hold.` +
    (requests < pictures
      ? ` ${pictures - requests} pictures stay unjudged at the limit of ${limitUSD} US dollars.`
      : '')
  return [{ type: 'notice', provider: 'judge', message }]
}
