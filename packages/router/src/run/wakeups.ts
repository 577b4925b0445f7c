import type { Wakeups } from '@likeness/core'

/** Callbacks that name the router, as its `webhooks` verified them, wake those who wait for a member's job. */
export function wakeupsAs(router: string, wakeups: Wakeups | undefined): Wakeups | undefined {
  if (wakeups === undefined) return undefined
  return {
    subscribe({ provider, id }, wake) {
      const own = wakeups.subscribe({ provider: router, id }, wake)
      const inner = wakeups.subscribe({ provider, id }, wake)
      return () => {
        own()
        inner()
      }
    },
    notify: (event) => wakeups.notify(event),
  }
}
