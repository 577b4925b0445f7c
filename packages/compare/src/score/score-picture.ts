import { LikenessError } from '@likeness/core'
import { notMeasured, type Reading } from '../measure.js'
import type { PictureLine } from './measurement.js'
import type { ReadyScorer, ScoredPicture, Scorer } from './scorer.js'

/** A scorer and what it opened for a subject. */
export interface OpenScorer {
  readonly scorer: Scorer
  readonly ready: ReadyScorer
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** JSON has no NaN, and a report no use for one. */
function finite(readings: Readonly<Record<string, Reading>>): Record<string, Reading> {
  return Object.fromEntries(
    Object.entries(readings).map(([name, reading]) => {
      if (reading.state === 'not-measured' || Number.isFinite(reading.value)) return [name, reading]
      return [name, notMeasured('failed', `The scorer gave ${reading.value}.`)]
    }),
  )
}

/**
 * What one scorer says of one picture. Whatever keeps it from saying anything becomes its reading, so that one broken file
 * or one failing service does not cost the report of a run that was paid for.
 */
export async function scorePicture(
  { scorer, ready }: OpenScorer,
  picture: ScoredPicture,
  { key, sha256, subject }: { readonly key: string; readonly sha256: string; readonly subject: string },
): Promise<PictureLine> {
  const line = { type: 'picture', scorer: scorer.id, subject, fingerprint: ready.fingerprint, key, sha256 } as const
  try {
    const { readings, hash, embedding } = await ready.score(picture)
    return {
      ...line,
      readings: finite(readings),
      ...(hash !== undefined && { hash }),
      ...(embedding !== undefined && { embedding }),
    }
  } catch (error) {
    if (LikenessError.is(error) && error.kind === 'aborted') throw error
    const failed = notMeasured('failed', messageOf(error))
    return { ...line, readings: Object.fromEntries(scorer.measures.map(({ name }) => [name, failed])) }
  }
}

/** Whether a picture must be scored again though there is a line about it: a service may answer by now. */
export function isFailed({ readings }: PictureLine): boolean {
  return Object.values(readings).some((reading) => reading.state === 'not-measured' && reading.reason === 'failed')
}
