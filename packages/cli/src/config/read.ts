import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { LikenessError } from '@likeness/core'
import { jsonErrorOffset } from './json-error-offset.js'

/** A place in a file, counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A config or a plan as it stands in its file, unchecked. */
export interface RawConfig {
  readonly path: string
  readonly value: unknown
  /** Where the value at a path of keys begins; `undefined` for programs (.ts, .js). */
  place(keys: readonly PropertyKey[]): Place | undefined
}

/** `file:line:column`, as editors and terminals link it. */
export function at(path: string, place: Place | undefined): string {
  return place === undefined ? path : `${path}:${place.line}:${place.column}`
}

/** The refusal of a file as a whole. */
function broken(path: string, place: Place | undefined, message: string, cause?: unknown): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    message: `${at(path, place)}: ${message}`,
    fields: [{ field: 'config', message }],
    cause,
  })
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw broken(path, undefined, `cannot be read: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

/** YAML, and JSON, which is YAML to the parser that knows where each value stands. */
async function readDocument(path: string, json: boolean): Promise<RawConfig> {
  const { isMap, isNode, isScalar, LineCounter, parseDocument } = await import('yaml')
  const text = await readText(path)
  const lines = new LineCounter()
  // prettyErrors would quote the line at fault, which may hold a key.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: json ? '1.2' : 'next' })
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const [error] = document.errors
  if (error !== undefined)
    throw broken(path, placeOf(error.pos[0]), `${json ? 'not JSON' : 'not YAML'}: ${error.message}`)
  if (json) checkJson(path, text, placeOf)
  /** Where the key stands, else the value (an item of a list), else what holds it. */
  function place(keys: readonly PropertyKey[]): Place | undefined {
    const parent = document.getIn(keys.slice(0, -1), true)
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && key.value === keys.at(-1))
      if (isNode(pair?.key) && pair.key.range) return placeOf(pair.key.range[0])
    }
    const node = document.getIn(keys, true)
    if (isNode(node) && node.range) return placeOf(node.range[0])
    return keys.length === 0 ? undefined : place(keys.slice(0, -1))
  }
  return { path, value: document.toJS({ maxAliasCount: 100 }), place }
}

/** What YAML allows and JSON does not (comments, bare words) is still a broken .json file. */
function checkJson(path: string, text: string, placeOf: (offset: number) => Place): void {
  try {
    JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // The engine may quote the text at fault, which may hold a key.
    const [what = message] = message.split(/,? (?:in JSON )?at position |, (?:\.{3})?"/)
    throw broken(path, placeOf(jsonErrorOffset(text, message)), `not JSON: ${what}`)
  }
}

/** Where a program failed: in the parser's own words, else the topmost frame of its stack in the file. */
function placeOfFailure(error: unknown, path: string): Place | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const loc: unknown = Reflect.get(error, 'loc')
  if (typeof loc === 'object' && loc !== null) {
    const line: unknown = Reflect.get(loc, 'line')
    const column: unknown = Reflect.get(loc, 'column')
    if (typeof line === 'number') return { line, column: typeof column === 'number' ? column + 1 : 1 }
  }
  if (!(error instanceof Error)) return undefined
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const pattern = new RegExp(`${escaped}:(\\d+)(?::(\\d+))?`)
  // The parser counts columns from 0 in its message; the engine counts from 1 in its stack.
  const inMessage = pattern.exec(error.message)
  if (inMessage !== null) return { line: Number(inMessage[1]), column: Number(inMessage[2] ?? 0) + 1 }
  const inStack = pattern.exec(error.stack ?? '')
  return inStack === null ? undefined : { line: Number(inStack[1]), column: Number(inStack[2] ?? 1) }
}

async function readProgram(path: string): Promise<RawConfig> {
  const { createJiti } = await import('jiti')
  // Nothing is cached on disk: a config may hold a key.
  const jiti = createJiti(path, { fsCache: false, moduleCache: false, sourceMaps: true })
  try {
    const value = await jiti.import(path, { default: true })
    return { path, value, place: () => undefined }
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
    const place = placeOfFailure(error, path)
    const what = message
      .replace(/^ParseError: /, '')
      .replace(/ \(\d+:\d+\)$/, '')
      .trim()
    // A parser's error quotes the source, which may hold a key; a running program's error does not.
    const quotes = /^(?:ParseError|SyntaxError)/.test(String(error)) || String(error).includes(path)
    throw broken(path, place, what === '' ? 'cannot be loaded' : what, quotes ? undefined : error)
  }
}

function readAny(path: string, what: string): Promise<RawConfig> {
  switch (extname(path)) {
    case '.json':
      return readDocument(path, true)
    case '.yaml':
    case '.yml':
      return readDocument(path, false)
    case '.ts':
    case '.mts':
    case '.js':
    case '.mjs':
      return readProgram(path)
    default:
      throw broken(path, undefined, `a ${what} is a .ts, .js, .mjs, .json, .yaml or .yml file`)
  }
}

/**
 * Reads a config file, or a plan, which is written alike.
 *
 * @throws LikenessError `invalid-request` with file, line and column when it is broken
 */
export async function readConfig(path: string, what: 'config' | 'plan' = 'config'): Promise<RawConfig> {
  try {
    return await readAny(path, what)
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    throw error.with({ message: error.message, fields: error.fields?.map((one) => ({ ...one, field: what })) })
  }
}
