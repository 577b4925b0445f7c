import { relative } from 'node:path'
import type { Session } from '../session.js'

/** A path as short as it can be written from the working folder. */
export function shortPath(session: Session, path: string): string {
  const short = relative(session.io.cwd, path)
  return short === '' || short.startsWith('..') ? path : short
}

const quoted = (text: string) => (/^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/** What a person types to go on with a job. */
export function resumeCommand(session: Session, file: string): string {
  const config = session.configFlag === undefined ? '' : ` --config ${quoted(session.configFlag)}`
  return `likeness resume${config} ${quoted(shortPath(session, file))}`
}
