import * as z from 'zod'
import type { Vote } from '../votes/vote.js'

/** Who votes: letters of any script, digits, spaces and `' . _ -`. */
export const voterSchema = z
  .string()
  .transform((text) => text.normalize('NFC').trim().replaceAll(/\s+/g, ' '))
  .pipe(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} '’._-]{0,39}$/u))

const voteLine = z.object({
  type: z.literal('vote'),
  at: z.iso.datetime(),
  id: z.string().min(1),
  voter: z.string().min(1),
  /** Name in the plan. */
  subject: z.string(),
  /** `id` of the prompt. */
  prompt: z.string(),
  /** Absent where the vendor chose. */
  size: z.string().optional(),
  seed: z.int(),
  /** From 1. @default 1 */
  repeat: z.int().optional(),
  /** Vendor of the plan whose picture stood on the left. */
  left: z.string(),
  right: z.string(),
  choice: z.enum(['left', 'right', 'tie']),
})

/** Takes the vote of that id back. */
const undoLine = z.object({ type: z.literal('undo'), at: z.iso.datetime(), id: z.string().min(1) })

/** One line of `votes.jsonl`. */
export const ballotLineSchema = z.discriminatedUnion('type', [voteLine, undoLine])

/** See {@link ballotLineSchema}. */
export type BallotLine = Readonly<z.output<typeof ballotLineSchema>>
/** A vote as the file has it. */
export type VoteLine = Readonly<z.output<typeof voteLine>>

/** The votes that were not taken back, in their order. */
export function standingVotes(lines: readonly BallotLine[]): readonly VoteLine[] {
  const undone = new Set(lines.flatMap((line) => (line.type === 'undo' ? [line.id] : [])))
  return lines.filter((line) => line.type === 'vote').filter(({ id }) => !undone.has(id))
}

/** A vote as the ranking takes it. Sizes of one prompt are no prompts of their own: votes on them go together. */
export function toVote({ voter, subject, prompt, size, seed, repeat, left, right, choice }: VoteLine): Vote {
  return {
    voter,
    prompt: `${subject}/${prompt}`,
    seed,
    ...(size !== undefined && { size }),
    ...(repeat !== undefined && { repeat }),
    left,
    right,
    choice,
  }
}
