export { formatCost, formatDuration } from './format.js'
export { checkBudget, type PricedItem, type PricedPlan, type Providers, pricePlan } from './plan/price.js'
export { locatePlan } from './plan/read-portfolios.js'
export { settingsOf } from './plan/requests.js'
export { type ComparisonPlan, type ComparisonPlanInput, parseComparisonPlan } from './plan/schema.js'
export { type PlannedPicture, type PlannedTraining, type PlannedWork, planWork } from './plan/work.js'
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
export type { AttemptLine, JobTimes, RecordedError, StoredImage } from './run/lines.js'
export type { RunProgress } from './run/progress.js'
export { type RunComparisonOptions, type RunItem, type RunSummary, readRun, runComparison } from './run/run.js'
export { openRunFolder, type RunFolder } from './run/run-folder.js'
export type { WorkRecord, WorkState } from './run/states.js'
export type { PictureFile, RunStore } from './run/store.js'
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
export { type Agreement, agreementOf } from './votes/agreement.js'
export { type RankedVendor, type RankVotesInput, rankVotes, type VoteRanking } from './votes/rank-votes.js'
export type { Vote } from './votes/vote.js'
