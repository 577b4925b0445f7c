import type { Measure } from '../measure.js'
import { copiesScorer } from './copies.js'
import { fidelityScorer } from './fidelity.js'
import { faceLikenessScorer, objectLikenessScorer } from './likeness.js'
import { type PluginPlan, pluginScorers } from './plugins/plugin-scorers.js'
import type { Scorer } from './scorer.js'
import { technicalScorer } from './technical.js'

/**
 * The scorers that work offline, with what ships in packages and the weights of the cache; and those that the plan names
 * besides.
 */
export function defaultScorers(plan: PluginPlan = { scorers: {} }): readonly Scorer[] {
  const offline = [faceLikenessScorer(), objectLikenessScorer(), technicalScorer(), fidelityScorer(), copiesScorer()]
  return [...offline, ...pluginScorers(plan)]
}

/** What scorers give, each measure once. */
export function measuresOf(scorers: readonly Scorer[]): readonly Measure[] {
  return [...new Map(scorers.flatMap(({ measures }) => measures).map((measure) => [measure.name, measure])).values()]
}
