import { LikenessError } from '@likeness/core'
import type { Evaluation, Recommendation, VendorEvaluation } from './evaluation.js'
import { likenessName } from './usable.js'
import { figureInWords } from './words.js'

/** One target of the router: a provider with the vendors of the plan that it stands for. */
interface Target {
  readonly provider: string
  readonly vendor: VendorEvaluation
}

function hintFor({ vendors }: Evaluation): string {
  if (vendors.length < 2) return 'Compare at least two vendors.'
  return vendors.some(({ figures }) => figures[likenessName]?.state === 'measured')
    ? 'More prompts tell vendors apart that are not told apart yet; the report says how many.'
    : 'Have likeness scored (`likeness models pull`), or people vote (`likeness vote`).'
}

/** Without `fields`: no field of the input is wrong, and the reason would be told twice. */
function refuse(evaluation: Evaluation, message: string): never {
  throw new LikenessError({
    kind: 'invalid-request',
    message: `No config can be written: ${message}`,
    hint: hintFor(evaluation),
  })
}

/** A router asks a provider, not a vendor of the plan: of several at one provider the first in the order counts. */
function targetsOf({ order }: Recommendation, vendors: readonly VendorEvaluation[]): readonly Target[] {
  const chosen = order.flatMap((name) => vendors.find((vendor) => vendor.name === name) ?? [])
  return [...Map.groupBy(chosen, ({ provider }) => provider)].flatMap(([provider, [vendor]]) =>
    vendor === undefined ? [] : [{ provider, vendor }],
  )
}

/** What was measured may hold line breaks of a vendor; a comment must not end before its end. */
const comment = (text: string, indent = '') => `${indent}# ${text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()}`

function settingsInWords({ fineTune, generate }: VendorEvaluation['settings']): readonly string[] {
  const said = [
    ...(Object.keys(fineTune).length > 0 ? [`trained with ${JSON.stringify(fineTune)}`] : []),
    ...(Object.keys(generate).length > 0 ? [`pictures with ${JSON.stringify(generate)}`] : []),
  ]
  return said.length === 0 ? [] : [`Measured with settings that requests must bring along: ${said.join('; ')}`]
}

function targetLines({ provider, vendor }: Target): readonly string[] {
  const { name, figures, flags, settings } = vendor
  const numbers = [
    `${name}: likeness ${figureInWords(figures[likenessName], 'share')}`,
    `a usable picture ${figureInWords(figures['usable-picture-cost'], 'nano-USD')}`,
    `failed ${figureInWords(figures['failure-rate'], 'percent')}`,
    `time per picture ${figureInWords(figures['picture-time'], 'ms')}`,
  ]
  const indent = '      '
  return [
    comment(numbers.join('; '), indent),
    ...flags.map(({ message }) => comment(message, indent)),
    ...settingsInWords(settings).map((line) => comment(line, indent)),
    `${indent}- { provider: ${JSON.stringify(provider)} }`,
  ]
}

/** No provider may have the router's name: they are one set. */
function routerName(vendors: readonly VendorEvaluation[]): string {
  const taken = new Set(vendors.map(({ provider }) => provider))
  let name = 'compared'
  for (let number = 2; taken.has(name); number += 1) name = `compared-${number}`
  return name
}

/**
 * The router that the evidence supports, as YAML for `likeness.config.yaml`: the recommended vendors, the cheapest first,
 * each standing in for those before it. The numbers stand in comments.
 *
 * @returns a `routers:` block; its providers are those of the plan
 * @throws LikenessError `invalid-request` where nothing is recommended, saying why
 */
export function emitConfig(evaluation: Evaluation): string {
  const { run, recommendation, withoutRecommendation, vendors } = evaluation
  if (recommendation === undefined) refuse(evaluation, withoutRecommendation ?? 'nothing is recommended.')
  const targets = targetsOf(recommendation, vendors)
  if (targets.length === 0) refuse(evaluation, 'nothing is recommended.')
  const head = [
    comment(`What the comparison ${run.id} supports; it ended ${run.endedAt}.`),
    ...(run.emulated === true ? ['# emulated: do not use. These numbers say nothing of the real vendors.'] : []),
    ...(run.emulated === undefined ? ['# Whether the vendors were emulated was not recorded.'] : []),
    ...(run.complete ? [] : ['# The run was not complete.']),
    ...recommendation.reasons.map((reason) => comment(reason)),
    ...recommendation.excluded.map(({ vendor, reason }) => comment(`Left out: ${vendor}. ${reason}`)),
  ]
  const mode = targets.length === 1 ? 'single' : 'fallback'
  return [
    ...head,
    'routers:',
    `  ${JSON.stringify(routerName(vendors))}:`,
    `    strategy: { mode: ${mode} }`,
    '    targets:',
    ...targets.flatMap(targetLines),
    '',
  ].join('\n')
}
