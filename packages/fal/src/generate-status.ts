import { parseReply, type Reply } from '@likeness/adapter-kit'
import {
  type Failed,
  type GenerationSucceeded,
  type ImageFailure,
  type ImageResult,
  type JobHandle,
  LikenessError,
} from '@likeness/core'
import { defined } from './defined.js'
import { expiryOf, queuedJob } from './job.js'
import { costOfUnits } from './prices.js'
import { type GenerationReply, generationReplySchema } from './responses.js'
import type { FalSettings } from './settings.js'

function blocked(provider: string, requestId: string): LikenessError {
  return new LikenessError({
    kind: 'content-blocked',
    // fal puts a black picture in its place, and bills it.
    message: `${provider}: the safety checker withheld this picture`,
    billed: 'yes',
    provider,
    operation: 'generation.result',
    code: 'has_nsfw_concepts',
    requestId,
    hint: 'Change the prompt or the seed.',
  })
}

function missing(provider: string, requestId: string): LikenessError {
  return new LikenessError({
    kind: 'job-failed',
    message: `${provider}: fewer pictures came than were asked for`,
    billed: 'maybe',
    provider,
    operation: 'generation.result',
    requestId,
  })
}

function imageOf(
  { url, content_type, width, height }: GenerationReply['images'][number],
  seed: number | undefined,
  expiresAt: string | undefined,
): ImageResult {
  const inline = /^data:([^;,]+)/i.exec(url)?.[1]
  return defined({
    url,
    mediaType: content_type ?? inline,
    width: width ?? undefined,
    height: height ?? undefined,
    seed,
    expiresAt,
  })
}

/** The pictures that a model's output means. A picture that the safety checker blacked out is a failure. */
export function generationSucceeded(
  settings: FalSettings,
  handle: JobHandle,
  reply: Reply,
): GenerationSucceeded | Failed {
  const { provider, id } = handle
  const output = parseReply(generationReplySchema, reply, { provider, operation: 'generation.result', requestId: id })
  const cost = costOfUnits(settings, queuedJob(handle).endpoint, reply.headers)
  const expiresAt = expiryOf(handle)
  const checked = handle.data.safetyChecker !== false
  // One seed is returned for the whole job; it is the first picture's.
  const seed = output.seed ?? undefined
  const images: ImageResult[] = []
  const failures: ImageFailure[] = []
  output.images.forEach((image, index) => {
    if (checked && output.has_nsfw_concepts?.[index] === true) failures.push({ index, error: blocked(provider, id) })
    else images.push(imageOf(image, index === 0 ? seed : undefined, expiresAt))
  })
  for (let count = output.images.length; count < (handle.n ?? 0); count++) {
    failures.push({ error: missing(provider, id) })
  }
  if (images.length === 0) {
    const error = failures[0]?.error ?? missing(provider, id)
    return { state: 'failed', error, cost }
  }
  return {
    state: 'succeeded',
    images,
    failures,
    cost,
    metadata: {
      requestId: id,
      ...(seed === undefined ? {} : { seed }),
      ...(output.timings === null || output.timings === undefined ? {} : { timings: output.timings }),
    },
  }
}
