import {
  type GenerationStatus,
  type ImageResult,
  isFinal,
  type JobHandle,
  LikenessError,
  type Progress,
  sumCosts,
} from '@likeness/core'
import { missingOf, type Part, picturesOf } from './handles.js'
import { createSlots, failuresIn, fill, lacking } from './slots.js'

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

/** The slots that a job was to fill. A handle that does not say it names its jobs in the order of their pictures. */
function createChunks(handle: JobHandle, parts: readonly Part[]) {
  const missing = missingOf(handle)
  const pictures = picturesOf(parts, missing)
  const slots = createSlots(handle.n ?? parts.length)
  const slotsOf = (own: readonly number[]) => own.flatMap((picture) => slots[pictures?.indexOf(picture) ?? -1] ?? [])
  let before = 0
  const chunks = parts.map((part) => {
    if (pictures !== undefined) return slotsOf(part.pictures ?? [])
    const first = before
    before += part.handle.n ?? 1
    return slots.slice(first, before)
  })
  const rest = pictures === undefined ? slots.slice(before) : slotsOf(missing.map(({ picture }) => picture))
  for (const [index, slot] of rest.entries()) slot.error = missing[index]?.error
  return { slots, chunks }
}

function finished(handle: JobHandle, parts: readonly Part[], statuses: readonly GenerationStatus[]): GenerationStatus {
  const { slots, chunks } = createChunks(handle, parts)
  const extra: ImageResult[] = []
  for (const [position, status] of statuses.entries()) {
    const chunk = chunks[position] ?? []
    const provider = parts[position]?.handle.provider ?? handle.provider
    if (status.state === 'succeeded') {
      const images = status.images.map((image) => ({ ...image, provider: image.provider ?? provider }))
      extra.push(...fill(chunk, images, status.failures, () => lacking(provider)))
    } else for (const slot of chunk) if (slot.image === undefined) slot.error = errorOf(status, provider)
  }
  const cost = sumCosts(statuses.map((status) => ('cost' in status ? status.cost : undefined)))
  const images = [...slots.flatMap(({ image }) => image ?? []), ...extra]
  return { state: 'succeeded', images, failures: failuresIn(slots), ...(cost && { cost }) }
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
