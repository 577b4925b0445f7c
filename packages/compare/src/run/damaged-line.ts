import { basename } from 'node:path'
import { LikenessError } from '@likeness/core'
import type { ZodError } from 'zod'

/** A line of a run's file that nothing can be made of. */
export interface DamagedLine {
  /** Of the file. */
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly why: string
  readonly hint: string
}

/** The refusal of a file of lines. */
export function damagedLine({ path, line, why, hint }: DamagedLine): LikenessError {
  const message = `line ${line} cannot be understood: ${why}`
  return new LikenessError({
    kind: 'invalid-request',
    message: `${path}: ${message}.`,
    fields: [{ field: basename(path), message }],
    hint,
  })
}

/** What is wrong with a line that is JSON. */
export function faultsInWords({ issues }: ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')
}
