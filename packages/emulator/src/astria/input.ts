import type { StoredFile } from '../core/files.js'
import type { FormField, ReceivedBody } from '../core/vendor.js'

/** The body or its field names make no sense; Rails answers 400. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError'
}

/** A file in a multipart body, told apart from whatever a JSON body may hold. */
export class UploadedFile {
  readonly file: StoredFile

  constructor(file: StoredFile) {
    this.file = file
  }
}

export type Parameters = Record<string, unknown>

/**
 * Reads a body as Rails does: JSON as it is, `tune[images][]`, `tune[prompts_attributes][][text]` and
 * `tune[prompts_attributes][0][text]` as nested values (docs.astria.ai/docs/api/tune/create, 2026-08-21).
 * Throws ParameterError.
 */
export function readParameters(body: ReceivedBody): Parameters {
  switch (body.type) {
    case 'none':
      return {}
    case 'json':
      return isParameters(body.value) ? body.value : {}
    case 'form':
      return nest(body.fields)
    case 'malformed-json':
      throw new ParameterError('malformed JSON')
    case 'binary':
      // Rails parses no other content type, so no parameter arrives.
      return {}
    default:
      return body satisfies never
  }
}

export function isParameters(value: unknown): value is Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof UploadedFile)
}

/** The object under the entity's name (`tune`, `prompt`). Throws ParameterError when it is missing, as Rails does. */
export function requireEntity(parameters: Parameters, name: string): Parameters {
  const entity = parameters[name]
  if (!isParameters(entity) || Object.keys(entity).length === 0)
    throw new ParameterError(`param is missing or the value is empty: ${name}`)
  return entity
}

/** A list, also in the form `{ "0": ..., "1": ... }` that indexed form fields give. */
export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  if (isParameters(value) && Object.keys(value).every((key) => /^\d+$/.test(key))) return Object.values(value)
  return value === undefined || value === null ? [] : [value]
}

function nest(fields: readonly FormField[]): Parameters {
  const root = emptyParameters()
  for (const { name, value } of fields)
    assign(root, keysOf(name), typeof value === 'string' ? value : new UploadedFile(value))
  return root
}

/** Without a prototype, so that no field name can reach one. */
function emptyParameters(): Parameters {
  return Object.create(null)
}

/** `tune[images][]` is `['tune', 'images', '']`. */
function keysOf(name: string): string[] {
  const first = name.split('[', 1)[0] ?? ''
  return [first, ...[...name.slice(first.length).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '')]
}

function assign(target: Parameters, keys: readonly string[], value: unknown): void {
  const [key = '', ...rest] = keys
  if (rest.length === 0) {
    target[key] = value
    return
  }
  if (rest[0] !== '') {
    assign(childObject(target, key), rest, value)
    return
  }
  const list = childList(target, key)
  if (rest.length === 1) {
    list.push(value)
    return
  }
  // A new element begins when the current one already has the field: how Rack groups `[][text]` and its siblings.
  const inner = rest.slice(1)
  const last = list.at(-1)
  if (isParameters(last) && !has(last, inner)) assign(last, inner, value)
  else {
    const element = emptyParameters()
    list.push(element)
    assign(element, inner, value)
  }
}

function has(target: Parameters, keys: readonly string[]): boolean {
  const [key = '', ...rest] = keys
  if (!Object.hasOwn(target, key)) return false
  const child = target[key]
  return rest.length === 0 || (isParameters(child) && has(child, rest))
}

function childObject(target: Parameters, key: string): Parameters {
  target[key] ??= emptyParameters()
  const child = target[key]
  if (!isParameters(child)) throw new ParameterError(`expected Hash for param ${key}`)
  return child
}

function childList(target: Parameters, key: string): unknown[] {
  target[key] ??= []
  const child = target[key]
  if (!Array.isArray(child)) throw new ParameterError(`expected Array for param ${key}`)
  return child
}
