import { createHash } from 'node:crypto'
import { stableText } from '@likeness/core/runtime'

/** Hash of a JSON value, whatever the order of its keys. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(stableText(value)).digest('hex')
}
