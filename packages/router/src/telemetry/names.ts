/**
 * Attributes and metrics of OpenTelemetry's conventions for generative AI, read on 2026-11-20 from
 * https://github.com/open-telemetry/semantic-conventions-genai (docs/gen-ai/client-inference.md, gen-ai-metrics.md) and
 * `@opentelemetry/semantic-conventions` 1.45.0. All are still in development there. The duration keeps the name of 1.45.0,
 * which dashboards know; the newest text calls it `gen_ai.client.inference.duration`.
 */
export const genAI = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  count: 'gen_ai.request.choice.count',
  outputType: 'gen_ai.output.type',
  responseId: 'gen_ai.response.id',
  errorType: 'error.type',
  duration: 'gen_ai.client.operation.duration',
} as const

/** Attributes and metrics of ours. */
export const likeness = {
  router: 'likeness.router.id',
  request: 'likeness.request.id',
  attempt: 'likeness.attempt.id',
  job: 'likeness.job.kind',
  count: 'likeness.request.images',
  steps: 'likeness.request.steps',
  target: 'likeness.target',
  role: 'likeness.role',
  outcome: 'likeness.outcome',
  step: 'likeness.step',
  from: 'likeness.fallback.from',
  to: 'likeness.fallback.to',
  limit: 'likeness.limit',
  state: 'likeness.state',
  progress: 'likeness.progress',
  etaMs: 'likeness.eta_ms',
  untilMs: 'likeness.until_ms',
  ms: 'likeness.ms',
  usd: 'likeness.usd',
  cost: 'likeness.cost_usd',
  costSource: 'likeness.cost_source',
  minimum: 'likeness.estimate.minimum_usd',
  maximum: 'likeness.estimate.maximum_usd',
  warning: 'likeness.warning.type',
  parameter: 'likeness.warning.parameter',
  /** A tag follows. */
  tag: 'likeness.tag.',
} as const
