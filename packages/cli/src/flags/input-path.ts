import { isAbsolute, resolve } from 'node:path'
import type { Io } from '../io.js'

/** An image as it was named on the command line: URLs as they are, paths from the command's working folder. */
export function inputPath(io: Pick<Io, 'cwd'>, named: string): string {
  // Messages show what a person typed, so a path is only made longer where it would otherwise mean another file.
  if (/^[a-z][a-z+.-]+:/i.test(named) || isAbsolute(named) || io.cwd === process.cwd()) return named
  return resolve(io.cwd, named)
}
