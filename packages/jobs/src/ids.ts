import { createHash, randomBytes } from 'node:crypto'
import type { JobId } from './job.js'

/** Crockford's alphabet: sorts as it counts, and has no letters that look alike. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

function encode(value: bigint, length: number): string {
  let rest = value
  let text = ''
  for (let i = 0; i < length; i += 1) {
    text = `${alphabet[Number(rest & 31n)]}${text}`
    rest >>= 5n
  }
  return text
}

/** A new id, which sorts after those of earlier milliseconds. */
export function newJobId(now: number): JobId {
  return `job_${encode(BigInt(now), 10)}${encode(BigInt(`0x${randomBytes(10).toString('hex')}`), 16)}`
}

/** Key of a job's paid request: the same in every process, however often the request is sent. */
export function paidKeyOf(job: JobId): string {
  return `likeness-${createHash('sha256').update(job).digest('hex').slice(0, 40)}`
}
