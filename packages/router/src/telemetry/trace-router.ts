import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api'
import type { Router } from '../types.js'
import { createMetrics } from './metrics.js'
import { createSpans } from './spans.js'

export interface TelemetryOptions {
  /** @default that of the registered tracer provider, named `@likeness/router` */
  readonly tracer?: Tracer | undefined
  /** @default that of the registered meter provider, named `@likeness/router` */
  readonly meter?: Meter | undefined
  /** Names of the requests' tags that spans tell, as `likeness.tag.<name>`. @default none: tags may name customers */
  readonly tags?: readonly string[] | undefined
}

/**
 * Records a router's work as OpenTelemetry spans and metrics, in the conventions for generative AI. Each request is a
 * span; its attempts are client spans in it, with the model's base, cost, estimate and outcome; fallbacks, hedges,
 * breakers, budgets, warnings and progress are their events. Which metrics there are says `docs/telemetry.md`.
 *
 * Nothing here tells a prompt, a picture, an address or a key, and nothing can switch that on: events hold none, and of the
 * sentences that they do hold, which vendors may quote a prompt in, no word is recorded. Nor are tags, except by `tags`.
 *
 * A nested router is recorded when it is given to this function itself.
 *
 * @returns ends the recording; spans of requests at work end then, without an outcome
 */
export function traceRouter(router: Pick<Router, 'subscribe'>, options: TelemetryOptions = {}): () => void {
  const spans = createSpans(options.tracer ?? trace.getTracer('@likeness/router'), options.tags ?? [])
  const measures = createMetrics(options.meter ?? metrics.getMeter('@likeness/router'))
  const unsubscribe = router.subscribe((event) => {
    spans.record(event)
    measures.record(event)
  })
  return () => {
    unsubscribe()
    spans.stop()
  }
}
