import { createHash } from 'node:crypto'
import { sha256Of } from '../models/cache.js'

/**
 * What a scorer's numbers depend on, as short text.
 *
 * @param version - of the scorer's own arithmetic: another one has every picture scored anew
 * @param files - paths of the photos that it learnt from; their content counts, not their names
 * @param parts - whatever else the numbers depend on
 */
export async function fingerprintOf(
  version: number,
  files: readonly string[],
  parts: readonly string[] = [],
): Promise<string> {
  const hashes: string[] = []
  for (const file of files) hashes.push(await sha256Of(file))
  const digest = createHash('sha256')
    .update(JSON.stringify([parts, hashes]))
    .digest('hex')
  return `${version}-${digest.slice(0, 32)}`
}
