import { refuse } from '../statistics/refuse.js'

/** One judgement of one person: two pictures of the same prompt and seed, and which is the better likeness. */
export interface Vote {
  readonly voter: string
  /** Names the prompt (and its subject, where there are several). */
  readonly prompt: string
  readonly seed: number
  /** Tells pictures of the same prompt and seed apart, where there are several sizes. */
  readonly size?: string | undefined
  /** The same, where there are several of one size. */
  readonly repeat?: number | undefined
  /** Vendor whose picture stood on the left. */
  readonly left: string
  readonly right: string
  readonly choice: 'left' | 'right' | 'tie'
}

/** The vendor that a vote prefers, `undefined` for a tie. */
export function preferredVendor({ choice, left, right }: Vote): string | undefined {
  switch (choice) {
    case 'left':
      return left
    case 'right':
      return right
    case 'tie':
      return undefined
  }
}

/** Names the two pictures that were compared, whichever stood on the left. */
export function comparedPictures({ prompt, seed, size, repeat, left, right }: Vote): string {
  return JSON.stringify([prompt, seed, size ?? null, repeat ?? 1, ...[left, right].sort()])
}

/**
 * Only the last vote of a voter on the same two pictures: who votes again has thought again, not twice as much.
 *
 * @throws LikenessError `invalid-request` where a vendor is compared with itself
 */
export function currentVotes(votes: readonly Vote[]): readonly Vote[] {
  const latest = new Map<string, Vote>()
  votes.forEach((vote, index) => {
    if (vote.left === vote.right) refuse(`votes[${index}].right`, vote.right, 'another vendor than on the left')
    latest.set(JSON.stringify([vote.voter, comparedPictures(vote)]), vote)
  })
  return [...latest.values()]
}
