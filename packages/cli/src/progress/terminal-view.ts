import { isFinal, type JobHandle, type JobStatus, LikenessError } from '@likeness/core'
import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2'
import type { Io } from '../io.js'
import { describeStatus } from './describe-status.js'
import type { JobProgress, ProgressView, Task } from './progress.js'

interface Line {
  title: string
  output: string
}

/** Listr asks whether stdout is a terminal; what is drawn on here is stderr, and known to be one. */
class TerminalRenderer extends DefaultRenderer {
  static override nonTTY = true
}

/** The status with its time left counted down since it was read. */
function counted(status: JobStatus, sinceMs: number): JobStatus {
  if (isFinal(status) || !('etaMs' in status) || status.etaMs === undefined) return status
  return { ...status, etaMs: Math.max(0, status.etaMs - sinceMs) }
}

/** Redraws the time passed each second, also between two status reads. */
function progressOf(task: Task, line: Line, io: Pick<Io, 'clock'>) {
  let startedAt = io.clock.now()
  let readAt = startedAt
  let status: JobStatus | undefined
  const heading = `${task.provider} · ${task.title}`
  line.title = heading
  const draw = () => {
    if (status === undefined) return
    const now = io.clock.now()
    line.output = describeStatus(counted(status, now - readAt), now - startedAt)
  }
  const timer = setInterval(draw, 1_000)
  const follow = (handle: JobHandle) => {
    startedAt = Date.parse(handle.startedAt)
    status = { state: 'queued' }
    line.title = `${heading} ${handle.id}`
    draw()
  }
  const progress: JobProgress = {
    step(text) {
      line.output = text
    },
    routed(_event, text) {
      if (text !== undefined) line.output = text
    },
    accepted: follow,
    resuming: follow,
    status(read) {
      status = read
      readAt = io.clock.now()
      draw()
    },
    done(text) {
      line.title = `${task.provider} · ${text}`
    },
  }
  return { progress, stop: () => clearInterval(timer) }
}

/** Spinners and bars, redrawn in place, on stderr. */
export function terminalView(io: Pick<Io, 'clock'> & { readonly terminal: NodeJS.WriteStream }): ProgressView {
  return {
    async run(tasks) {
      const listr = new Listr(
        tasks.map((task) => ({
          title: `${task.provider} · ${task.title}`,
          rendererOptions: { bottomBar: false as const },
          task: async (_context: unknown, line: Line) => {
            const { progress, stop } = progressOf(task, line, io)
            try {
              await task.run(progress)
            } catch (error) {
              const ended = LikenessError.is(error) && error.kind === 'aborted' ? 'interrupted' : 'failed'
              line.title = `${line.title} · ${ended}`
              throw error
            } finally {
              stop()
            }
          },
        })),
        {
          concurrent: true,
          exitOnError: false,
          // It would end the process at the first interrupt, before the way to resume has been printed.
          registerSignalListeners: false,
          renderer: TerminalRenderer,
          rendererOptions: {
            // The command prints errors itself, once, below.
            showErrorMessage: false,
            logger: new ListrLogger({
              useIcons: true,
              toStderr: [],
              processOutput: new ProcessOutput(io.terminal, io.terminal, { leaveEmptyLine: false }),
            }),
          },
        },
      )
      await listr.run()
    },
  }
}
