import type { GenerateRequest } from '@likeness/core'
import type { Leaf } from '../strategy/node.js'
import type { RequestRun } from './request-run.js'
import type { Slot } from './slots.js'

/** A request for some of the pictures. Seeds go on as if all of them came from one request. */
export function chunkRequest(
  run: Pick<RequestRun, 'keyFor'>,
  leaf: Leaf,
  request: GenerateRequest,
  chunk: readonly Slot[],
  all: number,
): GenerateRequest {
  const first = chunk[0]?.index ?? 0
  const { seed } = request
  const key = chunk.length === all ? request.idempotencyKey : `${request.idempotencyKey}-${first + 1}`
  return {
    ...request,
    n: chunk.length,
    ...(seed !== undefined && { seed: seed + first }),
    idempotencyKey: run.keyFor(leaf.provider, key),
  }
}
