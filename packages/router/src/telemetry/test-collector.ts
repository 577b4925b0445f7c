import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

class PulledReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** What a span says, for assertions. */
const toldBy = ({ name, kind, status, attributes, events, startTime, endTime, parentSpanContext }: ReadableSpan) => ({
  name,
  kind,
  status,
  attributes,
  events: events.map((event) => ({ name: event.name, attributes: event.attributes, time: event.time })),
  startTime,
  endTime,
  parent: parentSpanContext?.spanId,
})

/** Stands in for a collector: holds what it would receive. */
export function createCollector() {
  const exporter = new InMemorySpanExporter()
  const reader = new PulledReader()
  const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer('test')
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test')
  const metrics = async () => {
    const { resourceMetrics, errors } = await reader.collect()
    if (errors.length > 0) throw new AggregateError(errors)
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
  }
  return {
    tracer,
    meter,
    spans: () => exporter.getFinishedSpans(),
    span(name: string, target?: string) {
      const found = exporter
        .getFinishedSpans()
        .filter((span) => span.name === name && (target === undefined || span.attributes['likeness.target'] === target))
      if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} spans ${name} ${target ?? ''}`)
      return found[0]
    },
    /** Points of one metric, as `[attributes, value]`. */
    async points(name: string) {
      const metric = (await metrics()).find(({ descriptor }) => descriptor.name === name)
      return metric?.dataPoints.map(({ attributes, value }) => [attributes, value] as const) ?? []
    },
    metrics,
    /** Everything that was received, as one text. */
    async text() {
      return JSON.stringify({ spans: exporter.getFinishedSpans().map(toldBy), metrics: await metrics() })
    },
  }
}
