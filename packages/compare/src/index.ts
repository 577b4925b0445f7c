export { formatCost, formatDuration } from './format.js'
export { renderReport } from './report.js'
export type {
  ReportData,
  ReportFallback,
  ReportImage,
  ReportPicture,
  ReportRouted,
  ReportTraining,
  ReportWork,
} from './report-data.js'
export type { EffectSize } from './statistics/effect-size.js'
export { explainVerdict } from './statistics/explain-verdict.js'
export type { Interval } from './statistics/interval.js'
export { type Random, seededRandom } from './statistics/random.js'
export type { SampleSizeHint } from './statistics/sample-size.js'
export type { Score } from './statistics/score.js'
export { quantile, type Summary, summarize } from './statistics/summary.js'
export {
  type Compared,
  type Comparison,
  type TooFewPrompts,
  type Verdict,
  type VerdictInput,
  verdict,
} from './statistics/verdict.js'
export { type Rate, rateOf } from './statistics/wilson.js'
