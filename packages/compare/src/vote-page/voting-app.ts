import { type Clock, systemClock } from '@likeness/core'
import type { RunSummary } from '../run/run.js'
import type { RunFolder } from '../run/run-folder.js'
import { pairsOf } from './pairs.js'
import { openVotes } from './votes-file.js'

/** What is voted on, and how. */
export interface VotingAppOptions {
  readonly run: Pick<RunFolder, 'id' | 'folder' | 'plan' | 'photos' | 'emulated'>
  /** Its pictures; see `readRun`. */
  readonly summary: Pick<RunSummary, 'items'>
  /** Host names that are answered, without a port. @default 127.0.0.1, localhost and [::1] */
  readonly hostnames?: readonly string[] | undefined
  /** Dates the votes. @default the machine's */
  readonly clock?: Clock | undefined
  /** Hears of what a voter only sees as trouble: a vote that could not be kept, a picture that cannot be decoded. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The pages of a vote. */
export interface VotingApp {
  /** How many pairs of pictures there are to judge. */
  readonly pairs: number
  /** Answers at `/`; addresses in its pages are relative, so that it may be mounted under a path that ends with `/`. */
  fetch(request: Request): Promise<Response>
}

/**
 * Pages on which people say which of two pictures is the better likeness, the vendors hidden. Votes are appended to
 * `votes.jsonl` in the folder of the run; several of these may do so at the same time. It authenticates nobody: a voter is
 * whoever gives the name.
 *
 * @throws LikenessError `invalid-request` where the votes so far cannot be read
 */
export async function createVotingApp(options: VotingAppOptions): Promise<VotingApp> {
  const { run, summary, clock = systemClock, onError = () => {} } = options
  const [{ votingRoutes }, { VotingDesk }, { VotingRoom }, { loopbackNames }] = await Promise.all([
    import('./voting-routes.js'),
    import('./voting-desk.js'),
    import('./voting-room.js'),
    import('./guard.js'),
  ])
  const votes = openVotes(run.folder)
  await votes.read()
  const pairs = pairsOf(summary)
  const room = new VotingRoom({ run, pairs, votes, clock, onError })
  const desk = new VotingDesk({ run, pairs, votes, room, onError })
  const app = votingRoutes(desk, options.hostnames ?? loopbackNames)
  return { pairs: pairs.length, fetch: async (request) => app.fetch(request) }
}
