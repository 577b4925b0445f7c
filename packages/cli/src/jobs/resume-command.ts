import { relative } from 'node:path'
import type { Session } from '../session.js'

/** A path as short as it can be written from the working folder. */
export function shortPath(session: Session, path: string): string {
  const short = relative(session.io.cwd, path)
  return short === '' || short.startsWith('..') ? path : short
}

/** Text as a shell reads it back. */
export const quoted = (text: string) => (/^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/** What a person types for `likeness`: in a clone it is no command of its own but a script of the workspace. */
export function commandName({ io }: Pick<Session, 'io'>): string {
  return io.env.npm_lifecycle_event === 'likeness' ? 'npx -y pnpm@12 likeness' : 'likeness'
}

/** What a person types to go on with a job. */
export function resumeCommand(session: Session, file: string): string {
  const config = session.configFlag === undefined ? '' : ` --config ${quoted(session.configFlag)}`
  return `${commandName(session)} resume${config} ${quoted(shortPath(session, file))}`
}
