import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { LikenessError, subjectKind } from '@likeness/core'
import { findFace } from '../../identity/blazeface.js'
import { fewestPhotos } from '../../identity/likeness.js'
import type { Raster } from '../../identity/raster.js'
import { alignedSide, alignFace } from '../../identity/sface.js'
import { cosine, unit } from '../../identity/vectors.js'
import { channelsFirst } from '../../identity/warp.js'
import { type Measure, measured, notMeasured } from '../../measure.js'
import { type OpenOptions, openModel } from '../../models/open.js'
import { runtimes, type Session } from '../../models/runtime.js'
import { readPicture } from '../../pixels/picture.js'
import { fingerprintOf } from '../fingerprint.js'
import { encodeEmbedding } from '../likeness.js'
import { referencePhotos } from '../reference-photos.js'
import type { PictureScore, ReadyScorer, ScoredSubject, Scorer, UnavailableScorer } from '../scorer.js'
import { vectorReference } from './reference.js'

/** Raised where the same file would give other numbers. */
const recipe = 1

/** Numbers that ArcFace models tell faces apart by. */
const dimensions = 512

const measure: Measure<'likeness-arcface'> = {
  name: 'likeness-arcface',
  title: 'Likeness of the face (ArcFace)',
  unit: 'cosine',
  bounds: { least: -1, most: 1 },
  direction: 'higher',
  meaning: 'How near the face is to the mean of the faces in the photos, by an ArcFace model of the user.',
  notMeaning: 'Not a share, and nothing of hair, clothes, pose or quality. A copied photo scores best of all.',
}

const what = `${measure.name} not scored`
const unavailable = (reason: string): UnavailableScorer => ({ state: 'unavailable', reason: `${what}: ${reason}` })

/** InsightFace's scaling for these models: red, green and blue from 0..255 to -1..1. */
const scaled = (value: number) => (value - 127.5) / 127.5

/** @throws LikenessError `invalid-request` where the model is not one of 112 x 112 faces and 512 numbers */
async function embed(session: Session, aligned: Float32Array): Promise<Float32Array> {
  const [input, output] = [session.inputs[0], session.outputs[0]]
  const wrong = (message: string, cause?: unknown) =>
    new LikenessError({
      kind: 'invalid-request',
      message: `scorers.arcface.model: ${message}`,
      fields: [{ field: 'scorers.arcface.model', message }],
      cause,
    })
  if (input === undefined || output === undefined || session.inputs.length > 1) {
    throw wrong(`must take one picture (it takes: ${session.inputs.join(', ') || 'nothing'})`)
  }
  const tensor = { data: channelsFirst(aligned, scaled), shape: [1, 3, alignedSide, alignedSide] }
  const outputs = await session.run({ [input]: tensor }).catch((cause: unknown) => {
    throw wrong(`must take faces of 1 x 3 x ${alignedSide} x ${alignedSide}; the runtime refused one`, cause)
  })
  const { length = 0 } = outputs[output]?.data ?? {}
  if (length !== dimensions) throw wrong(`must give ${dimensions} numbers for a face (given: ${length})`)
  return unit(outputs[output]?.data ?? [])
}

async function openFile(path: string, options: OpenOptions): Promise<{ session: Session; sha256: string } | string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (bytes === undefined) return `${path} is missing; put the ONNX file of your model there.`
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  for (const load of options.runtimes ?? Object.values(runtimes)) {
    const runtime = await load()
    if (runtime !== undefined) return { session: await runtime.open(bytes, options.threads ?? 1), sha256 }
  }
  return 'no runtime for models is installed: add onnxruntime-node, or onnxruntime-web, to your project.'
}

type Look = (raster: Raster) => Promise<Float32Array | undefined>

async function prepare(
  subject: ScoredSubject,
  look: Look,
  models: ReadyScorer['models'],
): Promise<Omit<ReadyScorer, 'close'> | UnavailableScorer> {
  const { paths, note } = referencePhotos(subject)
  const vectors: Float32Array[] = []
  for (const path of paths) {
    const vector = await look((await readPicture(path, 'photo')).shown)
    if (vector !== undefined) vectors.push(vector)
  }
  const reference = vectorReference(vectors)
  if (reference === undefined) {
    return unavailable(`it needs ${fewestPhotos} photos with a face; ${vectors.length} of ${paths.length} have one.`)
  }
  const faceless = paths.length - vectors.length
  const score = async (raster: Raster): Promise<PictureScore> => {
    const vector = await look(raster)
    return vector === undefined
      ? { readings: { [measure.name]: notMeasured('no-face', 'No face was found in the picture.') } }
      : {
          readings: { [measure.name]: measured(cosine(vector, reference.centre)) },
          embedding: encodeEmbedding(vector),
        }
  }
  return {
    state: 'ready',
    fingerprint: await fingerprintOf(
      recipe,
      paths,
      models.map(({ sha256 }) => sha256 ?? ''),
    ),
    models,
    references: { [measure.name]: reference.own },
    notes: faceless === 0 ? [note] : [note, `No face was found in ${faceless} of ${paths.length} photos.`],
    score: async (picture) => score((await picture.pixels()).shown),
  }
}

/**
 * Scores the likeness of faces by an ArcFace model: an ONNX file of the user's that takes an aligned face of 112 x 112
 * pixels and gives 512 numbers. Most such weights may not be used commercially: none come with this package.
 */
export function arcfaceScorer({ model }: { readonly model: string }, options: OpenOptions = {}): Scorer {
  return {
    id: 'likeness-arcface',
    measures: [measure],
    suits: (subject) => subjectKind(subject) === 'person',
    open: async (subject) => {
      const file = await openFile(model, options)
      if (typeof file === 'string') return unavailable(file)
      const detector = await openModel('blazeface-back', options)
      const close = async () => {
        await file.session.close()
        if (detector.state === 'ready') await detector.session.close()
      }
      if (detector.state !== 'ready') {
        await close()
        return unavailable(
          `it needs blazeface-back to find faces. ${detector.reason} Run \`likeness models pull blazeface-back\`.`,
        )
      }
      const look: Look = async (raster) => {
        const face = await findFace(detector.session, raster)
        return face && embed(file.session, alignFace(raster, face))
      }
      const models = [
        { id: 'blazeface-back', sha256: detector.model.sha256 },
        { id: 'arcface', sha256: file.sha256 },
      ]
      const prepared = await prepare(subject, look, models).catch(async (error: unknown) => {
        await close()
        throw error
      })
      if (prepared.state === 'ready') return { ...prepared, close }
      await close()
      return prepared
    },
  }
}
