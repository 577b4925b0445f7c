import type { Scorer } from '../scorer.js'
import { arcfaceScorer } from './arcface.js'
import { dinov2Scorer } from './dinov2.js'
import { judgeScorer } from './judge.js'
import { adherenceScorer } from './prompt-adherence.js'
import type { ScorerSettings } from './settings.js'

/** What of a plan says which scorers there are. */
export interface PluginPlan {
  readonly scorers: ScorerSettings
}

/**
 * The scorers that a plan names besides those that are always there. None is by default: they need weights or a key of the
 * user's own. What is missing is found when they are opened, and said then.
 */
export function pluginScorers({ scorers }: PluginPlan): readonly Scorer[] {
  const { clip, siglip, dinov2, arcface, judge } = scorers
  return [
    ...(clip ? [adherenceScorer('clip', clip)] : []),
    ...(siglip ? [adherenceScorer('siglip', siglip)] : []),
    ...(dinov2 ? [dinov2Scorer(dinov2)] : []),
    ...(arcface ? [arcfaceScorer(arcface)] : []),
    ...(judge ? [judgeScorer(judge)] : []),
  ]
}
