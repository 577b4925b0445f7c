import type { Parameters } from './input.js'

/** Rails errors by field; what concerns no single field is under `base`. */
export type FieldErrors = Record<string, string[]>

interface Range {
  readonly minimum: number
  readonly maximum: number
}

/**
 * Casts attributes as Rails does (form fields are text, JSON values have types) and collects what is wrong with them.
 * Absent, null and blank values read as null. The wording of messages without a note is Rails' own.
 */
export class Attributes {
  readonly errors: FieldErrors = {}
  readonly #values: Parameters

  constructor(values: Parameters) {
    this.#values = values
  }

  raw(name: string): unknown {
    return this.#values[name]
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined
  }

  refuse(name: string, message: string): void {
    this.errors[name] = [...(this.errors[name] ?? []), message]
  }

  get valid(): boolean {
    return Object.keys(this.errors).length === 0
  }

  string(name: string): string | null {
    const value = this.#values[name]
    if (value === undefined || value === null || value === '') return null
    if (typeof value === 'object') {
      this.refuse(name, 'is invalid')
      return null
    }
    return String(value)
  }

  required(name: string): string {
    const value = this.string(name)
    if ((value === null || value.trim() === '') && this.errors[name] === undefined) this.refuse(name, "can't be blank")
    return value ?? ''
  }

  number(name: string, { minimum, maximum }: Range): number | null {
    const value = this.string(name)
    if (value === null) return null
    const number = Number(value)
    if (!Number.isFinite(number)) this.refuse(name, 'is not a number')
    else if (number < minimum) this.refuse(name, `must be greater than or equal to ${minimum}`)
    else if (number > maximum) this.refuse(name, `must be less than or equal to ${maximum}`)
    else return number
    return null
  }

  integer(name: string, range: Range): number | null {
    const value = this.number(name, range)
    if (value === null || Number.isInteger(value)) return value
    this.refuse(name, 'must be an integer')
    return null
  }

  boolean(name: string): boolean | null {
    const value = this.string(name)?.toLowerCase()
    if (value === undefined) return null
    if (['false', '0', 'f', 'off'].includes(value)) return false
    if (['true', '1', 't', 'on'].includes(value)) return true
    this.refuse(name, 'is invalid')
    return null
  }

  /** The documents write `null` as one of the values; a form can only send it as text. */
  oneOf<Value extends string>(name: string, allowed: readonly Value[]): Value | null {
    const value = this.string(name)
    if (value === null || value === 'null') return null
    const known = allowed.find((candidate) => candidate === value)
    if (known === undefined) this.refuse(name, 'is not included in the list')
    return known ?? null
  }

  /** Seen: a callback that is no URL (`{TUNE_ID}` in braces) is refused. The wording is assumed. */
  url(name: string): string | null {
    const value = this.string(name)
    if (value === null) return null
    if (/[{}\s]/.test(value) || !/^https?:$/.test(URL.parse(value)?.protocol ?? '')) {
      this.refuse(name, 'is not a valid URL')
      return null
    }
    return value
  }
}
