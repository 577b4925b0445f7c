import { type ImageFailure, type ImageResult, LikenessError } from '@likeness/core'

/** One of the pictures that were asked for. */
export interface Slot {
  readonly index: number
  image: ImageResult | undefined
  error: LikenessError | undefined
  /** No further try is made for it. */
  given: boolean
}

export function createSlots(n: number): Slot[] {
  return Array.from({ length: n }, (_, index) => ({ index, image: undefined, error: undefined, given: false }))
}

/** The pictures that are still to be made. */
export function pendingOf(slots: readonly Slot[]): Slot[] {
  return slots.filter(({ image, given }) => image === undefined && !given)
}

/** The pictures that did not come, with the reason. */
export function failuresIn(slots: readonly Slot[]): ImageFailure[] {
  return slots.flatMap(({ index, image, error }) =>
    image === undefined && error !== undefined ? [{ index, error }] : [],
  )
}

/** The error of a picture of which a vendor says nothing. */
export function lacking(provider: string): LikenessError {
  const message = `${provider} made fewer pictures than were asked for.`
  return new LikenessError({ kind: 'job-failed', message, provider })
}

/** In groups of at most `size`; pictures of one group follow each other, so that their seeds do. */
export function chunksOf(slots: readonly Slot[], size: number): Slot[][] {
  const chunks: Slot[][] = []
  for (const slot of slots) {
    const last = chunks.at(-1)
    const follows = last !== undefined && last.length < size && last.at(-1)?.index === slot.index - 1
    if (follows) last.push(slot)
    else chunks.push([slot])
  }
  return chunks
}

/** Puts what came into a group's slots. Returns pictures beyond what was asked for. */
export function fill(
  chunk: readonly Slot[],
  images: readonly ImageResult[],
  failures: readonly ImageFailure[],
  lacking: () => LikenessError,
): ImageResult[] {
  const failed = new Map(failures.flatMap(({ index, error }) => (index === undefined ? [] : [[index, error] as const])))
  const unplaced = failures.filter(({ index }) => index === undefined)
  const rest = [...images]
  for (const [position, slot] of chunk.entries()) {
    // Two jobs may have made the same picture; both are paid for.
    if (slot.image !== undefined) continue
    const error = failed.get(position)
    if (error !== undefined && rest.length < chunk.length - position) {
      slot.error = error
      continue
    }
    slot.image = rest.shift()
    if (slot.image === undefined) slot.error = unplaced.shift()?.error ?? error ?? lacking()
    else slot.error = undefined
  }
  return rest
}
