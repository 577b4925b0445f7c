import type { Io } from '../io.js'
import { vendorJobs } from '../vendor-jobs.js'
import { describeStatus } from './describe-status.js'
import type { JobProgress, ProgressView, Task } from './progress.js'

/** A line at least this often while nothing changes, in milliseconds. */
const HEARTBEAT = 30_000

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
  }
}
