import { stat } from 'node:fs/promises'
import { type KeptWeights, listKeptWeights, namesIn, weightsPath } from './kept-weights.js'
import { hashFile } from './write-weights.js'

/**
 * How one file of a folder stands. `intact`: as it was kept; `changed`: other bytes; `missing`: recorded, and not there;
 * `unreadable`: its record, or itself; `unrecorded`: there, and nothing is known of it.
 */
export interface VerifiedWeights {
  /** File name of the weights. */
  readonly name: string
  readonly state: 'intact' | 'changed' | 'missing' | 'unreadable' | 'unrecorded'
  /** Absent where the record cannot be read. */
  readonly kept?: KeptWeights | undefined
  readonly detail?: string | undefined
}

async function verifyOne(folder: string, kept: KeptWeights): Promise<VerifiedWeights> {
  const path = weightsPath(folder, kept.sha256)
  const name = `${kept.sha256}.safetensors`
  try {
    const { size } = await stat(path)
    if (size !== kept.bytes)
      return { name, state: 'changed', kept, detail: `has ${size} bytes instead of ${kept.bytes}` }
    const sha256 = await hashFile(path)
    if (sha256 === kept.sha256) return { name, state: 'intact', kept }
    return { name, state: 'changed', kept, detail: `has the SHA-256 ${sha256}` }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { name, state: 'missing', kept }
    return { name, state: 'unreadable', kept, detail: String(error) }
  }
}

/**
 * Hashes all kept weights of a folder again. One after the other: it is the disk that takes the time.
 *
 * @throws LikenessError `invalid-request` where the folder cannot be read
 */
export async function verifyWeights(folder: string): Promise<readonly VerifiedWeights[]> {
  const records = await listKeptWeights(folder)
  const verified: VerifiedWeights[] = []
  for (const { name, kept, problem } of records) {
    if (kept !== undefined) verified.push(await verifyOne(folder, kept))
    else verified.push({ name: name.replace(/\.json$/, '.safetensors'), state: 'unreadable', detail: problem })
  }
  const known = new Set(verified.map(({ name }) => name))
  const files = (await namesIn(folder)).filter((name) => name.endsWith('.safetensors') && !known.has(name))
  return [...verified, ...files.map((name) => ({ name, state: 'unrecorded' as const }))]
}
