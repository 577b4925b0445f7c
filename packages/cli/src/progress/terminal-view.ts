import { isFinal, type JobHandle, type JobStatus, LikenessError } from '@likeness/core'
import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2'
import type { Io } from '../io.js'
import { printable } from '../printable.js'
import { bar, describeStatus } from './describe-status.js'
import type { Bar, BarsUpdate, JobProgress, ProgressView, Task } from './progress.js'

interface Line {
  title: string
  output: string
}

/** Listr asks whether stdout is a terminal; what is drawn on here is stderr, and known to be one. */
class TerminalRenderer extends DefaultRenderer {
  static override nonTTY = true
}

/** What a vendor says in a line goes past Listr to the terminal. */
function printableLine(line: Line): Line {
  return {
    get title() {
      return line.title
    },
    set title(text) {
      line.title = printable(text)
    },
    get output() {
      return line.output
    },
    set output(text) {
      line.output = printable(text)
    },
  }
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

/** How Listr draws, whatever the tasks are. */
function settings(terminal: NodeJS.WriteStream) {
  return {
    concurrent: true,
    // It would end the process at the first interrupt, before the way to resume has been printed.
    registerSignalListeners: false,
    renderer: TerminalRenderer,
    rendererOptions: {
      // The command prints errors itself, once, below.
      showErrorMessage: false,
      logger: new ListrLogger({
        useIcons: true,
        toStderr: [],
        processOutput: new ProcessOutput(terminal, terminal, { leaveEmptyLine: false }),
      }),
    },
  } as const
}

/** `fal  [########------------] 42 %  25/60 · 1 failed` */
function drawn({ name, done, total, notes }: Bar, width: number): string {
  const share = total === 0 ? 1 : done / total
  return `${name.padEnd(width)}  ${bar(share)}  ${[`${done}/${total}`, ...notes].join(' · ')}`
}

/** One line for each bar; all end with the work. */
async function followBars<Result>(
  terminal: NodeJS.WriteStream,
  names: readonly string[],
  work: (update: (update: BarsUpdate) => void) => Promise<Result>,
): Promise<Result> {
  const lines = new Map<string, Line>()
  const width = Math.max(...names.map(({ length }) => length))
  const begun = Promise.withResolvers<void>()
  const result = begun.promise.then(() =>
    work(({ bars }) => {
      for (const one of bars) {
        const line = lines.get(one.name)
        if (line !== undefined) line.title = drawn(one, width)
      }
    }),
  )
  const listr = new Listr(
    names.map((name) => ({
      title: name.padEnd(width),
      task: async (_context: unknown, line: Line) => {
        lines.set(name, printableLine(line))
        if (lines.size === names.length) begun.resolve()
        await result
      },
    })),
    { ...settings(terminal), exitOnError: false },
  )
  await listr.run()
  return result
}

/** Spinners and bars, redrawn in place, on stderr. */
export function terminalView(io: Pick<Io, 'clock'> & { readonly terminal: NodeJS.WriteStream }): ProgressView {
  return {
    follow: (names, work) => followBars(io.terminal, names, work),
    async run(tasks) {
      const listr = new Listr(
        tasks.map((task) => ({
          title: `${task.provider} · ${task.title}`,
          rendererOptions: { bottomBar: false as const },
          task: async (_context: unknown, drawnLine: Line) => {
            const line = printableLine(drawnLine)
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
        { ...settings(io.terminal), exitOnError: false },
      )
      await listr.run()
    },
  }
}
