import type { ReceivedRequest } from '../core/vendor.js'
import { InvalidInput } from './errors.js'

export type Input = Readonly<Record<string, unknown>>

export function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * What a request says, in a JSON body, in a form, or, for clients that cannot send a body with a GET, in the query
 * string. The body wins.
 */
export function looseInput({ body, query }: ReceivedRequest): Input {
  const fromQuery = Object.fromEntries(query)
  if (body.type === 'json' && isInput(body.value)) return { ...fromQuery, ...body.value }
  if (body.type === 'form')
    return { ...fromQuery, ...Object.fromEntries(body.fields.map(({ name, value }) => [name, value])) }
  return fromQuery
}

/** A JSON or multipart body; any other content type is 406 (clients forget it: "Invalid content type"). */
export function strictInput({ body }: ReceivedRequest): Input {
  switch (body.type) {
    case 'json':
      if (isInput(body.value)) return body.value
      throw new InvalidInput('Request body must be a JSON object')
    case 'form':
      if (body.encoding === 'multipart') return Object.fromEntries(body.fields.map(({ name, value }) => [name, value]))
      throw new InvalidInput('Invalid content type', 406)
    case 'malformed-json':
      throw new InvalidInput('Request body is not valid JSON')
    case 'none':
    case 'binary':
      throw new InvalidInput('Invalid content type', 406)
    default:
      return body satisfies never
  }
}

export interface NumberRule {
  readonly minimum?: number
  readonly maximum?: number
  readonly integer?: boolean
  readonly multipleOf?: number
}

/** Undefined when absent or null. A multipart field is text, so numbers may be. */
export function readNumber(input: Input, name: string, rule: NumberRule, status: 400 | 406 = 400): number | undefined {
  const value = input[name]
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new InvalidInput(`${name} must be a number`)
  if (rule.integer && !Number.isInteger(number)) throw new InvalidInput(`${name} must be an integer`)
  if (rule.minimum !== undefined && number < rule.minimum)
    throw new InvalidInput(`${name} must be at least ${rule.minimum}`, status)
  if (rule.maximum !== undefined && number > rule.maximum)
    throw new InvalidInput(`${name} must be at most ${rule.maximum}`, status)
  if (rule.multipleOf !== undefined && number % rule.multipleOf !== 0)
    throw new InvalidInput(`${name} must be a multiple of ${rule.multipleOf}`, status)
  return number
}

export function readString(input: Input, name: string): string | undefined {
  const value = input[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw new InvalidInput(`${name} must be a string`)
  return value
}

export function requireString(input: Input, name: string): string {
  const value = readString(input, name)
  if (value === undefined || value.trim() === '') throw new InvalidInput(`${name} is required`)
  return value
}

export function readChoice<const Value extends string>(
  input: Input,
  name: string,
  allowed: readonly Value[],
  status: 400 | 406 = 400,
): Value | undefined {
  const value = readString(input, name)
  if (value === undefined) return undefined
  const known = allowed.find((candidate) => candidate === value)
  if (known === undefined) throw new InvalidInput(`${name} must be one of ${allowed.join(', ')}`, status)
  return known
}

/** Python callers of the access form send `True` and `False`. */
export function readBoolean(input: Input, name: string): boolean | undefined {
  const value = input[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
  throw new InvalidInput(`${name} must be a boolean`)
}
