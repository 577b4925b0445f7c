import { errorKinds, type RequestPreview } from '@likeness/core'
import { type Explanation, fallbackRules, type TargetExplanation } from '@likeness/router'
import { formatDuration } from '../duration.js'
import { table } from '../table.js'
import { formatEstimate } from './agree-on-cost.js'

function trainsFirst({ onDemand }: TargetExplanation): string[] {
  if (onDemand === undefined) return []
  const long = onDemand.expectedMs === undefined ? '' : `, about ${formatDuration(onDemand.expectedMs)}`
  return [`trains first: ${formatEstimate(onDemand.estimate)}${long}`]
}

function modelOf({ model, provider }: TargetExplanation): string {
  if (model === undefined) return ''
  return model.provider === provider ? model.id : `${model.id} (of ${model.provider})`
}

function rowOf(one: TargetExplanation): string[] {
  const { target, provider, eligible, kind, requests, estimate } = one
  return [
    target.trim() === provider ? target : `${target} (${provider})`,
    eligible ? 'yes' : 'no',
    eligible ? modelOf(one) : (kind ?? ''),
    !eligible || requests === undefined ? '' : `${requests} ${requests === 1 ? 'request' : 'requests'}`,
    eligible ? formatEstimate(estimate) : '',
  ]
}

/** What does not fit a column: why not, a training that comes first, options that would be dropped. */
function notesOf(one: TargetExplanation): string[] {
  const dropped = one.warnings.map(({ parameter, message }) =>
    parameter === undefined ? message : `${parameter}: ${message}`,
  )
  return [...(one.reason === undefined ? [] : [one.reason]), ...trainsFirst(one), ...dropped]
}

/** Targets with those inside them, each below the router that it is of. */
function flattened(targets: readonly TargetExplanation[], depth = 0): TargetExplanation[] {
  return targets.flatMap((one) => [
    { ...one, target: `${'  '.repeat(depth)}${one.target}` },
    ...flattened(one.targets ?? [], depth + 1),
  ])
}

function targetsTable(all: readonly TargetExplanation[]): string {
  const targets = flattened(all)
  const rows = table(targets.map(rowOf)).trimEnd().split('\n')
  return targets
    .map((one, index) => [`  ${rows[index] ?? ''}\n`, ...notesOf(one).map((note) => `      ${note}\n`)].join(''))
    .join('')
}

function changedRules({ rules }: Explanation): string[] {
  return errorKinds
    .filter((kind) => rules[kind] !== fallbackRules[kind].action)
    .map((kind) => `after ${kind}: ${rules[kind]} (usually ${fallbackRules[kind].action})\n`)
}

function previewText(target: string, { method, url, headers, body, files }: RequestPreview): string {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)
  const attached = files.map(
    ({ name, bytes, mediaType }) => `file: ${name}, ${bytes} bytes${mediaType === undefined ? '' : `, ${mediaType}`}\n`,
  )
  return `\n${target} would be sent:\n${method} ${url}\n${head.join('')}${JSON.stringify(body, undefined, 2)}\n${attached.join('')}`
}

/**
 * What a router would do, for people: every target with yes or no and why, then the order, and what else is not usual.
 *
 * @param bodies - also the requests as they would go out
 */
export function explanationText(router: string, explanation: Explanation, bodies: boolean): string {
  const { targets, order, estimate } = explanation
  const plan = order.length === 0 ? 'nothing would be sent' : order.join(', then ')
  const price = order.length === 0 ? '' : `; ${formatEstimate(estimate)}`
  const previews = targets.flatMap(({ target, preview }) => (preview === undefined ? [] : previewText(target, preview)))
  return [
    `${router}: ${plan}${price}\n`,
    targetsTable(targets),
    ...changedRules(explanation),
    ...(bodies ? previews : []),
  ].join('')
}
