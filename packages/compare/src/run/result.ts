import { type Clock, isFinal, type JobHandle, type JobStatus, LikenessError, type Provider } from '@likeness/core'
import { generationAt, waitForJob } from '@likeness/core/runtime'
import { type JobTimes, recordedError, type StoredImage, type WorkLine } from './lines.js'
import { mayStillCome } from './outcome.js'
import type { RunStore } from './store.js'

/** A job that a vendor has accepted. */
export interface AcceptedJob {
  readonly handle: JobHandle
  /** Set where the answer to the submit already was the end. */
  readonly status?: JobStatus | undefined
  /** Set where it was started here, so that its times are known. */
  readonly submitMs?: number | undefined
}

/** What collecting a result needs. */
export interface Collector {
  readonly provider: Provider
  readonly store: RunStore
  readonly clock: Clock
  readonly abortSignal: AbortSignal
}

type Ended = Extract<WorkLine, { readonly type: 'succeeded' | 'failed' }>

interface Watched {
  readonly status: JobStatus
  readonly times: JobTimes
}

async function endOf({ handle, status, submitMs }: AcceptedJob, collector: Collector): Promise<Watched> {
  const { provider, clock, abortSignal } = collector
  const acceptedAt = clock.now()
  let runningAt: number | undefined
  const onStatus = ({ state }: JobStatus) => {
    if (state === 'running') runningAt ??= clock.now()
  }
  const last =
    status !== undefined && isFinal(status)
      ? status
      : await waitForJob(handle, provider, { clock, abortSignal, onStatus })
  // The times of a job that another process began to wait for would tell of this process.
  if (submitMs === undefined) return { status: last, times: {} }
  const queueMs = runningAt === undefined ? undefined : runningAt - acceptedAt
  return {
    status: last,
    times: { submitMs, jobMs: clock.now() - acceptedAt, ...(queueMs !== undefined && { queueMs }) },
  }
}

async function readPictures(
  images: Extract<JobStatus, { readonly state: 'succeeded' } & { readonly images: unknown }>['images'],
  { provider, store, abortSignal }: Collector,
): Promise<StoredImage[]> {
  const { generate } = generationAt(provider)
  const kept: StoredImage[] = []
  for (const image of images) {
    const chunks: Uint8Array[] = []
    for await (const chunk of (await generate.download(image, { abortSignal })).stream) chunks.push(chunk)
    kept.push(await store.keep({ bytes: Buffer.concat(chunks), seed: image.seed }))
  }
  return kept
}

function withoutResult(status: JobStatus, provider: string): LikenessError {
  switch (status.state) {
    case 'failed':
      return status.error
    case 'canceled':
      return new LikenessError({ kind: 'aborted', message: `The job was canceled at ${provider}.`, billed: 'maybe' })
    case 'expired':
      return new LikenessError({ kind: 'expired', message: `${provider} no longer keeps the job.`, billed: 'maybe' })
    default:
      return new LikenessError({
        kind: 'invalid-response',
        message: `The job ended as ${status.state}.`,
        billed: 'maybe',
      })
  }
}

/**
 * Waits for a job and keeps what it made.
 *
 * @returns what to record of it
 * @throws LikenessError what keeps the result from being read, now or for good
 */
export async function collect(key: string, job: AcceptedJob, collector: Collector): Promise<Ended> {
  const { provider, clock } = collector
  const { status, times } = await endOf(job, collector)
  const at = () => new Date(clock.now()).toISOString()
  if (status.state !== 'succeeded') {
    const error = withoutResult(status, provider.id)
    const cost = status.state === 'failed' ? (status.cost ?? error.cost) : undefined
    return { type: 'failed', at: at(), key, error: recordedError(error), ...(cost && { cost }), times }
  }
  const { cost } = status
  const ended = { type: 'succeeded', key, ...(cost && { cost }) } as const
  if ('model' in status) return { ...ended, at: at(), times, model: status.model, images: [] }
  const begun = clock.now()
  try {
    const images = await readPictures(status.images, collector)
    return { ...ended, at: at(), times: { ...times, downloadMs: clock.now() - begun }, images }
  } catch (error) {
    if (!LikenessError.is(error) || error.kind === 'aborted' || mayStillCome(error)) throw error
    // Made and charged, but no picture: what it cost is known all the same.
    const charged = error.with({ billed: cost === undefined ? 'maybe' : 'yes' })
    return { type: 'failed', at: at(), key, error: recordedError(charged), ...(cost && { cost }), times }
  }
}
