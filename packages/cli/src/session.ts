import { LikenessError, nanoUSD, type Warning } from '@likeness/core'
import type { Budget } from '@likeness/router'
import { exitCodeOf, exitCodes } from './exit-code.js'
import type { Io } from './io.js'
import { type LoadedProviders, type LoadOptions, loadProviders } from './load-providers.js'
import { describeError, serializeError } from './print-error.js'
import { linesView, silentView } from './progress/lines-view.js'
import { plainView } from './progress/plain-view.js'
import type { ProgressView } from './progress/progress.js'

/** Flags that every command takes. */
export interface CommonFlags {
  readonly json?: boolean
  readonly jsonLines?: boolean
  readonly config?: string
  readonly debug?: boolean
  /** Nano-USD. */
  readonly maxCost?: number
}

/** One run of a command. */
export interface Session {
  readonly io: Io
  /** Whether a program reads the output: then nothing is asked and nothing is told besides. */
  readonly structured: boolean
  /** The config file as it was named on the command line, if it was. */
  readonly configFlag: string | undefined
  /** Fires at the first interrupt. */
  readonly abortSignal: AbortSignal
  /** Which interrupt came, if one did. */
  interruptedBy(): 'SIGINT' | 'SIGTERM' | undefined
  /**
   * The config's providers; read once.
   *
   * @param options - of the first call: `spends: false` leaves no ledger behind where there was none
   */
  providers(options?: Pick<LoadOptions, 'spends' | 'run'>): Promise<LoadedProviders>
  view(): Promise<ProgressView>
  /** The result, on stdout: the document for programs, the text for people. */
  print(document: unknown, text: string): void
  /** A line for people, on stderr. */
  note(text: string): void
  /** Warnings for people, each once: before money moves, and again only what came up later. */
  warn(warnings: readonly Warning[]): void
  /** An error for people, on stderr; programs read it in the printed document. */
  report(error: unknown): void
}

async function viewOf(io: Io, flags: CommonFlags): Promise<ProgressView> {
  if (flags.jsonLines) return linesView(io)
  if (flags.json) return silentView
  const { terminal } = io
  if (terminal === undefined) return plainView(io)
  const { terminalView } = await import('./progress/terminal-view.js')
  return terminalView({ clock: io.clock, terminal })
}

/** What a command may spend holds for all it does, also where a router goes on after it has paid in vain. */
function budgetsOf({ maxCost }: CommonFlags): Budget[] {
  return maxCost === undefined ? [] : [{ name: '--max-cost', limitUSD: maxCost / nanoUSD(1), per: 'run' }]
}

/** Runs a command from its flags to its exit code: interrupts, errors, and letting go of what was opened. */
export async function runSession(
  io: Io,
  flags: CommonFlags,
  command: (session: Session) => Promise<number>,
): Promise<number> {
  const structured = flags.json === true || flags.jsonLines === true
  const abort = new AbortController()
  let interrupt: 'SIGINT' | 'SIGTERM' | undefined
  let loading: Promise<LoadedProviders> | undefined
  const codeOfInterrupt = () => (interrupt === 'SIGTERM' ? 143 : exitCodes.interrupted)
  const ignore = io.onInterrupt((signal) => {
    if (interrupt !== undefined) return io.exit(codeOfInterrupt())
    interrupt = signal
    abort.abort(new LikenessError({ kind: 'aborted', message: `Interrupted (${signal}).` }))
  })
  const print = (document: unknown, text: string) => {
    if (flags.jsonLines) io.stdout(`${JSON.stringify({ event: 'result', ...Object(document) })}\n`)
    else if (flags.json) io.stdout(`${JSON.stringify(document, undefined, 2)}\n`)
    else io.stdout(text)
  }
  const note = (text: string) => {
    if (!structured) io.stderr(`${text}\n`)
  }
  const warned = new Set<string>()
  const session: Session = {
    io,
    structured,
    configFlag: flags.config,
    abortSignal: abort.signal,
    interruptedBy: () => interrupt,
    providers(options) {
      loading ??= loadProviders({
        ...options,
        config: flags.config,
        cwd: io.cwd,
        env: io.env,
        clock: io.clock,
        budgets: budgetsOf(flags),
        onWarning: (message) => note(`warning: ledger: ${message}`),
      })
      return loading
    },
    view: () => viewOf(io, flags),
    print,
    note,
    warn(warnings) {
      for (const { provider, parameter, message } of warnings) {
        const text = `warning: ${provider}: ${parameter === undefined ? '' : `${parameter}: `}${message}`
        if (!warned.has(text)) note(text)
        warned.add(text)
      }
    },
    report(error) {
      if (!structured) io.stderr(describeError(error, flags.debug))
    },
  }
  try {
    const code = await command(session)
    return interrupt === undefined ? code : codeOfInterrupt()
  } catch (error) {
    session.report(error)
    if (structured) print({ error: serializeError(error) }, '')
    return interrupt === undefined ? exitCodeOf(error) : codeOfInterrupt()
  } finally {
    ignore()
    await (await loading?.catch(() => undefined))?.close()
  }
}
