import type { Clock } from '@likeness/core'
import type { RunFolder } from '../run/run-folder.js'
import { disguise, type ShownImage } from './disguise.js'
import { firstOnLeft, nextPair } from './next-pair.js'
import { type Pair, pairOfVote } from './pairs.js'
import { type Ballot, createBallot, type Seat, Seats } from './seat.js'
import { standingVotes, type VoteLine } from './vote-lines.js'
import type { VotesFile } from './votes-file.js'

/** What a voter can say of two pictures. */
export type Choice = VoteLine['choice']

export interface VotingRoomOptions {
  readonly run: Pick<RunFolder, 'id' | 'folder'>
  readonly pairs: readonly Pair[]
  readonly votes: VotesFile
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** Ballots whose pictures are kept in memory; those of others are made again when they are asked for. */
const mostKept = 8

/** Hands out ballots, takes votes. Knows nothing of HTTP. */
export class VotingRoom {
  readonly seats = new Seats()
  readonly #options: VotingRoomOptions
  /** Keys of pairs of which a picture cannot be shown. */
  readonly #broken = new Set<string>()
  readonly #shown = new Map<string, Promise<readonly [ShownImage, ShownImage]>>()

  constructor(options: VotingRoomOptions) {
    this.#options = options
  }

  /** What the voter is to judge; the same until it is judged or skipped. `undefined` where nothing is left. */
  async ballotOf(seat: Seat): Promise<Ballot | undefined> {
    const { ballot } = seat
    // The voter may have judged it meanwhile at another browser, or at another server of the run.
    if (ballot !== undefined && !(await this.#judgedBy(seat.voter)).has(ballot.pair.key)) return ballot
    if (seat.ballot === ballot) seat.ballot = undefined
    seat.opening ??= this.#open(seat).finally(() => {
      seat.opening = undefined
    })
    return seat.opening
  }

  async #judgedBy(voter: string): Promise<ReadonlySet<string>> {
    const votes = standingVotes(await this.#options.votes.read())
    return new Set(votes.filter((vote) => vote.voter === voter).map(pairOfVote))
  }

  async #open(seat: Seat): Promise<Ballot | undefined> {
    const { run, pairs, votes, onError } = this.#options
    for (;;) {
      const standing = standingVotes(await votes.read())
      const others = this.seats.all().filter((other) => other !== seat)
      const twins = others.filter(({ voter }) => voter === seat.voter)
      const without = new Set([
        ...this.#broken,
        ...seat.skipped,
        ...seat.cast.map(({ pair }) => pair.key),
        ...twins.flatMap(({ ballot, cast }) => [...(ballot ? [ballot] : []), ...cast].map(({ pair }) => pair.key)),
      ])
      const open = others.flatMap(({ ballot }) => ballot?.pair.key ?? [])
      const pair = nextPair({ run: run.id, pairs, votes: standing, voter: seat.voter, without, open })
      if (pair === undefined) return undefined
      const [first, second] = pair.contenders
      const ballot = firstOnLeft(run.id, seat.voter, pair)
        ? createBallot(pair, first, second)
        : createBallot(pair, second, first)
      // Before anything is waited for: the next voter must see that it is taken.
      seat.ballot = ballot
      try {
        await this.#picturesOf(ballot)
        return ballot
      } catch (error) {
        this.#broken.add(pair.key)
        seat.ballot = undefined
        onError(error)
      }
    }
  }

  /** A picture of a ballot that is open; `undefined` for any other id. */
  async picture(id: string): Promise<ShownImage | undefined> {
    for (const { ballot } of this.seats.all()) {
      const side = ballot?.pictures.indexOf(id) ?? -1
      if (ballot !== undefined && side !== -1) return (await this.#picturesOf(ballot))[side]
    }
    return undefined
  }

  #picturesOf({ id, left, right }: Ballot): Promise<readonly [ShownImage, ShownImage]> {
    const kept = this.#shown.get(id)
    if (kept !== undefined) return kept
    const [oldest] = this.#shown.keys()
    if (this.#shown.size >= mostKept && oldest !== undefined) this.#shown.delete(oldest)
    const made = disguise(this.#options.run.folder, [left.image, right.image])
    this.#shown.set(id, made)
    made.catch(() => this.#shown.delete(id))
    return made
  }

  /** Keeps a vote. One on a ballot that is no longer open counts for nothing, and the voter is told. */
  async judge(seat: Seat, id: string, choice: Choice): Promise<void> {
    const ballot = this.#close(seat, id)
    if (ballot === undefined) return
    seat.cast.push(ballot)
    const { pair, left, right } = ballot
    const { subject, prompt, size, seed, repeat } = pair
    const sides = { left: left.vendor, right: right.vendor, choice }
    const line = { id, voter: seat.voter, subject, prompt, ...(size !== undefined && { size }), seed, repeat, ...sides }
    try {
      await this.#options.votes.append({ type: 'vote', at: this.#now(), ...line })
    } catch (error) {
      seat.cast.splice(seat.cast.indexOf(ballot), 1)
      seat.ballot = ballot
      throw error
    }
  }

  /** Goes on without a vote. */
  skip(seat: Seat, id: string): void {
    const ballot = this.#close(seat, id)
    if (ballot !== undefined) seat.skipped.add(ballot.pair.key)
  }

  /** Shows the skipped pairs again. */
  showSkipped(seat: Seat): void {
    seat.skipped.clear()
  }

  /** Takes back the last vote of this seat and shows its pair again, the sides as they were. */
  async undo(seat: Seat): Promise<void> {
    const last = seat.cast.pop()
    if (last === undefined) {
      seat.notice = 'There is no vote to take back.'
      return
    }
    try {
      await this.#options.votes.append({ type: 'undo', at: this.#now(), id: last.id })
    } catch (error) {
      seat.cast.push(last)
      throw error
    }
    seat.ballot = createBallot(last.pair, last.left, last.right)
    seat.notice = 'Your last vote was taken back.'
  }

  /** The voter has asked for the ranking. */
  end(seat: Seat): void {
    seat.ballot = undefined
    seat.revealed = true
  }

  #close(seat: Seat, id: string): Ballot | undefined {
    const { ballot } = seat
    if (ballot?.id === id) {
      seat.ballot = undefined
      this.#shown.delete(id)
      return ballot
    }
    // A second click on the same button is no news.
    if (seat.cast.at(-1)?.id !== id) seat.notice = 'That pair was no longer open: nothing was counted.'
    return undefined
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString()
  }
}
