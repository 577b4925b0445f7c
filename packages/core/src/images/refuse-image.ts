import { LikenessError } from '../error.js'

/** What is wrong with one of the images that were given. */
export function refuseImage(field: string, message: string, cause?: unknown): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    message: `${field}: ${message}`,
    fields: [{ field, message }],
    cause,
  })
}
