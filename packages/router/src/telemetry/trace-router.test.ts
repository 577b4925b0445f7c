import { type Cost, costOf, type ErrorKind, estimateOf, type JobHandle, nanoUSD } from '@likeness/core'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { afterEach, describe, expect, it } from 'vitest'
import { createEmitter } from '../emitter.js'
import type { AttemptEnded, AttemptStarted, RequestEnded, RequestStarted, RouterEvent } from '../events.js'
import { createCollector } from './test-collector.js'
import { type TelemetryOptions, traceRouter } from './trace-router.js'

const SECRET = 'key-5f2c9'
const PROMPT = 'portrait of {subject} in a red coat'
const ADDRESS = 'https://vendor.example/pictures/1.png'
/** Where a virtual clock may begin. */
const START = 0

const line = { label: `picture of ${PROMPT}`, quantity: 1, unit: 'image', amount: nanoUSD(0.035) }
const cost: Cost = costOf('vendor-response', [line])
const handle: JobHandle = {
  version: 1,
  kind: 'generation',
  provider: 'astria-eu',
  id: 'job-7',
  idempotencyKey: 'one-astria',
  startedAt: new Date(START).toISOString(),
  data: { prompt: PROMPT, url: ADDRESS },
}

const request = { router: 'main', request: 'one', job: 'generation' } as const
const attemptOf = (attempt: string, target: string, provider: string) => ({ ...request, attempt, target, provider })
const first = attemptOf('1', 'fal', 'fal-eu')
const second = attemptOf('2', 'astria', 'astria-eu')

const requestStarted = (at: number): RequestStarted => ({
  ...request,
  type: 'request.started',
  at: START + at,
  n: 2,
  tags: { customer: 'acme', secret: SECRET },
})
const requestEnded = (at: number, outcome: RequestEnded['outcome'], kind?: ErrorKind): RequestEnded => {
  const step = { target: 'fal', provider: 'fal-eu', role: 'first', outcome: 'failed', at: '', ms: 1 } as const
  const trail = [
    { ...step, message: `refused: ${PROMPT}` },
    { ...step, message: SECRET },
  ]
  return { ...request, type: 'request.ended', at: START + at, outcome, kind, ms: at, cost, trail }
}
const attemptStarted = (at: number, base = first, role: AttemptStarted['role'] = 'first'): AttemptStarted => {
  const estimate = estimateOf('2026-11-20', [line], nanoUSD(0.07))
  return { ...base, type: 'attempt.started', at: START + at, role, n: 2, base: 'flux-1-dev', estimate }
}
const attemptEnded = (at: number, base = first, end: Partial<AttemptEnded> = {}): AttemptEnded => ({
  ...base,
  type: 'attempt.ended',
  at: START + at,
  outcome: 'failed',
  kind: 'unavailable',
  ms: at,
  ...end,
})
const success = { outcome: 'succeeded', kind: undefined, cost, handle } as const

/** fal fails after an accepted job, Astria makes the pictures. */
const fallback: readonly RouterEvent[] = [
  requestStarted(0),
  {
    ...request,
    type: 'budget',
    at: START,
    step: 'reserved',
    provider: 'fal-eu',
    amount: nanoUSD(0.07),
    reason: SECRET,
  },
  attemptStarted(10),
  { ...first, type: 'job.progress', at: START + 20, state: 'queued' },
  attemptEnded(2000),
  { type: 'breaker', at: START + 2000, router: 'main', provider: 'fal-eu', state: 'open', until: START + 32_000 },
  {
    ...request,
    type: 'fallback',
    at: START + 2000,
    from: 'fal',
    to: 'astria',
    kind: 'unavailable',
    reason: `refused: ${PROMPT}`,
  },
  attemptStarted(2000, second, 'fallback'),
  {
    ...request,
    type: 'warning',
    at: START + 2000,
    warning: { type: 'unsupported', provider: 'astria-eu', parameter: 'size', message: PROMPT, given: ADDRESS },
  },
  { ...second, type: 'hedge', at: START + 4000, step: 'refused', ms: 2000, reason: `share of ${SECRET}` },
  attemptEnded(9000, second, { ...success, ms: 7000 }),
  requestEnded(9000, 'succeeded'),
]

