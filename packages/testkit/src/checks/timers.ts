import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'

/** How many timers that `work` started still run after it, and keep the process alive. Of other work it sees nothing. */
export async function timersLeftBy(work: () => Promise<unknown>): Promise<number> {
  const context = new AsyncLocalStorage<boolean>()
  const open = new Map<number, object>()
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (type === 'Timeout' && context.getStore() === true) open.set(id, resource)
    },
    destroy: (id) => void open.delete(id),
  })
  hook.enable()
  try {
    await context.run(true, work)
    // The end of a timer is told a turn late.
    for (let turns = 0; turns < 5; turns += 1) await turn()
  } finally {
    hook.disable()
  }
  return [...open.values()].filter((timer) => !('hasRef' in timer) || isAlive(timer)).length
}

function isAlive(timer: object): boolean {
  const { hasRef } = timer as NodeJS.Timeout
  return typeof hasRef !== 'function' || hasRef.call(timer)
}
