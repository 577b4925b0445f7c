import type { Clock } from '@likeness/core'

/** What a command has of the outside world. Tests give their own. */
export interface Io {
  /** Data, and nothing else, goes here. */
  stdout(text: string): void
  /** Progress, warnings, errors. */
  stderr(text: string): void
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly clock: Clock
  /** Where progress is drawn; absent where stderr is no terminal. */
  readonly terminal?: NodeJS.WriteStream | undefined
  /** Asks a person yes or no; absent where nobody can answer. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined
  /** Calls `listener` for each interrupt (Ctrl-C, SIGTERM) until the returned function is called. */
  onInterrupt(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
  /** Ends the process at once: the second interrupt. */
  exit(code: number): void
}