function record(events: readonly RouterEvent[], options: TelemetryOptions = {}) {
  const collector = createCollector()
  const emitter = createEmitter()
  const stop = traceRouter(emitter, { tracer: collector.tracer, meter: collector.meter, ...options })
  for (const event of events) emitter.emit(event)
  return { collector, emitter, stop }
}

const secondsOf = ([seconds, nanoseconds]: readonly [number, number]) =>
  seconds - START / 1000 + Math.round(nanoseconds / 1e6) / 1000
const eventNames = (events: readonly { readonly name: string }[]) => events.map(({ name }) => name)

afterEach(() => {
  context.disable()
})

describe('spans', () => {
  it('puts a client span for each attempt into the span of its request, in the conventions for generative AI', () => {
    const { collector } = record(fallback)
    const routed = collector.span('route generate_content')
    const failed = collector.span('generate_content flux-1-dev', 'fal')
    const won = collector.span('generate_content flux-1-dev', 'astria')
    expect(collector.spans()).toHaveLength(3)
    for (const attempt of [failed, won]) {
      expect(attempt.parentSpanContext?.spanId).toBe(routed.spanContext().spanId)
      expect(attempt.spanContext().traceId).toBe(routed.spanContext().traceId)
    }
    expect([routed.kind, failed.kind]).toEqual([SpanKind.INTERNAL, SpanKind.CLIENT])
    expect(routed.attributes).toEqual({
      'likeness.router.id': 'main',
      'likeness.request.id': 'one',
      'likeness.job.kind': 'generation',
      'likeness.request.images': 2,
      'likeness.request.steps': 2,
      'likeness.outcome': 'succeeded',
      'likeness.cost_usd': 0.035,
      'likeness.cost_source': 'vendor-response',
    })
    expect(won.attributes).toEqual({
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'astria-eu',
      'gen_ai.request.model': 'flux-1-dev',
      'gen_ai.request.choice.count': 2,
      'gen_ai.output.type': 'image',
      'gen_ai.response.id': 'job-7',
      'likeness.router.id': 'main',
      'likeness.request.id': 'one',
      'likeness.attempt.id': '2',
      'likeness.job.kind': 'generation',
      'likeness.target': 'astria',
      'likeness.role': 'fallback',
      'likeness.estimate.minimum_usd': 0.035,
      'likeness.estimate.maximum_usd': 0.07,
      'likeness.outcome': 'succeeded',
      'likeness.cost_usd': 0.035,
      'likeness.cost_source': 'vendor-response',
    })
  })

  it('takes times from the events, also those of a virtual clock that begins at 0', () => {
    const { collector } = record(fallback)
    const routed = collector.span('route generate_content')
    const won = collector.span('generate_content flux-1-dev', 'astria')
    expect([routed, won].map(({ startTime, endTime }) => [secondsOf(startTime), secondsOf(endTime)])).toEqual([
      [0, 9],
      [2, 9],
    ])
    expect(routed.events.map(({ time }) => secondsOf(time))).toEqual([0, 2, 2, 2, 4])
  })

  it('tells failures by kind, without a sentence', () => {
    const { collector } = record([
      requestStarted(0),
      attemptStarted(0),
      attemptEnded(1, first, { kind: undefined }),
      attemptStarted(1, second),
      attemptEnded(2, second, { outcome: 'unknown', kind: undefined }),
      requestEnded(2, 'failed', 'outcome-unknown'),
    ])
    expect(collector.spans().map(({ status }) => status)).toEqual([
      { code: SpanStatusCode.ERROR },
      { code: SpanStatusCode.ERROR },
      { code: SpanStatusCode.ERROR },
    ])
    expect(collector.spans().map(({ attributes }) => attributes['error.type'])).toEqual([
      '_OTHER',
      'outcome-unknown',
      'outcome-unknown',
    ])
  })

  it('does not call a canceled or partial job failed', () => {
    const { collector } = record([
      requestStarted(0),
      attemptStarted(0),
      attemptEnded(1, first, { outcome: 'canceled', kind: 'aborted' }),
      attemptStarted(1, second),
      attemptEnded(2, second, { outcome: 'partial', kind: 'content-blocked' }),
      requestEnded(2, 'partial', 'content-blocked'),
    ])
    expect(collector.spans().map(({ status }) => status.code)).toEqual([0, 0, 0])
    expect(collector.spans().map(({ attributes }) => attributes['error.type'])).toEqual([
      undefined,
      'content-blocked',
      'content-blocked',
    ])
  })

  it('calls a job failed that was canceled for being late', () => {
    const late = { outcome: 'canceled', kind: 'timeout' } as const
    const { collector } = record([requestStarted(0), attemptStarted(0), attemptEnded(1, first, late)])
    const span = collector.span('generate_content flux-1-dev')
    expect([span.status.code, span.attributes['error.type']]).toEqual([SpanStatusCode.ERROR, 'timeout'])
  })

  it('makes fallbacks, hedges, breakers, budgets, warnings and progress events of their spans', () => {
    const { collector } = record(fallback)
    const { events } = collector.span('route generate_content')
    expect(events.map(({ name, attributes }) => ({ name, ...attributes }))).toEqual([
      { name: 'likeness.budget', 'likeness.step': 'reserved', 'gen_ai.provider.name': 'fal-eu', 'likeness.usd': 0.07 },
      {
        name: 'likeness.breaker',
        'gen_ai.provider.name': 'fal-eu',
        'likeness.state': 'open',
        'likeness.until_ms': START + 32_000,
      },
      {
        name: 'likeness.fallback',
        'likeness.fallback.from': 'fal',
        'likeness.fallback.to': 'astria',
        'error.type': 'unavailable',
      },
      {
        name: 'likeness.warning',
        'likeness.warning.type': 'unsupported',
        'gen_ai.provider.name': 'astria-eu',
        'likeness.warning.parameter': 'size',
      },
      {
        name: 'likeness.hedge',
        'likeness.step': 'refused',
        'likeness.attempt.id': '2',
        'likeness.target': 'astria',
        'gen_ai.provider.name': 'astria-eu',
        'likeness.ms': 2000,
      },
    ])
    expect(eventNames(collector.span('generate_content flux-1-dev', 'fal').events)).toEqual(['likeness.job.progress'])
  })

  it('tells progress by state and by tenths: a training is asked about more often than a span keeps events', () => {
    const polls = Array.from({ length: 1000 }, (_, index): RouterEvent => {
      return { ...first, type: 'job.progress', at: START + index, state: 'running', progress: index / 1000 }
    })
    const { collector } = record([
      requestStarted(0),
      attemptStarted(0),
      { ...first, type: 'job.progress', at: START, state: 'queued' },
      ...polls,
      attemptEnded(1001, first, success),
      requestEnded(1001, 'succeeded'),
    ])
    const { events, droppedEventsCount } = collector.span('generate_content flux-1-dev', 'fal')
    expect([events.length, droppedEventsCount]).toEqual([11, 0])
  })

  it('tells a breaker to the open requests that have been at its provider, and to no other', () => {
    const other = { ...request, request: 'two' }
    const { collector } = record([
      requestStarted(0),
      { ...requestStarted(0), ...other },
      attemptStarted(0),
      attemptEnded(1),
      { type: 'breaker', at: START + 1, router: 'main', provider: 'fal-eu', state: 'open' },
      requestEnded(2, 'failed', 'unavailable'),
      { ...requestEnded(2, 'failed', 'unavailable'), ...other },
    ])
    const routed = collector.spans().filter(({ name }) => name.startsWith('route'))
    const told = routed.map(({ attributes, events }) => [attributes['likeness.request.id'], eventNames(events)])
    expect(told).toEqual([
      ['one', ['likeness.breaker']],
      ['two', []],
    ])
  })

  it('lets an attempt end after its request: the loser of a race', () => {
    const { collector } = record([
      requestStarted(0),
      attemptStarted(0),
      attemptStarted(1, second, 'hedge'),
      attemptEnded(2, second, success),
      requestEnded(2, 'succeeded'),
      { ...first, type: 'job.progress', at: START + 3, state: 'running' },
      attemptEnded(4, first, { outcome: 'canceled', kind: undefined }),
    ])
    const loser = collector.span('generate_content flux-1-dev', 'fal')
    expect([loser.attributes['likeness.outcome'], secondsOf(loser.endTime)]).toEqual(['canceled', 0.004])
    expect(eventNames(loser.events)).toEqual(['likeness.job.progress'])
  })

  it('is a child of the span in which the request was made', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    const { collector, emitter } = record([])
    const outer = collector.tracer.startSpan('outer')
    await context.with(trace.setSpan(context.active(), outer), async () => {
      await Promise.resolve()
      for (const event of fallback) emitter.emit(event)
    })
    const routed = collector.span('route generate_content')
    expect(routed.parentSpanContext?.spanId).toBe(outer.spanContext().spanId)
    expect(collector.span('generate_content flux-1-dev', 'fal').parentSpanContext?.spanId).toBe(
      routed.spanContext().spanId,
    )
  })

  it('ends what is open when the recording ends, without an outcome, and hears nothing more', () => {
    const { collector, emitter, stop } = record([requestStarted(0), attemptStarted(5)])
    stop()
    emitter.emit(attemptEnded(9))
    emitter.emit(requestEnded(9, 'succeeded'))
    expect(
      collector.spans().map(({ endTime, attributes }) => [secondsOf(endTime), attributes['likeness.outcome']]),
    ).toEqual([
      [0.005, undefined],
      [0.005, undefined],
    ])
    expect(collector.spans()).toHaveLength(2)
  })

  it('starts in the middle of a request without a span for it', async () => {
    const { collector } = record(fallback.slice(3))
    expect(collector.spans()).toEqual([])
    expect(await collector.points('likeness.fallbacks')).toHaveLength(1)
  })

  it('tells trainings as such', () => {
    const training = { job: 'fine-tune' } as const
    const { collector } = record([
      { ...requestStarted(0), ...training, n: undefined },
      { ...attemptStarted(0), ...training, n: undefined, base: undefined },
      { ...attemptEnded(1, first, success), ...training },
      { ...requestEnded(1, 'succeeded'), ...training },
    ])
    expect(collector.span('route fine_tune').attributes['likeness.job.kind']).toBe('fine-tune')
    const attempt = collector.span('fine_tune')
    expect(attempt.attributes['gen_ai.operation.name']).toBe('fine_tune')
    expect(attempt.attributes['gen_ai.output.type']).toBeUndefined()
  })
})

