import {
  type GenerationStatus,
  type GenerationSucceeded,
  type ImageFailure,
  isFinal,
  type JobHandle,
  LikenessError,
  type Progress,
  sumCosts,
} from '@likeness/core'
import { missingOf, type Part } from './handles.js'

function errorOf(status: GenerationStatus, provider: string): LikenessError {
  if (status.state === 'failed') return status.error
  const canceled = status.state === 'canceled'
  return new LikenessError({
    kind: canceled ? 'aborted' : 'expired',
    message: canceled ? `The generation was canceled at ${provider}.` : `${provider} no longer keeps the generation.`,
    provider,
    billed: 'maybe',
    ...(canceled && { code: 'canceled' }),
  })
}

function unfinished(statuses: readonly GenerationStatus[]): GenerationStatus {
  const open = statuses.filter((status) => !isFinal(status))
  const shares = statuses.map((status) => (isFinal(status) ? 1 : 'progress' in status ? (status.progress ?? 0) : 0))
  const etas = open.flatMap((status) => ('etaMs' in status ? (status.etaMs ?? []) : []))
  const progress: Progress = {
    progress: shares.reduce((sum, share) => sum + share, 0) / statuses.length,
    ...(etas.length > 0 && { etaMs: Math.max(...etas) }),
  }
  return {
    state: open.length === statuses.length && open.every(({ state }) => state === 'queued') ? 'queued' : 'running',
    ...progress,
  }
}

function finished(handle: JobHandle, parts: readonly Part[], statuses: readonly GenerationStatus[]): GenerationStatus {
  const images: GenerationSucceeded['images'][number][] = []
  const failures: ImageFailure[] = []
  let before = 0
  for (const [position, status] of statuses.entries()) {
    const part = parts[position]
    const provider = part?.handle.provider ?? handle.provider
    const n = part?.handle.n ?? 1
    if (status.state === 'succeeded') {
      images.push(...status.images.map((image) => ({ ...image, provider: image.provider ?? provider })))
      const start = before
      failures.push(
        ...status.failures.map(({ index, error }) =>
          index === undefined ? { error } : { index: start + index, error },
        ),
      )
    } else {
      const error = errorOf(status, provider)
      failures.push(...Array.from({ length: n }, (_, index) => ({ index: before + index, error })))
    }
    before += n
  }
  const costs = statuses.map((status) => ('cost' in status ? status.cost : undefined))
  const cost = sumCosts(costs)
  failures.push(...missingOf(handle).flatMap(({ n, error }) => Array.from({ length: n }, () => ({ error }))))
  return { state: 'succeeded', images, failures, ...(cost && { cost }) }
}

/** The status of all jobs of one request together. */
export function joinStatuses(
  handle: JobHandle,
  parts: readonly Part[],
  statuses: readonly GenerationStatus[],
): GenerationStatus {
  const [first] = statuses
  if (first !== undefined && statuses.length === 1 && missingOf(handle).length === 0) {
    if (first.state !== 'succeeded') return first
    const provider = parts[0]?.handle.provider
    return { ...first, images: first.images.map((image) => ({ ...image, provider: image.provider ?? provider })) }
  }
  if (statuses.some((status) => !isFinal(status))) return unfinished(statuses)
  if (statuses.some(({ state }) => state === 'succeeded')) return finished(handle, parts, statuses)
  return first ?? { state: 'expired' }
}
