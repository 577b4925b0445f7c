import type { GenerateInput } from '@likeness/core'

/** Most pictures that the request schema takes; above it the schema's own refusal is the clearest. */
const MAXIMUM = 100

/**
 * One request, or several where the provider makes fewer pictures in one than are asked for. Each gets its own key,
 * and seeds go on where the request before ended.
 *
 * @param maximumImages - most pictures in one request at this provider
 */
export function splitRequests(input: GenerateInput, maximumImages: number): GenerateInput[] {
  const { n = 1, seed, idempotencyKey } = input
  if (!Number.isInteger(n) || n <= maximumImages || n > MAXIMUM) return [input]
  return Array.from({ length: Math.ceil(n / maximumImages) }, (_, index) => {
    const before = index * maximumImages
    return {
      ...input,
      n: Math.min(maximumImages, n - before),
      ...(seed !== undefined && { seed: seed + before }),
      ...(idempotencyKey !== undefined && { idempotencyKey: `${idempotencyKey}-${index + 1}` }),
    }
  })
}
