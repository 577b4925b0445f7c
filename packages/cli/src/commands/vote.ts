import type { VoteStanding } from '@likeness/compare'
import { type Command, InvalidArgumentError } from 'commander'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { inputPath } from '../flags/input-path.js'
import { number } from '../flags/parse.js'
import type { Io } from '../io.js'
import { describeError, serializeError } from '../print-error.js'
import { table } from '../table.js'
import { withExamples } from './run.js'

interface VoteFlags {
  readonly port: number
  readonly json?: boolean
  readonly debug?: boolean
}

function port(text: string): number {
  const value = number(text)
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value
  throw new InvalidArgumentError('It must be a port from 0 to 65535.')
}

const percent = (share: number) => `${Math.round(100 * share)} %`

function standingText({ ranking, explanation, voters }: VoteStanding): string {
  const rows = ranking.ranking.map(({ vendor, share, shareInterval, preferred, ties, votes }) => {
    const range = shareInterval && `${percent(shareInterval.low)} to ${percent(shareInterval.high)}`
    return [vendor, percent(share), range ?? '', ...[preferred, ties, votes].map(String)]
  })
  const head = ['vendor', 'preferred to another', rows.some((row) => row[2] !== '') ? 'at 95 %' : '']
  const lines = rows.length === 0 ? '' : table([[...head, 'won', 'ties', 'votes'], ...rows])
  const who = voters.map(({ voter, votes }) => `${voter} ${votes}`).join(', ')
  return `${explanation.join('\n')}\n${lines}${who === '' ? '' : `votes by: ${who}\n`}`
}

/** Serves the page until an interrupt, and then tells how the vote stands. */
async function vote(io: Io, folder: string, flags: VoteFlags): Promise<number> {
  const interrupted = new Promise<void>((resolve) => {
    io.onInterrupt(() => resolve())
  })
  const { readVotes, standingOf, startVoting } = await import('@likeness/compare')
  const path = inputPath(io, folder)
  const onError = (error: unknown) => io.stderr(describeError(error, flags.debug))
  try {
    const voting = await startVoting({ folder: path, port: flags.port, onError })
    const { url, run, pairs } = voting
    try {
      io.stdout(
        flags.json
          ? `${JSON.stringify({ url, run, pairs })}\n`
          : `Vote at ${url} (${pairs} pairs of pictures).\nCtrl-C ends it and prints the ranking.\n`,
      )
      await interrupted
    } finally {
      await voting.close()
    }
    const standing = standingOf(run, await readVotes(path))
    io.stdout(flags.json ? `${JSON.stringify(standing)}\n` : standingText(standing))
    return exitCodes.ok
  } catch (error) {
    if (flags.json) io.stdout(`${JSON.stringify({ error: serializeError(error) })}\n`)
    else io.stderr(describeError(error, flags.debug))
    return exitCodeOf(error)
  }
}

export function addVote(program: Command, io: Io, exitWith: (code: number) => void): void {
  const command = program
    .command('vote')
    .summary('let people say which picture is the better likeness')
    .description(
      'Serves a page to the browsers of this machine: two pictures of the same prompt and seed, the vendors hidden. Votes are appended to votes.jsonl in the folder of the run; several people may vote at the same time. SIGINT and SIGTERM end it with exit code 0 and the ranking so far. Sends nothing to any vendor.',
    )
    .argument('<run>', 'folder of a run of `likeness compare`')
    .option('--port <port>', 'port of 127.0.0.1; 0 takes a free one', port, 0)
    .option('--json', 'print one line of JSON with the address when ready, and one with the ranking at the end')
    .option('--debug', 'show stack traces')
    .action(async (folder: string, flags: VoteFlags) => exitWith(await vote(io, folder, flags)))
  withExamples(command, 'vote runs/first', 'vote runs/first --port 4020')
}
