export {
  type BaselineReport,
  type CompareRunsOptions,
  checkBaseline,
  compareRuns,
} from './evaluate/compare-runs.js'
export { emitConfig } from './evaluate/emit-config.js'
export { type EvaluateRunInput, evaluateRun } from './evaluate/evaluate-run.js'
export type {
  EvaluatedPicture,
  EvaluatedTraining,
  EvaluatedVotes,
  Evaluation,
  Figure,
  Flag,
  JudgedMeasure,
  Recommendation,
  ReportedMeasure,
  VendorEvaluation,
  WorkStep,
} from './evaluate/evaluation.js'
export type { Change } from './evaluate/vendor-changes.js'
export { formatCost, formatDuration } from './format.js'
export {
  type Embedder,
  type Embedding,
  type OpenedEmbedder,
  openEmbedder,
  type SubjectKind,
} from './identity/embedder.js'
export {
  createLikeness,
  type LikenessReference,
  type LikenessScore,
  type LikenessScorer,
  likenessMeaning,
  type OpenedLikeness,
  type TooFewPhotos,
} from './identity/likeness.js'
export { areaUnderRoc } from './identity/roc.js'
export type { Bounds, Direction, Measure, NotMeasuredReason, Reading } from './measure.js'
export { type CachedModel, type CacheState, listModels, modelFolder, verifyModel } from './models/cache.js'
export type { FetchPackage } from './models/fetch-package.js'
export { type OpenedModel, type OpenOptions, openModel, type ReadyModel, type UnavailableModel } from './models/open.js'
export { type ModelId, type PinnedModel, pinnedModel, pinnedModels } from './models/pinned.js'
export { type PullOptions, pullModel } from './models/pull.js'
export type { LoadRuntime, Runtime, RuntimeName, Session, Tensor } from './models/runtime.js'
export { createLeakageCheck, type Leakage, type LeakageCheck, leakageMeasure } from './pixels/leakage.js'
export {
  findNearDuplicates,
  hashPicture,
  type NearDuplicate,
  type NearDuplicates,
  nearDuplicateMeasure,
} from './pixels/near-duplicates.js'
export type { PerceptualHash } from './pixels/perceptual-hash.js'
export { type Picture, type PictureSource, readPicture } from './pixels/picture.js'
export { FAKE_RESOLUTION } from './pixels/pixel-measures.js'
export type { Pixels, Plane } from './pixels/plane.js'
export {
  createTechnicalQuality,
  type PhotoRange,
  type TechnicalMeasurement,
  type TechnicalMeasureName,
  type TechnicalQuality,
  technicalMeasures,
} from './pixels/technical-quality.js'
export { checkBudget, type PricedItem, type PricedPlan, type Providers, pricePlan } from './plan/price.js'
export { locatePlan } from './plan/read-portfolios.js'
export { settingsOf } from './plan/requests.js'
export {
  type ComparisonPlan,
  type ComparisonPlanInput,
  comparisonPlanSchema,
  parseComparisonPlan,
} from './plan/schema.js'
export { type PlannedPicture, type PlannedTraining, type PlannedWork, planWork } from './plan/work.js'
export { type PlotSettings, plotFigure, renderPlot } from './plots/render-plot.js'
export type {
  HeatmapPlot,
  LatencyPlot,
  ParetoPlot,
  PlotMeasure,
  PlotReference,
  PlotSpec,
  PlotValue,
  RankingPlot,
} from './plots/spec.js'
export { type PlotTable, tabulatePlot } from './plots/table.js'
export { plotStyles } from './plots/theme.js'
export { formatQuantity } from './report/quantities.js'
export { type WriteReportOptions, type WrittenReport, writeReport } from './report/write-report.js'
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
export { withOwnPhotos } from './run/own-photos.js'
export type { RunProgress } from './run/progress.js'
export { type RunComparisonOptions, type RunItem, type RunSummary, readRun, runComparison } from './run/run.js'
export { openRunFolder, type RunFolder } from './run/run-folder.js'
export type { WorkRecord, WorkState } from './run/states.js'
export type { PictureFile, RunStore } from './run/store.js'
export { imageNetClasses, topFive } from './score/class-words.js'
export { defaultScorers, measuresOf } from './score/default-scorers.js'
export { faceLikenessScorer, type LikenessScorerOptions, objectLikenessScorer } from './score/likeness.js'
export type { MeasurementLine, Measurements, PictureLine, ScorerLine } from './score/measurement.js'
export { readMeasurements } from './score/measurements-file.js'
export { type PluginPlan, pluginScorers } from './score/plugins/plugin-scorers.js'
export type { ScorerSettings } from './score/plugins/settings.js'
export { type ScoreRunOptions, type ScoringProgress, scoreRun } from './score/score-run.js'
export type {
  PictureScore,
  ReadyScorer,
  ScoredPicture,
  ScoredSubject,
  Scorer,
  ScorerModel,
  UnavailableScorer,
} from './score/scorer.js'
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
export { standingOf, type VoteStanding } from './vote-page/standing.js'
export { type StartVotingOptions, startVoting, type Voting } from './vote-page/start-voting.js'
export { readVotes } from './vote-page/votes-file.js'
export { createVotingApp, type VotingApp, type VotingAppOptions } from './vote-page/voting-app.js'
export { type Agreement, agreementOf } from './votes/agreement.js'
export { explainVotes } from './votes/explain-votes.js'
export { type RankedVendor, type RankVotesInput, rankVotes, type VoteRanking } from './votes/rank-votes.js'
export type { Vote } from './votes/vote.js'
