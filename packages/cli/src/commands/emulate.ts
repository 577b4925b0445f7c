import type { Endpoints } from '@likeness/emulator'
import { type Command, InvalidArgumentError } from 'commander'
import { exitCodes } from '../exit-code.js'
import { number } from '../flags/parse.js'
import type { Io } from '../io.js'
import { describeError, serializeError } from '../print-error.js'
import { adapters } from '../providers.js'
import { table } from '../table.js'
import { withExamples } from './run.js'

interface EmulateFlags {
  readonly port: number
  readonly host: string
  readonly realistic?: boolean
  readonly json?: boolean
  readonly debug?: boolean
}

function port(text: string): number {
  const value = number(text)
  if (Number.isInteger(value) && value >= 0 && value <= 65_532) return value
  throw new InvalidArgumentError('It must be a port from 0 to 65532; three more after it are used.')
}

function friendly(endpoints: Endpoints): string {
  const rows = Object.entries(endpoints).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, '', value]] : Object.entries(value).map(([key, text]) => [name, key, text]),
  )
  const keys = Object.entries(endpoints).flatMap(([name, value]) => {
    const variable = adapters[name]?.environmentVariable
    return variable === undefined || typeof value === 'string' ? [] : [`  export ${variable}='${value.apiKey}'\n`]
  })
  return `The emulated vendors are up:\n${table(rows)}
Point \`likeness\` at them, in another terminal:
  export LIKENESS_EMULATOR=${endpoints.control}
Other programs take the addresses above, and these keys:
${keys.join('')}
Jobs live as long as this process. Ctrl-C stops it.\n`
}

/** Listens until an interrupt. */
async function emulate(io: Io, flags: EmulateFlags): Promise<number> {
  const interrupted = new Promise<void>((resolve) => {
    io.onInterrupt(() => resolve())
  })
  const { createEmulator } = await import('@likeness/emulator')
  const emulator = createEmulator({
    pace: flags.realistic ? 'realistic' : 'fast',
    onError: (error) => io.stderr(describeError(error, flags.debug)),
  })
  try {
    const endpoints = await emulator.listen({ port: flags.port, host: flags.host })
    io.stdout(flags.json ? `${JSON.stringify(endpoints)}\n` : friendly(endpoints))
    await interrupted
    return exitCodes.ok
  } catch (error) {
    if (flags.json) io.stdout(`${JSON.stringify({ error: serializeError(error) })}\n`)
    else io.stderr(describeError(error, flags.debug))
    return exitCodes.unexpected
  } finally {
    await emulator.close()
  }
}

export function addEmulate(program: Command, io: Io, exitWith: (code: number) => void): void {
  const command = program
    .command('emulate')
    .summary('run the three vendors on this machine, for free')
    .description(
      'Runs local servers that speak the three vendors’ HTTP, for trying things out and for tests. No key, no network, no money. SIGINT and SIGTERM end it with exit code 0.',
    )
    .option('--port <port>', 'first of four ports; 0 takes free ones', port, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--realistic', 'take as long as the vendors do (default: seconds)')
    .option('--json', 'print one line of JSON with all addresses and keys when ready, and nothing else')
    .option('--debug', 'show stack traces')
    .action(async (flags: EmulateFlags) => exitWith(await emulate(io, flags)))
  withExamples(command, 'emulate', 'emulate --port 0 --json', 'emulate --port 4010 --realistic')
}
