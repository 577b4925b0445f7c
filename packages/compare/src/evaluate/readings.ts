import type { Reading } from '../measure.js'
import type { Measurements, PictureLine } from '../score/measurement.js'

/** What scorers said, by the key of the planned picture. */
export interface PictureMeasurements {
  /** By the name of the measure. */
  readings(key: string): Readonly<Record<string, Reading>>
  hash(key: string): string | undefined
  /**
   * By the scorer that sees most pictures of the subject, so that all vendors are seen with the same eyes; of equal ones, one
   * that is made to see the subject.
   */
  embedding(key: string): Float32Array | undefined
}

function decoded(embedding: string): Float32Array {
  const bytes = Buffer.from(embedding, 'base64')
  return Float32Array.from({ length: bytes.byteLength >> 2 }, (_, index) => bytes.readFloatLE(index * 4))
}

function eyesOf(lines: readonly PictureLine[]): ReadonlyMap<string, string> {
  const eyes = new Map<string, string>()
  const seeing = lines.filter(({ embedding }) => embedding !== undefined)
  for (const [subject, ofSubject] of Map.groupBy(seeing, (line) => line.subject)) {
    const counts = [...Map.groupBy(ofSubject, ({ scorer }) => scorer)].map(([scorer, { length }]) => ({
      scorer,
      length,
    }))
    const [best] = counts.sort(
      (one, other) =>
        other.length - one.length ||
        Number(other.scorer.startsWith('likeness-')) - Number(one.scorer.startsWith('likeness-')) ||
        (one.scorer < other.scorer ? -1 : 1),
    )
    if (best !== undefined) eyes.set(subject, best.scorer)
  }
  return eyes
}

/** Puts what all scorers said of a picture side by side. */
export function gatherMeasurements({ pictures }: Measurements): PictureMeasurements {
  const byKey = Map.groupBy(pictures, ({ key }) => key)
  const linesOf = (key: string) => byKey.get(key) ?? []
  const eyes = eyesOf(pictures)
  return {
    readings: (key) => Object.assign({}, ...linesOf(key).map(({ readings }) => readings)),
    hash: (key) => linesOf(key).find(({ hash }) => hash !== undefined)?.hash,
    embedding: (key) => {
      const line = linesOf(key).find(({ scorer, subject }) => scorer === eyes.get(subject))
      return line?.embedding === undefined ? undefined : decoded(line.embedding)
    },
  }
}
