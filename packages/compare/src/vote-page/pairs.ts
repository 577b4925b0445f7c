import type { StoredImage } from '../run/lines.js'
import type { RunSummary } from '../run/run.js'
import type { VoteLine } from './vote-lines.js'

/** What was asked of every vendor alike. */
interface Scene {
  readonly subject: string
  /** `id` of the prompt. */
  readonly prompt: string
  readonly size?: string | undefined
  readonly seed: number
  readonly repeat: number
}

/** A picture that stands for its vendor. */
export interface Contender {
  readonly vendor: string
  readonly image: StoredImage
}

/** Two pictures of the same scene by two vendors. */
export interface Pair extends Scene {
  /** Tells it from every other pair of the run. */
  readonly key: string
  readonly contenders: readonly [Contender, Contender]
}

function keyOf({ subject, prompt, size = 'default', seed, repeat }: Scene, vendors: readonly string[]): string {
  return [subject, prompt, size, seed, repeat, ...vendors.toSorted()].join('/')
}

/** The pair that a vote was on. */
export function pairOfVote({ repeat = 1, left, right, ...scene }: VoteLine): string {
  return keyOf({ ...scene, repeat }, [left, right])
}

/** All pairs of a run that people can judge. Warm-ups and pictures that did not come are left out. */
export function pairsOf({ items }: Pick<RunSummary, 'items'>): readonly Pair[] {
  const scenes = new Map<string, { readonly scene: Scene; readonly contenders: Contender[] }>()
  for (const { work, state } of items) {
    if (work.kind !== 'generation' || work.warmUp || state.state !== 'succeeded') continue
    const { vendor, subject, prompt, size, seed, repeat } = work
    const [image] = state.images
    if (image === undefined) continue
    const scene = { subject, prompt, size, seed, repeat }
    const key = keyOf(scene, [])
    const entry = scenes.get(key) ?? { scene, contenders: [] }
    entry.contenders.push({ vendor, image })
    scenes.set(key, entry)
  }
  return [...scenes.values()].flatMap(({ scene, contenders }) =>
    contenders.flatMap((first, index) =>
      contenders.slice(index + 1).map((second): Pair => {
        const key = keyOf(scene, [first.vendor, second.vendor])
        return { ...scene, key, contenders: [first, second] }
      }),
    ),
  )
}
