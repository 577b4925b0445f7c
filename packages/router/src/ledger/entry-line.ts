import * as z from 'zod'
import { ledgerEntrySchema } from './entry-schema.js'
import type { LedgerEntry } from './types.js'

/** A line of the file: an entry as it stood after one change, and which of the writers told of it. */
export interface EntryLine {
  readonly writer: string | undefined
  readonly entry: LedgerEntry
}

const frameSchema = z.object({ version: z.unknown().optional(), writer: z.string().optional() })

/** The line for an entry. */
export function writeLine(writer: string, entry: LedgerEntry): string {
  return JSON.stringify({ version: 1, writer, ...entry })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * What a line tells; `undefined` where it cannot be read. Lines of an export are read too.
 *
 * @throws Error for a line of a later version: to leave it out would count too little as spent
 */
export function readLine(text: string): EntryLine | undefined {
  const json = parseJson(text)
  const frame = frameSchema.safeParse(json)
  if (!frame.success) return undefined
  const { version, writer } = frame.data
  if (version !== undefined && version !== 1) {
    throw new Error(`The ledger holds lines of version ${JSON.stringify(version)}; only version 1 is known here.`)
  }
  const entry = ledgerEntrySchema.safeParse(json)
  return entry.success ? { writer, entry: entry.data } : undefined
}
