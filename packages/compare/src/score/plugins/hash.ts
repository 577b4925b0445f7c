import { createHash } from 'node:crypto'
import type { ScorerModel } from '../scorer.js'

/** SHA-256 of what a scorer's numbers depend on, in hex. */
export function fingerprintOf(parts: {
  readonly scorer: string
  /** Of our own recipe: raised where the same files would give other numbers. */
  readonly version: number
  readonly models: readonly ScorerModel[]
  readonly [part: string]: unknown
}): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
