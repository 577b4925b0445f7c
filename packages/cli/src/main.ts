import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import * as z from 'zod'
import { addCancel } from './commands/cancel.js'
import { addCompare } from './commands/compare.js'
import { addDemo } from './commands/demo.js'
import { addDoctor } from './commands/doctor.js'
import { addEmulate } from './commands/emulate.js'
import { addErase } from './commands/erase.js'
import { addExplain, addExplainTrain } from './commands/explain.js'
import { addGenerate } from './commands/generate.js'
import { addImport } from './commands/import.js'
import { addLedger } from './commands/ledger.js'
import { addList } from './commands/list.js'
import { addMirror } from './commands/mirror.js'
import { addModels } from './commands/models.js'
import { addPreflight } from './commands/preflight.js'
import { addRemove } from './commands/remove.js'
import { addResume } from './commands/resume.js'
import type { Run } from './commands/run.js'
import { addStatus } from './commands/status.js'
import { addTrain } from './commands/train.js'
import { addVote } from './commands/vote.js'
import { addWeights } from './commands/weights.js'
import { exitCodeHelp, exitCodes } from './exit-code.js'
import type { Io } from './io.js'
import { endWithReader, processIo } from './process-io.js'
import { runSession } from './session.js'

const configHelp = `A config (likeness.config.yaml; .ts, .js and .json work as well):
  providers:
    main:
      adapter: fal            # or astria, segmind
      apiKey: env:FAL_KEY     # read at each call
    spare:
      adapter: astria
  default: main
  routers:                    # providers made of others; see \`likeness explain\`
    best:
      strategy: { mode: fallback }
      targets: [{ provider: main }, { provider: spare }]
  budgets: [{ name: monthly, limitUSD: 50, per: month }]
Without one: astria, fal and segmind, with ASTRIA_API_KEY, FAL_KEY and
SEGMIND_API_KEY.

LIKENESS_EMULATOR=1 tries everything for free on emulated vendors, which end
with the command; for several commands run \`likeness emulate\` and set
LIKENESS_EMULATOR to the control URL it prints.`

/** Without `[options]`, which all have, so that the list fits 80 columns. */
function commandTerm(command: Command): string {
  const names = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${name}>` : `[${name}]`
  })
  return [command.name(), ...names].join(' ')
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

/** A usage error in the manner of all others: what is wrong, and nothing besides. */
function usageError(error: CommanderError, json: boolean, io: Io): void {
  const message = error.message.replace(/^error: /, '')
  if (json) io.stdout(`${JSON.stringify({ error: { kind: 'invalid-request', message } }, undefined, 2)}\n`)
}

/**
 * Runs one command line.
 *
 * @param argv - without the names of Node and of the script
 * @returns the exit code
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let code: number = exitCodes.ok
  const json = argv.includes('--json') || argv.includes('--json-lines')
  const run: Run = async (flags, work) => {
    code = await runSession(io, flags, work)
  }
  const program = new Command('likeness')
    .description('Train a subject once, generate pictures of it at Astria, fal or Segmind.')
    .version(version(), '-V, --version')
    .exitOverride()
    .configureHelp({ subcommandTerm: commandTerm })
    .configureOutput({
      writeOut: (text) => io.stdout(text),
      writeErr: (text) => {
        if (!json) io.stderr(text)
      },
    })
    .addHelpText('after', `\n${configHelp}\n\n${exitCodeHelp}`)
  addTrain(program, run)
  addGenerate(program, run)
  addMirror(program, run)
  addPreflight(program, run)
  addExplain(program, run)
  addExplainTrain(program, run)
  addLedger(program, run)
  addStatus(program, run)
  addResume(program, run)
  addCancel(program, run)
  addList(program, run)
  addRemove(program, run)
  addImport(program, run)
  addWeights(program, run)
  addErase(program, run)
  addDoctor(program, run)
  addEmulate(program, io, (exitCode) => {
    code = exitCode
  })
  addCompare(program, run)
  addVote(program, io, (exitCode) => {
    code = exitCode
  })
  addModels(program, run)
  addDemo(program, run)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return exitCodes.ok
    usageError(error, json, io)
    return exitCodes.usage
  }
}

/** Runs the command line of this process. */
export function runProcess(): Promise<number> {
  endWithReader()
  return main(process.argv.slice(2), processIo())
}
