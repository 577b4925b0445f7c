export type { EventStream } from './event-stream.js'
export type * from './events.js'
export { createLedger, type LedgerSettings } from './ledger/create-ledger.js'
export { type DriftLine, driftReport } from './ledger/drift.js'
export { toCSV, toJSONLines } from './ledger/export.js'
export { filterEntries, type LedgerFilter } from './ledger/filter.js'
export { type FileLedger, type LedgerFileSettings, openLedger } from './ledger/open-ledger.js'
export { type LedgerTotal, ledgerTotals, type TotalsBy } from './ledger/totals.js'
export type { Budget, BudgetUse, Ledger, LedgerEntry, LedgerState, LedgerSubject, Reservation } from './ledger/types.js'
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
export { vendorsOf } from './portfolio/vendors-of.js'
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
