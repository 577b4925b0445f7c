import { context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type {
  AttemptEnded,
  AttemptStarted,
  BreakerEvent,
  JobProgress,
  RequestEnded,
  RequestStarted,
  RouterEvent,
} from '../events.js'
import {
  errorType,
  type Happening,
  ofAttempt,
  ofAttemptEnd,
  ofHappening,
  ofRequest,
  ofRequestEnd,
  operationOf,
} from './attributes.js'

interface OpenAttempt {
  readonly span: Span
  readonly provider: string
  /** What was told of its progress last. */
  progress: string
}

interface OpenRequest {
  readonly span: Span
  readonly attempts: Map<string, OpenAttempt>
  /** Where it has been. */
  readonly providers: Set<string>
  /** Attempts may go on after their request: losers of a race, which the vendor is still canceling. */
  ended: boolean
}

// A date: the SDK takes a small number for one of `performance.now()`, and a virtual clock may begin at 0.
const timeOf = ({ at }: { readonly at: number }) => new Date(at)

function fail(span: Span, event: RequestEnded | AttemptEnded): void {
  // No message: it could quote the prompt.
  if (event.outcome !== 'partial' && errorType(event) !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
}

/** One span for each request, in which one for each attempt; what else happens becomes events of them. */
export function createSpans(tracer: Tracer, tags: readonly string[]) {
  const requests = new Map<string, OpenRequest>()
  let latest = 0

  const forget = (key: string, request: OpenRequest) => {
    if (request.ended && request.attempts.size === 0 && requests.get(key) === request) requests.delete(key)
  }
  const close = ({ span, attempts, ended }: OpenRequest) => {
    for (const attempt of attempts.values()) attempt.span.end(timeOf({ at: latest }))
    if (!ended) span.end(timeOf({ at: latest }))
  }

  const startRequest = (event: RequestStarted) => {
    const before = requests.get(event.request)
    if (before !== undefined) close(before)
    const span = tracer.startSpan(`route ${operationOf(event.job)}`, {
      kind: SpanKind.INTERNAL,
      startTime: timeOf(event),
      attributes: ofRequest(event, tags),
    })
    requests.set(event.request, { span, attempts: new Map(), providers: new Set(), ended: false })
  }
  const endRequest = (event: RequestEnded) => {
    const request = requests.get(event.request)
    if (request === undefined || request.ended) return
    request.span.setAttributes(ofRequestEnd(event))
    fail(request.span, event)
    request.span.end(timeOf(event))
    request.ended = true
    forget(event.request, request)
  }
  const startAttempt = (event: AttemptStarted) => {
    const request = requests.get(event.request)
    if (request === undefined) return
    const model = event.base === undefined ? '' : ` ${event.base}`
    const span = tracer.startSpan(
      `${operationOf(event.job)}${model}`,
      { kind: SpanKind.CLIENT, startTime: timeOf(event), attributes: ofAttempt(event) },
      trace.setSpan(context.active(), request.span),
    )
    request.attempts.set(event.attempt, { span, provider: event.provider, progress: '' })
    request.providers.add(event.provider)
  }
  const endAttempt = (event: AttemptEnded) => {
    const request = requests.get(event.request)
    const attempt = request?.attempts.get(event.attempt)
    if (request === undefined || attempt === undefined) return
    attempt.span.setAttributes(ofAttemptEnd(event))
    fail(attempt.span, event)
    attempt.span.end(timeOf(event))
    request.attempts.delete(event.attempt)
    forget(event.request, request)
  }
  const happen = (span: Span, event: Happening) => {
    span.addEvent(`likeness.${event.type}`, ofHappening(event), timeOf(event))
  }
  /** A long training is asked about hundreds of times, and a span keeps 128 events: told by state and by tenths. */
  const progress = (event: JobProgress) => {
    const attempt = requests.get(event.request)?.attempts.get(event.attempt)
    const tenth = event.progress === undefined ? '' : Math.floor(event.progress * 10)
    const told = `${event.state} ${tenth}`
    if (attempt === undefined || attempt.progress === told) return
    attempt.progress = told
    happen(attempt.span, event)
  }
  /** A breaker belongs to no request: told to all that are open and have been there. */
  const breaker = (event: BreakerEvent) => {
    for (const { span, ended, providers } of requests.values()) {
      if (!ended && providers.has(event.provider)) happen(span, event)
    }
  }
  return {
    record(event: RouterEvent): void {
      latest = Math.max(latest, event.at)
      switch (event.type) {
        case 'request.started':
          startRequest(event)
          break
        case 'request.ended':
          endRequest(event)
          break
        case 'attempt.started':
          startAttempt(event)
          break
        case 'attempt.ended':
          endAttempt(event)
          break
        case 'job.progress':
          progress(event)
          break
        case 'breaker':
          breaker(event)
          break
        case 'attempt.waiting':
        case 'fallback':
        case 'hedge':
        case 'budget':
        case 'warning': {
          const request = requests.get(event.request)
          if (request !== undefined && !request.ended) happen(request.span, event)
          break
        }
      }
    },
    /** Ends what is open, without an outcome. */
    stop(): void {
      for (const request of requests.values()) close(request)
      requests.clear()
    },
  }
}
