import type { Command } from 'commander'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { diagnose } from '../jobs/diagnose.js'
import { serializeError } from '../print-error.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

async function work(session: Session): Promise<number> {
  const findings = await diagnose(await session.providers({ spends: false }), session.io, session.abortSignal)
  const text = findings.flatMap(({ subject, verdict, message, error }) => [
    [verdict, subject, message],
    ...(error?.hint === undefined ? [] : [['', '', `hint: ${error.hint}`]]),
  ])
  const documents = findings.map(({ error, ...finding }) => ({
    ...finding,
    ...(error && { error: serializeError(error) }),
  }))
  session.print({ findings: documents }, table(text))
  const failed = findings.find(({ error }) => error !== undefined)
  return failed === undefined ? exitCodes.ok : exitCodeOf(failed.error)
}

export function addDoctor(program: Command, run: Run): void {
  const command = program
    .command('doctor')
    .summary('check keys, connections, credits, clock, config and ledger')
    .description(
      'Checks Node, the config, the ledger and each provider: whether the key is there and accepted, what credits are left, whether the clock is right. Sends free requests only.',
    )
    .action((flags: CommonFlags) => run(flags, (session) => work(session)))
  withCommonFlags(command)
  withExamples(command, 'doctor', 'doctor --json')
}
