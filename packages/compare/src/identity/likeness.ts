import { LikenessError } from '@likeness/core'
import type { UnavailableModel } from '../models/open.js'
import type { Picture, PictureSource } from '../pixels/picture.js'
import type { Embedder, Embedding, OpenedEmbedder, SubjectKind } from './embedder.js'
import { cosine, meanDirection } from './vectors.js'

/** What the score of a picture is made of and compared with. */
export interface LikenessReference {
  readonly kind: SubjectKind
  /** The weights that took part, by identifier and SHA-256. */
  readonly models: Embedder['models']
  /** Photos that count. */
  readonly photos: number
  /** Photos without a face, by their index; they do not count. */
  readonly withoutFace: readonly number[]
  /**
   * The photos' own scores, each against the mean of the others: what a perfect picture could be expected to reach.
   * Cosines.
   */
  readonly own: {
    readonly mean: number
    readonly minimum: number
    readonly maximum: number
    /** Of each photo that counts. */
    readonly scores: readonly number[]
  }
}

/** How like the subject one picture is. */
export type LikenessScore =
  | {
      readonly state: 'scored'
      /** Cosine to the mean of the training photos, -1 to 1. */
      readonly cosine: number
      /**
       * The cosine between what others reach (0) and what the photos reach among themselves (1), cut to that range.
       * `undefined` where the photos are hardly more alike than strangers are.
       */
      readonly relative: number | undefined
    }
  /** No face was found: not a low score, but none. */
  | { readonly state: 'no-face' }

/** Scores pictures against the training photos of one subject. */
export interface LikenessScorer {
  readonly state: 'ready'
  readonly reference: LikenessReference
  /**
   * @param field what an error calls the picture. @default 'picture'
   * @throws {LikenessError} `invalid-request`: the picture cannot be read or decoded
   */
  score(picture: PictureSource | Picture, field?: string): Promise<LikenessScore>
  /** The score of a picture whose embedding is at hand, by the same embedder. */
  scoreOf(embedding: Embedding): LikenessScore
}

/** The photos are too few to say how like each other they are. */
export interface TooFewPhotos {
  readonly state: 'too-few-photos'
  /** Photos that could be used: for people, those with a face. */
  readonly photos: number
  readonly needed: number
  /** A sentence for people. */
  readonly reason: string
}

/** A scorer, or why there is none. */
export type OpenedLikeness = LikenessScorer | TooFewPhotos | UnavailableModel

/** What a score of each kind is, and is not, in words for a report. */
export const likenessMeaning: Readonly<Record<SubjectKind, string>> = {
  face:
    'How near the face is to the mean of the training photos (SFace). It says nothing of hair, clothes, pose or quality, ' +
    'and a copied photo scores best of all.',
  object:
    'How near the main thing in the picture is to the mean of the training photos (ResNet-50). Another one of the same ' +
    'class scores half-way; colour and scene count a little; a copied photo scores best of all.',
}

/** Fewer photos say too little of a subject to measure anything against them. */
export const fewestPhotos = 3

/**
 * What pictures of others reach, as a cosine. `face`: the mean of different people lies near 0.13 and never above 0.44 in
 * photos of 10 people. `object`: the mean of other subjects, against the mean of a subject's photos, is 0.52 over 17
 * subjects.
 */
const ofOthers: Readonly<Record<SubjectKind, number>> = { face: 0.15, object: 0.52 }

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Each photo against the mean of the others. */
function leaveOneOut(vectors: readonly Float32Array[]): readonly number[] {
  return vectors.map((vector, index) => cosine(vector, meanDirection(vectors.filter((_, other) => other !== index))))
}

/**
 * Between what others and what the photos reach there must be at least this much, or next to nothing would decide between 0
 * and 1. The photos of 17 subjects had 0.26 at least; photos of several things, or of nothing in particular, have less.
 */
const leastWay = 0.1

/** Where a cosine lies between what others reach and what the photos reach, 0 to 1; see {@link LikenessScore}. */
export function relativeLikeness(kind: SubjectKind, value: number, ceiling: number): number | undefined {
  const floor = ofOthers[kind]
  if (ceiling < floor + leastWay) return undefined
  return Math.min(1, Math.max(0, (value - floor) / (ceiling - floor)))
}

/**
 * Prepares to score pictures of one subject.
 *
 * @param embedder from {@link openEmbedder}; where it is not there, neither is the scorer, and the reason is handed on
 * @param photos the training photos, at least 3 with a face for people
 * @throws {LikenessError} `invalid-request`: a photo cannot be read or decoded, or none are given
 */
export async function createLikeness(
  embedder: OpenedEmbedder,
  photos: readonly PictureSource[],
): Promise<OpenedLikeness> {
  if (embedder.state !== 'ready') return embedder
  if (photos.length === 0) {
    const message = 'at least one training photo is needed'
    throw new LikenessError({
      kind: 'invalid-request',
      message: `photos: ${message}`,
      fields: [{ field: 'photos', message }],
    })
  }
  const vectors: Float32Array[] = []
  const withoutFace: number[] = []
  for (const [index, photo] of photos.entries()) {
    const embedding = await embedder.embed(photo, `photos.${index}`)
    if (embedding.state === 'embedded') vectors.push(embedding.vector)
    else withoutFace.push(index)
  }
  if (vectors.length < fewestPhotos) {
    const found = withoutFace.length === 0 ? 'are given' : 'have a face'
    const reason = `Likeness needs ${fewestPhotos} training photos; ${vectors.length} ${found}.`
    return { state: 'too-few-photos', photos: vectors.length, needed: fewestPhotos, reason }
  }
  const centre = meanDirection(vectors)
  const own = leaveOneOut(vectors)
  const ceiling = mean(own)
  const { kind, models } = embedder
  const scoreOf = (embedding: Embedding): LikenessScore => {
    if (embedding.state === 'no-face') return embedding
    const value = cosine(embedding.vector, centre)
    return { state: 'scored', cosine: value, relative: relativeLikeness(kind, value, ceiling) }
  }
  return {
    state: 'ready',
    reference: {
      kind,
      models,
      photos: vectors.length,
      withoutFace,
      own: { mean: ceiling, minimum: Math.min(...own), maximum: Math.max(...own), scores: own },
    },
    score: async (picture, field) => scoreOf(await embedder.embed(picture, field)),
    scoreOf,
  }
}
