import { LikenessError } from '@likeness/core'
import type { Command } from 'commander'
import type { CommonFlags } from '../session.js'
import { type Run, withCommonFlags } from './run.js'

export function addDemo(program: Command, run: Run): void {
  const command = program
    .command('demo')
    .summary('train and compare on the emulator, and write a report')
    .action((flags: CommonFlags) =>
      run(flags, async () => {
        throw new LikenessError({ kind: 'unsupported', message: 'The demo is not part of this build.' })
      }),
    )
  withCommonFlags(command, true)
}
