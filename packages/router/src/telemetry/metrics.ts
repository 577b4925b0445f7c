import type { Attributes, Meter } from '@opentelemetry/api'
import type { AttemptEnded, AttemptStarted, BreakerEvent, RouterEvent } from '../events.js'
import { defined, dollars, errorType, operationOf } from './attributes.js'
import { genAI, likeness } from './names.js'

/** In seconds: those of the convention, and as many beyond as a training takes. */
const boundaries = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36,
  1310.72, 2621.44, 5242.88,
]

function createInstruments(meter: Meter) {
  const advice = { explicitBucketBoundaries: boundaries }
  return {
    duration: meter.createHistogram(genAI.duration, { unit: 's', description: 'GenAI operation duration.', advice }),
    requests: meter.createHistogram('likeness.request.duration', {
      unit: 's',
      description: 'From a request to its result, over all targets.',
      advice,
    }),
    jobs: meter.createCounter('likeness.jobs', {
      unit: '{job}',
      description: 'Jobs that a vendor accepted, or may have accepted.',
    }),
    cost: meter.createCounter('likeness.cost', { unit: 'USD', description: 'What jobs cost, as far as it is known.' }),
    unpriced: meter.createCounter('likeness.unknown_costs', {
      unit: '{job}',
      description: 'Jobs that cost something that nobody can say.',
    }),
    unknown: meter.createCounter('likeness.unknown_outcomes', {
      unit: '{job}',
      description: 'Paid requests whose answer was lost, and whose job could not be found.',
    }),
    fallbacks: meter.createCounter('likeness.fallbacks', {
      unit: '{fallback}',
      description: 'Moves to a next target.',
    }),
    hedges: meter.createCounter('likeness.hedges', { unit: '{step}', description: 'Second jobs against slow ones.' }),
    breaker: meter.createGauge('likeness.breaker.state', {
      description: '0: closed, in use; 1: half-open, finding out; 2: open, left alone.',
    }),
  }
}

const levels: Readonly<Record<BreakerEvent['state'], number>> = { closed: 0, 'half-open': 1, open: 2 }

/** Whether the vendor has, or may have, a job to charge for. */
function isPaid({ outcome, handle }: AttemptEnded): boolean {
  return outcome === 'succeeded' || outcome === 'partial' || outcome === 'unknown' || handle !== undefined
}

/** Counts and measures what events tell. */
export function createMetrics(meter: Meter) {
  const instruments = createInstruments(meter)
  /** Attempts at work: their end does not repeat what their start told. */
  const open = new Map<string, AttemptStarted>()
  const keyOf = ({ request, attempt }: { readonly request: string; readonly attempt: string }) =>
    `${request}\n${attempt}`

  const endAttempt = (event: AttemptEnded) => {
    const started = open.get(keyOf(event))
    open.delete(keyOf(event))
    if (event.outcome === 'skipped') return
    const whose: Attributes = {
      [genAI.operation]: operationOf(event.job),
      [genAI.provider]: event.provider,
      [genAI.model]: started?.base,
    }
    instruments.duration.record(event.ms / 1000, defined({ ...whose, [genAI.errorType]: errorType(event) }))
    if (event.outcome === 'unknown') instruments.unknown.add(1, defined(whose))
    if (!isPaid(event)) return
    const how = { ...whose, [likeness.role]: started?.role, [likeness.outcome]: event.outcome }
    instruments.jobs.add(1, defined(how))
    const cost = dollars(event.cost?.amount)
    if (cost === undefined) instruments.unpriced.add(1, defined(whose))
    else instruments.cost.add(cost, defined(how))
  }
  return {
    record(event: RouterEvent): void {
      switch (event.type) {
        case 'attempt.started':
          open.set(keyOf(event), event)
          break
        case 'attempt.ended':
          endAttempt(event)
          break
        case 'request.ended':
          instruments.requests.record(
            event.ms / 1000,
            defined({
              [likeness.router]: event.router,
              [likeness.job]: event.job,
              [likeness.outcome]: event.outcome,
              [genAI.errorType]: errorType(event),
            }),
          )
          break
        case 'fallback':
          instruments.fallbacks.add(1, {
            [likeness.from]: event.from,
            [likeness.to]: event.to,
            [genAI.errorType]: event.kind,
          })
          break
        case 'hedge':
          instruments.hedges.add(1, { [genAI.provider]: event.provider, [likeness.step]: event.step })
          break
        case 'breaker':
          instruments.breaker.record(levels[event.state], {
            [likeness.router]: event.router,
            [genAI.provider]: event.provider,
          })
          break
        case 'request.started':
        case 'attempt.waiting':
        case 'job.progress':
        case 'budget':
        case 'warning':
          break
      }
    },
  }
}
