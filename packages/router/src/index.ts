export { type EventStream, type StreamOptions, streamEvents } from './event-stream.js'
export type {
  AttemptEnded,
  AttemptStarted,
  AttemptWaiting,
  BreakerEvent,
  BudgetEvent,
  FallbackEvent,
  HedgeEvent,
  JobProgress,
  Listener,
  RequestEnded,
  RequestStarted,
  RouterEvent,
  WarningEvent,
} from './events.js'
export { isRouter } from './is-router.js'
export { createLedger, type LedgerSettings } from './ledger/create-ledger.js'
export { type DriftLine, driftReport } from './ledger/drift.js'
export { toCSV, toJSONLines } from './ledger/export.js'
export { filterEntries, type LedgerFilter } from './ledger/filter.js'
export { type FileLedger, type LedgerFileSettings, openLedger } from './ledger/open-ledger.js'
export { type SettleOptions, type SettleReport, settleOpen } from './ledger/settle-open.js'
export { type LedgerTotal, ledgerTotals, type TotalsBy } from './ledger/totals.js'
export type {
  Budget,
  BudgetUse,
  Ledger,
  LedgerEntry,
  LedgerState,
  LedgerSubject,
  Reservation,
} from './ledger/types.js'
export { createLimiter, type LimiterSettings } from './limits/create-limiter.js'
export type {
  AcquireOptions,
  BreakerPolicy,
  BreakerState,
  Limiter,
  LimitObstacle,
  Permit,
  PermitOutcome,
} from './limits/types.js'
export { type EraseOptions, erase } from './portfolio/erase/erase.js'
export type { PlannedErasure, Receipt, ReceiptLine } from './portfolio/erase/receipt.js'
export { type ExpiringOptions, type ExpiryNotice, expiring } from './portfolio/expiring.js'
export { type ImportOptions, importModel } from './portfolio/import-model.js'
export { mirror } from './portfolio/mirror.js'
export type {
  Mirror,
  MirrorOptions,
  MirrorOutcome,
  MirrorUpdate,
  TrainingParameters,
} from './portfolio/mirror-types.js'
export { onDemand } from './portfolio/on-demand.js'
export type { OnDemandImages, OnDemandOptions, OnDemandSettings } from './portfolio/on-demand-types.js'
export { ownModel } from './portfolio/own-model.js'
export { type Usability, usableAt } from './portfolio/usable-at.js'
export { vendorsOf } from './portfolio/vendors-of.js'
export { type Custody, type KeepWeightsOptions, keepWeights } from './portfolio/weights/keep-weights.js'
export { type KeptWeights, listKeptWeights } from './portfolio/weights/kept-weights.js'
export { type VerifiedWeights, verifyWeights } from './portfolio/weights/verify-weights.js'
export { createRouter } from './router.js'
export { type FallbackRule, fallbackRules } from './rules.js'
export type {
  Condition,
  HedgePolicy,
  ProviderTarget,
  RetryPolicy,
  StrategyMode,
  Target,
  TargetGroup,
  TargetLimits,
  When,
} from './strategy/types.js'
export type {
  Explanation,
  OnDemandModels,
  OnDemandPlan,
  Router,
  RouterSettings,
  RuleAction,
  TargetExplanation,
} from './types.js'
