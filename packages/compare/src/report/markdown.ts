import type { Evaluation } from '../evaluate/evaluation.js'
import { counted } from '../evaluate/words.js'
import { groupFailures } from './failures.js'
import { failureCost, failureWords } from './failures-section.js'
import { markdownHead, markdownRow, plain } from './markdown-text.js'
import { groupMeasures, splitMeasures } from './measure-groups.js'
import { formatSpan } from './page.js'
import { formatFigure } from './quantities.js'
import { nothingRecommended } from './recommendation-section.js'
import { flagTitle, scopeOf, sentencesOf, titleOf } from './verdict-section.js'
import { agreementWords } from './votes-section.js'

const bullets = (sentences: readonly string[]) => sentences.map((sentence) => `- ${plain(sentence)}`)

function warning({ run }: Evaluation): readonly string[] {
  switch (run.emulated) {
    case true:
      return ['> [!WARNING]', '> **Emulated vendors.** No real vendor made these pictures, times or bills.', '']
    case false:
      return []
    case undefined:
      return ['> [!WARNING]', '> This run did not record whether its vendors were emulated.', '']
  }
}

function verdict(evaluation: Evaluation): readonly string[] {
  const [headline, ...rest] = sentencesOf(evaluation)
  const flags = evaluation.vendors.flatMap(({ name, flags: raised }) =>
    raised.map((flag) => `- ⚠️ **${flagTitle(flag)}** (${plain(name)}): ${plain(flag.message)}`),
  )
  return [`**${plain(headline)}**`, '', ...flags, ...bullets(rest), '']
}

function figures(evaluation: Evaluation): readonly string[] {
  const { vendors } = evaluation
  const rows = splitMeasures(groupMeasures(evaluation))
    .key.flatMap(({ measures }) => measures)
    .map((measure) =>
      markdownRow([measure.title, ...vendors.map((vendor) => formatFigure(measure, vendor.figures[measure.name]))]),
    )
  const head = markdownHead(['Measure', ...vendors.map(({ name }) => name)])
  return ['## Vendors', '', 'In brackets: 95 % intervals, over prompts.', '', ...head, ...rows, '']
}

function votes({ votes: all }: Evaluation): readonly string[] {
  if (all === undefined) return []
  return ['## Votes', '', ...bullets([...all.explanation, agreementWords(all.agreement.alpha)]), '']
}

function failures(evaluation: Evaluation): readonly string[] {
  const rows = groupFailures(evaluation).map((group) =>
    markdownRow([
      group.vendors.join(', '),
      counted(group.count, group.what),
      failureWords(group),
      [group.message, group.hint ?? ''].join(' '),
      failureCost(group),
    ]),
  )
  if (rows.length === 0) return []
  return ['## Failures', '', ...markdownHead(['Vendor', 'How often', 'Kind', 'Reason', 'Charged']), ...rows, '']
}

function recommendation({ recommendation: given, withoutRecommendation: why }: Evaluation): readonly string[] {
  if (given === undefined) return ['## Recommendation', '', plain(why ?? nothingRecommended), '']
  const order = given.order.map((name, index) => `${index + 1}. ${plain(name)}`)
  const excluded = given.excluded.map(({ vendor, reason }) => `${vendor} is left out: ${reason}`)
  return ['## Recommendation', '', ...order, '', ...bullets([...given.reasons, ...excluded]), '']
}

/** The facts of the report for a comment on a change: verdict, flags, figures, failures, recommendation, limits. */
export function renderMarkdown(evaluation: Evaluation): string {
  const { run, limits } = evaluation
  const lines = [
    `# ${run.emulated === true ? '\\[emulated\\] ' : ''}${plain(titleOf(evaluation))}`,
    '',
    ...warning(evaluation),
    ...(run.complete ? [] : ['> [!WARNING]', '> The run is not complete: the figures will change.', '']),
    ...verdict(evaluation),
    plain(scopeOf(evaluation)),
    '',
    ...figures(evaluation),
    ...votes(evaluation),
    ...failures(evaluation),
    ...recommendation(evaluation),
    ...(limits.length === 0 ? [] : ['## Limits', '', ...bullets(limits), '']),
    `Run ${run.id}, ${formatSpan(run.startedAt, run.endedAt)} UTC. Pictures and all figures: report.html and report.json.`,
  ]
  return `${lines.join('\n')}\n`
}