describe('metrics', () => {
  const whose = (provider: string) => ({
    'gen_ai.operation.name': 'generate_content',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': 'flux-1-dev',
  })
  const won = { ...whose('astria-eu'), 'likeness.role': 'fallback', 'likeness.outcome': 'succeeded' }

  it('measures attempts and requests in seconds', async () => {
    const { collector } = record(fallback)
    const points = await collector.points('gen_ai.client.operation.duration')
    expect(points.map(([attributes, value]) => [attributes, value])).toEqual([
      [{ ...whose('fal-eu'), 'error.type': 'unavailable' }, expect.objectContaining({ sum: 2, count: 1 })],
      [whose('astria-eu'), expect.objectContaining({ sum: 7, count: 1 })],
    ])
    expect(await collector.points('likeness.request.duration')).toEqual([
      [
        { 'likeness.router.id': 'main', 'likeness.job.kind': 'generation', 'likeness.outcome': 'succeeded' },
        expect.objectContaining({ sum: 9, count: 1 }),
      ],
    ])
    const units = (await collector.metrics()).map(({ descriptor }) => [descriptor.name, descriptor.unit])
    expect(units).toContainEqual(['gen_ai.client.operation.duration', 's'])
  })

  it('counts jobs, their cost, and fallbacks; an attempt that no vendor accepted is no job', async () => {
    const { collector } = record(fallback)
    expect(await collector.points('likeness.jobs')).toEqual([[won, 1]])
    expect(await collector.points('likeness.cost')).toEqual([[won, 0.035]])
    expect(await collector.points('likeness.unknown_costs')).toEqual([])
    expect(await collector.points('likeness.fallbacks')).toEqual([
      [{ 'likeness.fallback.from': 'fal', 'likeness.fallback.to': 'astria', 'error.type': 'unavailable' }, 1],
    ])
    expect(await collector.points('likeness.hedges')).toEqual([
      [{ 'gen_ai.provider.name': 'astria-eu', 'likeness.step': 'refused' }, 1],
    ])
  })

  it('counts what is unknown as such: never as free, never as nothing', async () => {
    const { collector } = record([
      requestStarted(0),
      attemptStarted(0),
      attemptEnded(1, first, { outcome: 'unknown', kind: 'outcome-unknown' }),
      attemptStarted(1, second),
      attemptEnded(2, second, { outcome: 'failed', kind: 'job-failed', handle }),
      requestEnded(2, 'failed', 'job-failed'),
    ])
    expect(await collector.points('likeness.unknown_outcomes')).toEqual([[whose('fal-eu'), 1]])
    expect(await collector.points('likeness.unknown_costs')).toEqual([
      [whose('fal-eu'), 1],
      [whose('astria-eu'), 1],
    ])
    const jobs = (await collector.points('likeness.jobs')).map(([attributes, value]) => [
      attributes['likeness.outcome'],
      value,
    ])
    expect(jobs).toEqual([
      ['unknown', 1],
      ['failed', 1],
    ])
    expect(await collector.points('likeness.cost')).toEqual([])
  })

  it('counts a job that is known to have cost nothing as free', async () => {
    const { collector } = record([
      requestStarted(0),
      attemptStarted(0),
      attemptEnded(1, first, { ...success, cost: costOf('vendor-api', []) }),
    ])
    expect((await collector.points('likeness.cost')).map(([, value]) => value)).toEqual([0])
    expect(await collector.points('likeness.unknown_costs')).toEqual([])
  })

  it('leaves out what was skipped: nothing was sent', async () => {
    const { collector } = record([requestStarted(0), attemptEnded(0, first, { outcome: 'skipped' })])
    expect(await collector.points('gen_ai.client.operation.duration')).toEqual([])
    expect(await collector.points('likeness.jobs')).toEqual([])
  })

  it('shows where each breaker stands', async () => {
    const { collector, emitter } = record([])
    const at = { type: 'breaker', at: START, router: 'main', provider: 'fal-eu' } as const
    const seen: unknown[] = []
    for (const state of ['open', 'half-open', 'closed'] as const) {
      emitter.emit({ ...at, state })
      seen.push(...(await collector.points('likeness.breaker.state')).map(([, value]) => value))
    }
    expect(seen).toEqual([2, 1, 0])
  })
})

describe('what is never told', () => {
  it('holds no prompt, no address, no key, no sentence and no tag in any span or metric', async () => {
    const { collector } = record(fallback)
    const text = await collector.text()
    expect(text).toContain('astria-eu')
    for (const unwanted of [SECRET, PROMPT, ADDRESS, 'red coat', 'vendor.example', 'acme', 'refused:']) {
      expect(text).not.toContain(unwanted)
    }
  })

  it('holds the tags that were asked for, and no other', async () => {
    const { collector } = record(fallback, { tags: ['customer', 'missing'] })
    expect(collector.span('route generate_content').attributes['likeness.tag.customer']).toBe('acme')
    expect(await collector.text()).not.toContain(SECRET)
  })
})
