import type { ErrorKind, JobKind, NanoUSD } from '@likeness/core'
import type { Attributes } from '@opentelemetry/api'
import type { AttemptEnded, AttemptStarted, RequestEnded, RequestStarted, RouterEvent } from '../events.js'
import { genAI, likeness } from './names.js'

const NANO = 1_000_000_000

/** Attributes without those that are `undefined`: metrics would keep a series for them. */
export function defined(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}

/** US dollars, as a dashboard adds them up. */
export function dollars(amount: NanoUSD | undefined): number | undefined {
  return amount === undefined ? undefined : amount / NANO
}

/** The convention's word for making content of any sort; it has none for training, and allows others then. */
export function operationOf(job: JobKind): string {
  switch (job) {
    case 'generation':
      return 'generate_content'
    case 'fine-tune':
      return 'fine_tune'
  }
}

/** What went wrong, where something did: the loser of a race did not fail, a job canceled for being late did. */
export function errorType({ outcome, kind }: { readonly outcome: string; readonly kind?: ErrorKind | undefined }) {
  switch (outcome) {
    case 'failed':
      return kind ?? '_OTHER'
    case 'unknown':
      return kind ?? 'outcome-unknown'
    case 'partial':
      return kind
    case 'canceled':
      return kind === 'aborted' ? undefined : kind
    default:
      return undefined
  }
}

/** A request as it begins, with those of its tags that were asked for. */
export function ofRequest(event: RequestStarted, tags: readonly string[]): Attributes {
  const wanted = Object.entries(event.tags ?? {}).filter(([tag]) => tags.includes(tag))
  return defined({
    [likeness.router]: event.router,
    [likeness.request]: event.request,
    [likeness.job]: event.job,
    [likeness.count]: event.n,
    ...Object.fromEntries(wanted.map(([tag, value]) => [`${likeness.tag}${tag}`, value])),
  })
}

export function ofRequestEnd(event: RequestEnded): Attributes {
  return defined({
    [likeness.outcome]: event.outcome,
    [genAI.errorType]: errorType(event),
    [likeness.cost]: dollars(event.cost?.amount),
    [likeness.costSource]: event.cost?.source,
    [likeness.steps]: event.trail.length,
  })
}

export function ofAttempt(event: AttemptStarted): Attributes {
  return defined({
    [genAI.operation]: operationOf(event.job),
    [genAI.provider]: event.provider,
    [genAI.model]: event.base,
    [genAI.outputType]: event.job === 'generation' ? 'image' : undefined,
    [genAI.count]: event.n === 1 ? undefined : event.n,
    [likeness.router]: event.router,
    [likeness.request]: event.request,
    [likeness.attempt]: event.attempt,
    [likeness.job]: event.job,
    [likeness.target]: event.target,
    [likeness.role]: event.role,
    [likeness.minimum]: dollars(event.estimate?.minimum),
    [likeness.maximum]: dollars(event.estimate?.maximum),
  })
}

export function ofAttemptEnd(event: AttemptEnded): Attributes {
  return defined({
    [genAI.responseId]: event.handle?.id,
    [genAI.errorType]: errorType(event),
    [likeness.outcome]: event.outcome,
    [likeness.cost]: dollars(event.cost?.amount),
    [likeness.costSource]: event.cost?.source,
  })
}

/** An event that becomes one on a span. */
export type Happening = Exclude<RouterEvent, RequestStarted | RequestEnded | AttemptStarted | AttemptEnded>

/** What of an event may be told: names, numbers and closed words. Sentences stay out, since vendors quote prompts in them. */
export function ofHappening(event: Happening): Attributes {
  switch (event.type) {
    case 'job.progress':
      return defined({
        [likeness.state]: event.state,
        [likeness.progress]: event.progress,
        [likeness.etaMs]: event.etaMs,
      })
    case 'attempt.waiting':
      return defined({
        [likeness.limit]: event.limit,
        [likeness.target]: event.target,
        [genAI.provider]: event.provider,
        [likeness.untilMs]: event.until,
      })
    case 'fallback':
      return { [likeness.from]: event.from, [likeness.to]: event.to, [genAI.errorType]: event.kind }
    case 'hedge':
      return {
        [likeness.step]: event.step,
        [likeness.attempt]: event.attempt,
        [likeness.target]: event.target,
        [genAI.provider]: event.provider,
        [likeness.ms]: event.ms,
      }
    case 'breaker':
      return defined({
        [genAI.provider]: event.provider,
        [likeness.state]: event.state,
        [likeness.untilMs]: event.until,
      })
    case 'budget':
      return defined({
        [likeness.step]: event.step,
        [genAI.provider]: event.provider,
        [likeness.usd]: dollars(event.amount),
      })
    case 'warning':
      return defined({
        [likeness.warning]: event.warning.type,
        [genAI.provider]: event.warning.provider,
        [likeness.parameter]: event.warning.parameter,
      })
  }
}
