import type { Io } from '../io.js'
import { serializeError } from '../print-error.js'
import type { JobProgress, ProgressView } from './progress.js'

/** One JSON object a line on stdout, for programs that follow a job. */
export function linesView(io: Pick<Io, 'stdout'>): ProgressView {
  const emit = (event: Readonly<Record<string, unknown>>) => io.stdout(`${JSON.stringify(event)}\n`)
  return {
    async run(tasks) {
      await Promise.all(
        tasks.map(async (task) => {
          const { provider } = task
          const progress: JobProgress = {
            step: (text) => emit({ event: 'step', provider, text }),
            routed(event) {
              // Its status is told by an event of its own.
              if (event.type !== 'job.progress') emit({ event: 'router', provider, routed: event })
            },
            accepted: (handle, file) => emit({ event: 'accepted', provider, file, handle }),
            resuming: (handle) => emit({ event: 'resuming', provider, handle }),
            status: (status) => emit({ event: 'status', provider, status }),
            done: () => {},
          }
          try {
            await task.run(progress)
          } catch (error) {
            emit({ event: 'failed', provider, error: serializeError(error) })
          }
        }),
      )
    },
    follow: (_names, work) => work(({ event }) => emit(event)),
  }
}

/** Nothing. */
export const silentView: ProgressView = {
  async run(tasks) {
    const nothing = () => {}
    const progress: JobProgress = {
      step: nothing,
      routed: nothing,
      accepted: nothing,
      resuming: nothing,
      status: nothing,
      done: nothing,
    }
    // A failure is each task's own to report.
    await Promise.allSettled(tasks.map((task) => task.run(progress)))
  },
  follow: (_names, work) => work(() => {}),
}
