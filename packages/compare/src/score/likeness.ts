import { availableParallelism } from 'node:os'
import { type Subject, subjectKind } from '@likeness/core'
import {
  type Embedder,
  type Embedding,
  modelsOf,
  type OpenedEmbedder,
  openEmbedder,
  type SubjectKind,
} from '../identity/embedder.js'
import { createLikeness, likenessMeaning, type OpenedLikeness, relativeLikeness } from '../identity/likeness.js'
import { type Measure, measured, notMeasured, type Reading } from '../measure.js'
import type { UnavailableModel } from '../models/open.js'
import { rangeOf } from '../pixels/technical-quality.js'
import { imageNetClasses, topFive } from './class-words.js'
import { fingerprintOf } from './fingerprint.js'
import { type ReferencePhotos, referencePhotos } from './reference-photos.js'
import type { PictureScore, ReadyScorer, ScoredPicture, ScoredSubject, Scorer, UnavailableScorer } from './scorer.js'

const VERSION = 2

/** How like the subject a picture is. One pair for people and things: a plan may hold both. */
export const likenessMeasures: readonly Measure<'likeness' | 'likeness-cosine'>[] = [
  {
    name: 'likeness',
    title: 'Likeness',
    unit: 'share, 0 to 1',
    bounds: { least: 0, most: 1 },
    direction: 'higher',
    meaning:
      "How far a picture is on the way from what strangers reach (0) to what the subject's own photos reach among themselves (1).",
    notMeaning: `Not quality, style or taste. People: ${likenessMeaning.face} Other subjects: ${likenessMeaning.object}`,
  },
  {
    name: 'likeness-cosine',
    title: 'Likeness, as the network gives it',
    unit: 'cosine, -1 to 1',
    bounds: { least: -1, most: 1 },
    direction: 'higher',
    meaning: 'Cosine between the embedding of a picture and the mean of those of the photos.',
    notMeaning:
      'Not comparable between subjects, nor between networks: each has its own strangers and its own ceiling.',
  },
]

/** Whether the right sort of thing is in a picture. */
const classMeasure: Measure<'class-shown'> = {
  name: 'class-shown',
  title: 'The class is there',
  unit: '1 or 0',
  bounds: { least: 0, most: 1 },
  direction: 'higher',
  meaning: "Whether the class of the subject (a dog, a teapot) is among ResNet-50's five best guesses at the picture.",
  notMeaning:
    'Not prompt adherence, for which it is a weak stand-in: the rest of the prompt is not looked at. Good for pets, doubtful for small or unusual things. Other dogs are dogs as well.',
}

/** More threads than these gain a picture of 224 pixels nothing. */
const MOST_THREADS = 4

const openInCache = (kind: SubjectKind) =>
  openEmbedder(kind, { threads: Math.min(MOST_THREADS, availableParallelism()) })

/** How the networks of a likeness scorer are opened. */
export interface LikenessScorerOptions {
  /** @default `openEmbedder` with the weights of the cache, on as many threads as there are cores, at most 4 */
  readonly openEmbedder?: ((kind: SubjectKind) => Promise<OpenedEmbedder>) | undefined
}

function unavailable({ state, reason }: UnavailableModel): UnavailableScorer {
  const advice = state === 'not-installed' ? 'add onnxruntime-node to your project' : 'run `likeness models pull`'
  return { state: 'unavailable', reason: `likeness not scored: ${advice}. ${reason}` }
}

const tooWeak =
  'For styles likeness is not scored: the networks that come with this package tell subjects apart, not styles.'

const tooUnlike =
  'The photos are hardly more like each other than those of different subjects are: do they all show the same one?'

/** Photos to measure against, or why there is no number. */
async function learn(
  subject: Subject,
  embedder: Embedder,
  photos: readonly string[],
): Promise<Exclude<OpenedLikeness, UnavailableModel> | Reading> {
  if (subjectKind(subject) === 'style') return notMeasured('not-applicable', tooWeak)
  if (photos.length === 0) return notMeasured('too-few-photos', 'The subject came without photos.')
  const likeness = await createLikeness(embedder, photos)
  if (likeness.state === 'ready' || likeness.state === 'too-few-photos') return likeness
  throw new TypeError(`likeness: an embedder that is ready answered ${likeness.state}`)
}

function likenessReadings(likeness: Awaited<ReturnType<typeof learn>>, embedding: Embedding): Record<string, Reading> {
  const both = (reading: Reading) => ({ likeness: reading, 'likeness-cosine': reading })
  switch (likeness.state) {
    case 'measured':
    case 'not-measured':
      return both(likeness)
    case 'too-few-photos':
      return both(notMeasured('too-few-photos', likeness.reason))
    case 'ready': {
      const score = likeness.scoreOf(embedding)
      if (score.state === 'no-face') return both(notMeasured('no-face', 'No face was found in the picture.'))
      const relative =
        score.relative === undefined ? notMeasured('not-applicable', tooUnlike) : measured(score.relative)
      return { likeness: relative, 'likeness-cosine': measured(score.cosine) }
    }
  }
}

