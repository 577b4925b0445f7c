import { LikenessError, type SerializedError } from '@likeness/core'
import { trailTable } from './trail-table.js'

const isNodeError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'code' in error

/** Fields that stand for a whole file, which the message names. */
const files = new Set(['config', 'plan'])

function fieldLines(error: LikenessError): string[] {
  // A message that already names its fields would only be repeated.
  return (error.fields ?? [])
    .filter(({ message }) => error.message !== message)
    .filter(
      ({ field, message }) => !(error.message.includes(message) && (files.has(field) || error.message.includes(field))),
    )
    .map(({ field, message }) => `  ${field}: ${message}`)
}

/** The way through the targets of a router, where it was more than a step. */
function trailLines({ trail = [] }: LikenessError): string[] {
  return trail.length < 2 ? [] : [`trail:\n${trailTable(trail).trimEnd().replaceAll(/^/gm, '  ')}`]
}

/** An error for a person: what happened, the fields at fault, what to do. A stack trace only on request. */
export function describeError(error: unknown, debug = false): string {
  const lines: string[] = []
  if (LikenessError.is(error)) {
    lines.push(`error: ${error.message}`, ...fieldLines(error))
    if (error.requestId !== undefined) lines.push(`  request id: ${error.requestId}`)
    if (error.billed !== 'no') lines.push(`  billed: ${error.billed}`)
    lines.push(...trailLines(error))
    if (error.hint !== undefined) lines.push(`hint: ${error.hint}`)
  } else {
    lines.push(`error: ${error instanceof Error ? error.message : String(error)}`)
    if (!isNodeError(error))
      lines.push('hint: This is a fault of likeness itself; run again with --debug to see where.')
  }
  if (debug && error instanceof Error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      lines.push(cause.stack ?? String(cause))
  }
  return `${lines.join('\n')}\n`
}

/** An error for a program. What is no `LikenessError` has the kind `unexpected`. */
export function serializeError(error: unknown): SerializedError | { kind: 'unexpected'; message: string } {
  if (LikenessError.is(error)) return error.toJSON()
  return { kind: 'unexpected', message: error instanceof Error ? error.message : String(error) }
}
