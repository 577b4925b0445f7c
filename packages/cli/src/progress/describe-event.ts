import { formatUSD } from '@likeness/core'
import type { RouterEvent } from '@likeness/router'
import { formatDuration } from '../duration.js'

function hedgeStep(event: Extract<RouterEvent, { type: 'hedge' }>): string {
  const { step, target, ms, reason } = event
  switch (step) {
    case 'started':
      return `not done after ${formatDuration(ms)}: asking ${target} as well`
    case 'won':
      return `${target} was faster`
    case 'lost':
      return `${target} was slower, and is let go`
    case 'refused':
      return `not done after ${formatDuration(ms)}, but ${target} is not asked as well: ${reason ?? 'a cap forbids it'}`
  }
}

/** What a router does, in a line for people; `undefined` where nothing need be told. */
export function describeEvent(event: RouterEvent): string | undefined {
  switch (event.type) {
    case 'attempt.started': {
      const pictures = event.n === undefined || event.n === 1 ? '' : ` for ${event.n} pictures`
      return event.role === 'retry' ? `asking ${event.target} again${pictures}` : `asking ${event.target}${pictures}`
    }
    case 'attempt.waiting': {
      const until = event.until === undefined ? '' : `, until ${new Date(event.until).toISOString().slice(11, 19)} UTC`
      const why = event.limit === 'requestsPerMinute' ? 'the minute is used up' : 'others are at work there'
      return `waiting for ${event.target}: ${why}${until}`
    }
    case 'fallback':
      return `${event.from}: ${event.kind}; going on with ${event.to}: ${event.reason}`
    case 'hedge':
      return hedgeStep(event)
    case 'breaker':
      return event.state === 'open' ? `${event.provider} keeps failing, and is left alone for a while` : undefined
    case 'budget': {
      if (event.step !== 'refused') return undefined
      const amount = event.amount === undefined ? 'an unknown amount' : formatUSD(event.amount)
      return `${event.provider}: ${amount} refused${event.reason === undefined ? '' : `: ${event.reason}`}`
    }
    case 'request.started':
    case 'request.ended':
    case 'attempt.ended':
    case 'job.progress':
    case 'warning':
      return undefined
    default:
      return event satisfies never
  }
}
