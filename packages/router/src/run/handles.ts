import { type JobHandle, type JsonObject, LikenessError } from '@likeness/core'
import { sumOf } from '../estimates.js'
import { leafOf } from '../targets.js'
import type { Environment } from './environment.js'

/** One job at one target. */
export interface Part {
  /** Name of the target. */
  readonly target: string
  readonly handle: JobHandle
  /** Which of the request's pictures it was to make, from 0; on generations. What it failed to make, others made. */
  readonly pictures?: readonly number[] | undefined
}

/** A picture that no job was found for. */
export interface Missing {
  /** Which of the request's, from 0. */
  readonly picture: number
  readonly error: LikenessError
}

/** All pictures that these jobs, and the lack of them, speak of. `undefined` where one does not say which are its own. */
export function picturesOf(parts: readonly Part[], missing: readonly Missing[]): readonly number[] | undefined {
  const known = parts.map(({ pictures }) => pictures)
  if (known.includes(undefined)) return undefined
  const all = [...known.flatMap((pictures) => pictures ?? []), ...missing.map(({ picture }) => picture)]
  return [...new Set(all)].sort((one, other) => one - other)
}

/** The handle of all jobs that serve one request. */
export function joinHandles(
  router: string,
  idempotencyKey: string,
  parts: readonly Part[],
  missing: readonly Missing[] = [],
): JobHandle {
  const [first] = parts
  if (first === undefined) throw new TypeError('a handle names at least one job')
  const { handle } = first
  const data = {
    parts: parts.map(({ pictures, ...part }) => (pictures === undefined ? part : { ...part, pictures })),
    ...(missing.length > 0 && { missing: missing.map(({ picture, error }) => ({ picture, error: error.toJSON() })) }),
  }
  const n =
    picturesOf(parts, missing)?.length ?? parts.reduce((sum, part) => sum + (part.handle.n ?? 0), missing.length)
  return {
    version: 1,
    kind: handle.kind,
    provider: router,
    id: handle.id,
    idempotencyKey,
    startedAt: handle.startedAt,
    ...(handle.subject && { subject: handle.subject }),
    ...(handle.kind === 'generation' && { n }),
    estimate: sumOf(parts.map((part) => part.handle.estimate)),
    // Handles and serialised errors are plain JSON already.
    data: data as unknown as JsonObject,
  }
}

function foreign(handle: JobHandle): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    message: `handle.data: the handle of ${handle.provider} names no jobs.`,
    fields: [{ field: 'handle.data.parts', message: 'must name the jobs as the router wrote them' }],
    hint: 'Hand over the handle unchanged, to the provider that started the job.',
  })
}

function isPart(value: unknown): value is Part {
  if (typeof value !== 'object' || value === null || !('target' in value) || !('handle' in value)) return false
  const { target, handle } = value
  const pictures = 'pictures' in value ? value.pictures : undefined
  if (pictures !== undefined && !(Array.isArray(pictures) && pictures.every(Number.isSafeInteger))) return false
  return typeof target === 'string' && typeof handle === 'object' && handle !== null && 'provider' in handle
}

/**
 * The jobs that a handle names. A handle that a member wrote itself names its own job, so that a router can be put before
 * a provider, also under its id, without losing the jobs under way.
 *
 * @throws LikenessError `invalid-request` for a handle of anything else
 */
export function partsOf(env: Pick<Environment, 'id' | 'leaves'>, handle: JobHandle): Part[] {
  const { parts } = handle.data
  if (parts !== undefined && handle.provider === env.id) {
    if (!Array.isArray(parts) || parts.length === 0 || !parts.every(isPart)) throw foreign(handle)
    return parts
  }
  const [only, ...others] = env.leaves
  if (handle.provider === env.id && only !== undefined && others.length === 0) {
    return [{ target: only.name, handle: { ...handle, provider: only.provider.id } }]
  }
  const leaf = leafOf(env, undefined, handle.provider)
  if (leaf === undefined) throw foreign(handle)
  return [{ target: leaf.name, handle }]
}

/** The pictures that no job was found for. */
export function missingOf({ data: { missing } }: JobHandle): Missing[] {
  if (!Array.isArray(missing)) return []
  return missing.flatMap((one): Missing[] => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return []
    const { picture, error } = one
    if (typeof picture !== 'number' || typeof error !== 'object' || error === null) return []
    return [{ picture, error: LikenessError.from(error as never) }]
  })
}
