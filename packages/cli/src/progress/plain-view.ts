import type { Io } from '../io.js'
import { vendorJobs } from '../vendor-jobs.js'
import { describeStatus } from './describe-status.js'
import type { Bar, JobProgress, ProgressView, Task } from './progress.js'

/** A line at least this often while nothing changes, in milliseconds. */
const HEARTBEAT = 30_000

/** Of many pieces of work: a line at each such share of them, or after so many milliseconds. */
const SHARE = 0.05
const PACE = 10_000
/** No two lines of many pieces of work closer than this, but for the last: what was done before is there at once. */
const LEAST = 1_000

/** Tells which updates are worth a line: not each of many. */
function createPacer(clock: Pick<Io['clock'], 'now'>) {
  let shown: { readonly done: number; readonly at: number } | undefined
  return ({ done, total }: Bar): boolean => {
    const at = clock.now()
    const isDue =
      shown === undefined ||
      (done !== shown.done &&
        (done === total ||
          (at - shown.at >= LEAST && (done - shown.done >= Math.max(1, total * SHARE) || at - shown.at >= PACE))))
    if (isDue) shown = { done, at }
    return isDue
  }
}

/** Lines with the time, for logs and pipes: one at each change of state, and now and then between. */
export function plainView(io: Pick<Io, 'stderr' | 'clock'>): ProgressView {
  const line = (task: Task, text: string) => {
    const time = new Date(io.clock.now()).toISOString()
    io.stderr(`${time} ${task.provider}: ${text}\n`)
  }

  function progressOf(task: Task): JobProgress {
    let startedAt = io.clock.now()
    let shown: string | undefined
    let shownAt = 0
    return {
      step: (text) => line(task, `${task.title}: ${text}`),
      routed(_event, text) {
        if (text !== undefined) line(task, text)
      },
      accepted(handle, file) {
        startedAt = Date.parse(handle.startedAt)
        const [vendor = handle] = vendorJobs(handle)
        const where = vendor.provider === task.provider ? '' : ` at ${vendor.provider}`
        line(task, `accepted as ${vendor.id}${where}; ${file}`)
      },
      resuming(handle) {
        startedAt = Date.parse(handle.startedAt)
        line(task, `resuming ${handle.id}`)
      },
      status(status) {
        const now = io.clock.now()
        if (status.state === shown && now - shownAt < HEARTBEAT) return
        shown = status.state
        shownAt = now
        line(task, describeStatus(status, now - startedAt))
      },
      done: (text) => line(task, text),
    }
  }

  return {
    async run(tasks) {
      await Promise.all(
        tasks.map((task) =>
          // What went wrong is told once, by the command, after the last line of progress.
          task.run(progressOf(task)).catch(() => line(task, `${task.title} ended without a result`)),
        ),
      )
    },
    follow(_names, work) {
      const isDue = createPacer(io.clock)
      return work(({ bars }) => {
        const whole = bars.at(-1)
        if (whole === undefined || !isDue(whole)) return
        const { name, done, total, notes } = whole
        io.stderr(
          `${new Date(io.clock.now()).toISOString()} ${[`${name}: ${done} of ${total}`, ...notes].join(' · ')}\n`,
        )
      })
    },
  }
}
