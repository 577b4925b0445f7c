import { createHash } from 'node:crypto'

/** 28 characters of base 36, as Rails names stored files. The same name gives the same key. */
export function fileKey(name: string): string {
  const digest = createHash('sha256').update(`astria ${name}`).digest('hex')
  return BigInt(`0x${digest}`).toString(36).padStart(50, '0').slice(-28)
}
