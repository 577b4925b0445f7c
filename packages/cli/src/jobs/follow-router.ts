import type { Provider } from '@likeness/core'
import { isRouter, type Router, type RouterEvent } from '@likeness/router'
import { describeEvent } from '../progress/describe-event.js'
import type { JobProgress } from '../progress/progress.js'

/** Whether a router has anything to choose from. */
function hasChoice({ members = [] }: Provider): boolean {
  return members.length > 1 || members.some(hasChoice)
}

/** A first attempt at the only target is what was asked for, and no news. */
function isNews(router: Router, event: RouterEvent): boolean {
  return event.type !== 'attempt.started' || event.role === 'retry' || hasChoice(router)
}

/** Shows what a router does on the way to a result. Returns how to stop. */
export function followRouter(provider: Provider, progress: JobProgress): () => void {
  if (!isRouter(provider)) return () => {}
  return provider.subscribe((event) =>
    progress.routed(event, isNews(provider, event) ? describeEvent(event) : undefined),
  )
}
