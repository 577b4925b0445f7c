export type {
  AccountLimits,
  Capabilities,
  FineTuneCapabilities,
  FineTuneParameter,
  GenerateCapabilities,
  GenerateParameter,
  ImageLimits,
  SizeSupport,
} from './capabilities.js'
export { type Clock, systemClock } from './clock.js'
export type { Erasure, ErasureItem } from './erasure.js'
export {
  type Billed,
  defaultRetry,
  type ErrorKind,
  errorKinds,
  type FieldError,
  LikenessError,
  type LikenessErrorInit,
  type Retry,
  type SerializedError,
} from './error.js'
export type {
  FineTune,
  FineTuneListItem,
  FineTuneRequest,
  FineTuneStatus,
  FineTuneSucceeded,
  Page,
  PageOptions,
} from './fine-tune.js'
export type {
  AppliedModel,
  Download,
  Generate,
  GenerateRequest,
  GenerationListItem,
  GenerationStatus,
  GenerationSucceeded,
  ImageFailure,
  ImageResult,
} from './generate.js'
export type { GeneratedImage } from './images/generated-image.js'
export type { ImageFile } from './images/image-file.js'
export type { ImageContent, ImageInput } from './images/image-input.js'
export { type PreflightProblem, preflight } from './images/preflight.js'
export type {
  Attempt,
  AttemptOutcome,
  CallOptions,
  Canceled,
  CancelOutcome,
  Deploying,
  Expired,
  Failed,
  FindOptions,
  JobHandle,
  JobKind,
  Pace,
  Progress,
  Queued,
  Running,
  Started,
  UnsuccessfulStatus,
} from './job.js'
export type { JsonObject, JsonValue } from './json.js'
export { lazy } from './lazy.js'
export { lazyMethods } from './lazy-methods.js'
export type { FineTunedModel, ModelReference, Weights } from './model.js'
export {
  type Cost,
  type CostLine,
  type CostSource,
  costOf,
  type Estimate,
  estimateOf,
  formatUSD,
  type NanoUSD,
  nanoUSD,
  type Price,
  priceLine,
  sumCosts,
  sumLines,
} from './money.js'
export { addModel, createPortfolio, type Portfolio, selectModel } from './portfolio.js'
export type { PreviewedFile, RequestPreview } from './preview.js'
export { namesSubject, renderPrompt, subjectPlaceholder, subjectWords } from './prompt.js'
export type { Account, AccountStatus, Provider } from './provider.js'
export type { Finished, RunContext } from './run.js'
export { cancel } from './runtime/cancel.js'
export {
  type FineTuneOptions,
  fineTune,
  type RunOptions,
  type StartedJob,
  startFineTune,
} from './runtime/fine-tune.js'
export { type GenerateOptions, generate, startGenerate } from './runtime/generate.js'
export { type FineTunePlan, type Plan, planFineTune, planGenerate } from './runtime/plan.js'
export type { FineTuneResult, GenerateResult, JobResult } from './runtime/results.js'
export { resume } from './runtime/resume.js'
export type { OnUnknown } from './runtime/submit.js'
export { createWakeups, type Wakeups } from './runtime/wakeups.js'
export { isFinal, type JobStatus, type WaitOptions, watch } from './runtime/watch.js'
export type { FineTuneInput, FineTuneParameters } from './schemas/fine-tune-request.js'
export type { GenerateInput, GenerateParameters } from './schemas/generate-request.js'
export {
  fitSize,
  formatSize,
  nearestAspectRatio,
  parseAspectRatio,
  parseSize,
  type Size,
  type SizeRules,
  sizeForAspectRatio,
} from './size.js'
export { type Subject, type SubjectKind, subjectKind, subjectKinds } from './subject.js'
export type { TrailEntry, TrailOutcome } from './trail.js'
export { unsupportedInFineTune, unsupportedInGenerate } from './unsupported.js'
export { unsupported } from './unsupported-method.js'
export type { Warning } from './warning.js'
export type { WebhookEvent, WebhookRequest, Webhooks } from './webhooks.js'
