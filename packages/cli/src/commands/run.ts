import type { Command } from 'commander'
import type { CommonFlags, Session } from '../session.js'

/** Runs a command's work in a session made from its flags. */
export type Run = (flags: CommonFlags, work: (session: Session) => Promise<number>) => Promise<void>

/** The flags of every command; those of long ones with progress as JSON lines. */
export function withCommonFlags(command: Command, long = false): Command {
  command
    .option('--config <file>', 'config file (default: the nearest likeness.config.* from here upwards)')
    .option('--json', 'print one JSON document on stdout; no progress, no questions')
  if (long) command.option('--json-lines', 'print progress and the result as JSON, one object a line')
  return command.option('--debug', 'show stack traces')
}

/** Adds examples below a command's help. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ likeness ${example}\n`).join('')}`)
}
