import type { Detail } from './errors.js'
import { detail } from './errors.js'

/** Reads fields of a model's input as pydantic does: all faults are collected, unknown fields are ignored. */
export interface InputReader {
  readonly faults: readonly Detail[]
  string(name: string, options?: { required?: boolean; fallback?: string }): string | undefined
  integer(name: string, range: { min?: number; max?: number; fallback?: number }): number | undefined
  number(name: string, range: { min?: number; max?: number; fallback?: number }): number | undefined
  boolean(name: string, fallback: boolean): boolean
  choice<const Value extends string>(name: string, allowed: readonly Value[], fallback: Value): Value
  raw(name: string): unknown
  fail(fault: Detail): void
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function readInput(input: Record<string, unknown>, at: readonly (string | number)[] = ['body']): InputReader {
  const faults: Detail[] = []
  const fail = (name: string, type: string, msg: string, ctx?: Record<string, unknown>) => {
    faults.push(detail([...at, name], type, msg, { ...(ctx === undefined ? {} : { ctx }), input: input[name] ?? null }))
  }

  function numeric(
    name: string,
    { min, max, fallback }: { min?: number; max?: number; fallback?: number },
    whole: boolean,
  ): number | undefined {
    const value = input[name]
    if (value === undefined || value === null) return fallback
    // pydantic takes a number written as a string.
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    const kind = whole ? 'integer' : 'number'
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      fail(name, whole ? 'int_parsing' : 'float_parsing', `Input should be a valid ${kind}`)
    } else if (whole && !Number.isInteger(number)) {
      fail(name, 'int_from_float', 'Input should be a valid integer, got a number with a fractional part')
    } else if (min !== undefined && number < min) {
      fail(name, 'greater_than_equal', `Input should be greater than or equal to ${min}`, { ge: min })
    } else if (max !== undefined && number > max) {
      fail(name, 'less_than_equal', `Input should be less than or equal to ${max}`, { le: max })
    } else {
      return number
    }
    return fallback
  }

  return {
    faults,
    raw: (name) => input[name],
    fail: (fault) => void faults.push(fault),
    string(name, { required = false, fallback } = {}) {
      const value = input[name]
      if (value === undefined || value === null) {
        if (required && value === undefined) faults.push(detail([...at, name], 'missing', 'Field required', { input }))
        else if (required) fail(name, 'string_type', 'Input should be a valid string')
        return fallback
      }
      if (typeof value === 'string') return value
      fail(name, 'string_type', 'Input should be a valid string')
      return fallback
    },
    integer: (name, range) => numeric(name, range, true),
    number: (name, range) => numeric(name, range, false),
    boolean(name, fallback) {
      const value = input[name]
      if (value === undefined || value === null) return fallback
      if (typeof value === 'boolean') return value
      fail(name, 'bool_parsing', 'Input should be a valid boolean, unable to interpret input')
      return fallback
    },
    choice(name, allowed, fallback) {
      const value = input[name]
      if (value === undefined || value === null) return fallback
      const chosen = allowed.find((candidate) => candidate === value)
      if (chosen !== undefined) return chosen
      const expected = allowed.map((candidate) => `'${candidate}'`).join(' or ')
      fail(name, 'one_of', `Input should be ${expected}`, { expected: allowed })
      return fallback
    },
  }
}
