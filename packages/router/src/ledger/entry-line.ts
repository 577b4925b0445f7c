import { LikenessError } from '@likeness/core'
import * as z from 'zod'
import { ledgerEntrySchema } from './entry-schema.js'
import type { LedgerEntry } from './types.js'

const frameSchema = z.object({ version: z.unknown().optional() })

/** The line for an entry as it stands after a change. */
export function writeLine(entry: LedgerEntry): string {
  return JSON.stringify({ version: 1, ...entry })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Why a line could not be read back; `undefined` where it could. */
export function problemOf(line: string): string | undefined {
  const { error } = ledgerEntrySchema.safeParse(parseJson(line))
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
}

/**
 * The entry that a line tells of; `undefined` where it cannot be read. Lines of an export are read too.
 *
 * @param path - of its file, for messages
 * @throws LikenessError `invalid-request` for a line of a later version: to leave it out would count too little as spent
 */
export function readLine(text: string, path: string): LedgerEntry | undefined {
  const json = parseJson(text)
  const frame = frameSchema.safeParse(json)
  if (!frame.success) return undefined
  const { version } = frame.data
  if (version !== undefined && version !== 1) {
    const message = `The ledger ${path} holds lines of version ${JSON.stringify(version)}; only version 1 is known here.`
    throw new LikenessError({
      kind: 'invalid-request',
      message,
      fields: [{ field: 'path', message }],
      hint: 'A later version of Likeness wrote it: use that one, or another file.',
    })
  }
  const entry = ledgerEntrySchema.safeParse(json)
  return entry.success ? entry.data : undefined
}
