import type { Subject } from '@likeness/core'
import type { Measure, Reading } from '../measure.js'
import type { Picture } from '../pixels/picture.js'
import type { PhotoRange } from '../pixels/technical-quality.js'

/** What a scorer is prepared for: one subject of the plan. */
export interface ScoredSubject {
  /** Its name in the plan. */
  readonly key: string
  readonly subject: Subject
  /** Paths of the photos that it was trained on; empty where it came as a portfolio alone. */
  readonly photos: readonly string[]
  /** Paths of photos that were kept back from the training; empty where there are none. */
  readonly heldOut: readonly string[]
}

/** One picture of a run, and what was asked for. */
export interface ScoredPicture {
  /** Path of the file as it came from the vendor. */
  readonly path: string
  /** Its pixels, decoded once for all scorers. */
  pixels(): Promise<Picture>
  /** With `{subject}` still in it. */
  readonly prompt: string
  /** Width x height that was asked for; absent where the vendor chose. */
  readonly size?: string | undefined
  /** Image format that was asked for; absent where the vendor chose. */
  readonly format?: string | undefined
  /** As stored. */
  readonly mediaType: string
}

/** What a scorer says of one picture. */
export interface PictureScore {
  /** By the names of the scorer's measures. */
  readonly readings: Readonly<Record<string, Reading>>
  /** Perceptual hash in hex, by which near-duplicates are found. */
  readonly hash?: string | undefined
  /** Direction in which the picture lies: 32-bit floats of length 1, little-endian, as base64. Spread is measured by it. */
  readonly embedding?: string | undefined
}

/** The weights that took part. */
export interface ScorerModel {
  readonly id: string
  /** Hex; absent for a model behind a service. */
  readonly sha256?: string | undefined
}

/** A scorer that is ready for one subject. */
export interface ReadyScorer {
  readonly state: 'ready'
  /** All that its numbers depend on besides the picture. Where it changes, pictures are scored anew. */
  readonly fingerprint: string
  readonly models: readonly ScorerModel[]
  /** What the subject's own photos have, by measure: what a picture is read against. */
  readonly references: Readonly<Record<string, PhotoRange | undefined>>
  /** What a reader should know of this subject, such as photos without a face. */
  readonly notes: readonly string[]
  /** @throws LikenessError `invalid-request` where the picture cannot be decoded */
  score(picture: ScoredPicture): Promise<PictureScore>
  close(): Promise<void>
}

/** A scorer that cannot work here. Never a reason to fail a run. */
export interface UnavailableScorer {
  readonly state: 'unavailable'
  /** A sentence for people, with what to do: `likeness not scored: run likeness models pull resnet50`. */
  readonly reason: string
}

/** A plug-in that takes numbers of single pictures. */
export interface Scorer {
  /** Kebab-case, unique among the scorers of a run. */
  readonly id: string
  /** What it gives. One name is one measure; of the scorers that suit a subject only one gives it. */
  readonly measures: readonly Measure[]
  /** Whether this subject is one for it: a scorer of faces leaves teapots alone. */
  suits(subject: Subject): boolean
  /**
   * The fingerprint that `open` would give, found without loading weights or decoding photos. Where all pictures have their
   * numbers under it, the scorer is not opened. Left out where only `open` can tell.
   *
   * @throws what the file system throws
   */
  fingerprint?(subject: ScoredSubject): Promise<string>
  /** Loads what it needs; fetches nothing. */
  open(subject: ScoredSubject): Promise<ReadyScorer | UnavailableScorer>
}
