import { randomBytes } from 'node:crypto'
import type { Contender, Pair } from './pairs.js'

/** A pair as one voter sees it. */
export interface Ballot {
  /** Cannot be guessed; the vote has it too. */
  readonly id: string
  readonly pair: Pair
  readonly left: Contender
  readonly right: Contender
  /** Under which the two pictures are served, left first, as long as the ballot is open. */
  readonly pictures: readonly [string, string]
}

/** A voter at one browser. */
export interface Seat {
  readonly voter: string
  /** What is to be judged now. */
  ballot: Ballot | undefined
  /** The next ballot while it is looked for. */
  opening: Promise<Ballot | undefined> | undefined
  /** Keys of pairs. */
  readonly skipped: Set<string>
  /** What was judged here, oldest first. */
  readonly cast: Ballot[]
  /** Whether the voter has asked for the ranking: then the voting is over. */
  revealed: boolean
  /** Told once. */
  notice: string | undefined
}

/** Most browsers that are remembered; the one that came first is forgotten, and takes a new seat when it comes back. */
const mostSeats = 1000

/** Nobody can guess it, and nothing follows from it. */
export const opaqueId = () => randomBytes(16).toString('base64url')

export function createBallot(pair: Pair, left: Contender, right: Contender): Ballot {
  return { id: opaqueId(), pair, left, right, pictures: [opaqueId(), opaqueId()] }
}

/** Who sits where. */
export class Seats {
  readonly #seats = new Map<string, Seat>()

  /** The seat of a browser that sent `key`. */
  take(key: string, voter: string): Seat {
    const place = JSON.stringify([key, voter])
    const there = this.#seats.get(place)
    if (there !== undefined) return there
    const [oldest] = this.#seats.keys()
    if (this.#seats.size >= mostSeats && oldest !== undefined) this.#seats.delete(oldest)
    const seat: Seat = {
      voter,
      ballot: undefined,
      opening: undefined,
      skipped: new Set(),
      cast: [],
      revealed: false,
      notice: undefined,
    }
    this.#seats.set(place, seat)
    return seat
  }

  all(): readonly Seat[] {
    return [...this.#seats.values()]
  }
}