function classReading(classes: readonly number[] | undefined, className: string, embedding: Embedding): Reading {
  if (classes === undefined) return notMeasured('not-applicable', `ImageNet has no class for ${className}.`)
  if (embedding.state === 'no-face' || embedding.probabilities === undefined) {
    return notMeasured('not-applicable', 'The network names no classes.')
  }
  return measured(topFive(embedding.probabilities).some((index) => classes.includes(index)) ? 1 : 0)
}

/** As scorers hand embeddings on. Written byte by byte, so that it is the same on every machine. */
export function encodeEmbedding(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}

function notesOf(likeness: Awaited<ReturnType<typeof learn>>, { paths, note }: ReferencePhotos): string[] {
  switch (likeness.state) {
    case 'measured':
      return []
    case 'not-measured':
      return [likeness.message]
    case 'too-few-photos':
      return [`Likeness is not scored. ${likeness.reason}`]
    case 'ready': {
      const { kind, own, withoutFace } = likeness.reference
      const faceless = withoutFace.length
      const ceiling =
        relativeLikeness(kind, own.mean, own.mean) === undefined
          ? tooUnlike
          : `Among themselves they reach a cosine of ${own.mean.toFixed(3)}, which is the 1 of the scale.`
      if (faceless === 0) return [note, ceiling]
      return [note, ceiling, `${faceless} of these ${paths.length} photos show no face; they do not count.`]
    }
  }
}

function rangesOf(kind: SubjectKind, likeness: Awaited<ReturnType<typeof learn>>): ReadyScorer['references'] {
  if (likeness.state !== 'ready') return {}
  const { mean, scores } = likeness.reference.own
  const relative = scores.flatMap((score) => relativeLikeness(kind, score, mean) ?? [])
  return { likeness: rangeOf(relative), 'likeness-cosine': rangeOf(scores) }
}

function fingerprintFor(kind: SubjectKind, scored: ScoredSubject, models: Embedder['models']): Promise<string> {
  const { subject } = scored
  const parts = [kind, subjectKind(subject) ?? '', subject.className, ...models.map(({ sha256 }) => sha256)]
  return fingerprintOf(VERSION, referencePhotos(scored).paths, parts)
}

async function openLikeness(
  kind: SubjectKind,
  scored: ScoredSubject,
  open: (kind: SubjectKind) => Promise<OpenedEmbedder>,
): Promise<ReadyScorer | UnavailableScorer> {
  const embedder = await open(kind)
  if (embedder.state !== 'ready') return unavailable(embedder)
  const { subject } = scored
  const references = referencePhotos(scored)
  const classes = imageNetClasses(subject.className)
  try {
    const likeness = await learn(subject, embedder, references.paths)
    const models = embedder.models
    const score = async (picture: ScoredPicture): Promise<PictureScore> => {
      const embedding = await embedder.embed(await picture.pixels())
      const readings = likenessReadings(likeness, embedding)
      if (kind === 'object') readings['class-shown'] = classReading(classes, subject.className, embedding)
      return embedding.state === 'no-face' ? { readings } : { readings, embedding: encodeEmbedding(embedding.vector) }
    }
    return {
      state: 'ready',
      fingerprint: await fingerprintFor(kind, scored, models),
      models,
      references: rangesOf(kind, likeness),
      notes: notesOf(likeness, references),
      score,
      close: () => embedder.close(),
    }
  } catch (error) {
    await embedder.close()
    throw error
  }
}

/** Likeness of people, by their faces. */
export function faceLikenessScorer(options: LikenessScorerOptions = {}): Scorer {
  return {
    id: 'likeness-face',
    measures: likenessMeasures,
    suits: (subject) => subjectKind(subject) === 'person',
    fingerprint: (subject) => fingerprintFor('face', subject, modelsOf('face')),
    open: (subject) => openLikeness('face', subject, options.openEmbedder ?? openInCache),
  }
}

/**
 * Likeness of pets, products, drawn characters and whatever has no kind, and whether the class is there, from one look of
 * the network. Of styles it gives no likeness, in which it was too weak to rank vendors, but the class and the embedding.
 */
export function objectLikenessScorer(options: LikenessScorerOptions = {}): Scorer {
  return {
    id: 'likeness-object',
    measures: [...likenessMeasures, classMeasure],
    suits: (subject) => subjectKind(subject) !== 'person',
    fingerprint: (subject) => fingerprintFor('object', subject, modelsOf('object')),
    open: (subject) => openLikeness('object', subject, options.openEmbedder ?? openInCache),
  }
}
