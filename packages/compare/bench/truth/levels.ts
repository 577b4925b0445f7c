import { createLikeness, type Embedder, type Embedding } from '@likeness/compare'
import type { SubjectFolder } from './photos.ts'

/** Likeness of photos, as reports give it: 0 strangers, 1 the subject's own photos. */
export interface PhotoLevels {
  /** Photos of the subject, each against the others. */
  readonly same: number[]
  /** Photos of another subject of the class. */
  readonly sameClass: number[]
  /** Photos of something else. */
  readonly otherClass: number[]
}

/** Looks at each photo once. */
function remembering(embedder: Embedder): Embedder {
  const known = new Map<unknown, Promise<Embedding>>()
  return {
    ...embedder,
    embed(picture, field) {
      const embedding = known.get(picture) ?? embedder.embed(picture, field)
      known.set(picture, embedding)
      return embedding
    },
  }
}

/** The levels of all photos against all subjects. */
export async function photoLevels(embedder: Embedder, subjects: readonly SubjectFolder[]): Promise<PhotoLevels> {
  const seeing = remembering(embedder)
  const levels: PhotoLevels = { same: [], sameClass: [], otherClass: [] }
  for (const subject of subjects) {
    for (const other of subjects) {
      const list =
        other === subject ? levels.same : other.className === subject.className ? levels.sameClass : levels.otherClass
      for (const photo of other.photos) {
        const likeness = await createLikeness(
          seeing,
          subject.photos.filter((one) => one !== photo),
        )
        if (likeness.state !== 'ready') continue
        const score = await likeness.score(photo)
        if (score.state === 'scored' && score.relative !== undefined) list.push(score.relative)
      }
    }
  }
  return levels
}
