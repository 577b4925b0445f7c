import { LikenessError } from '@likeness/core'

type Environment = Readonly<Record<string, string | undefined>>

const prefix = 'env:'

/** The variable that `env:NAME` names; `undefined` for literal text. */
export function referencedVariable(value: string): string | undefined {
  return value.startsWith(prefix) ? value.slice(prefix.length) : undefined
}

/**
 * The text, or the variable's value where it is a reference.
 *
 * @throws LikenessError `authentication` for a key, else `invalid-request`, when the variable is not set
 */
export function resolveReference(value: string, environment: Environment, field: string, provider: string): string {
  const name = referencedVariable(value)
  if (name === undefined) return value
  const found = environment[name]?.trim()
  if (found !== undefined && found !== '') return found
  const message = `the environment variable ${name} is not set`
  throw new LikenessError({
    kind: field === 'apiKey' ? 'authentication' : 'invalid-request',
    message: `${provider}: ${field}: ${message}.`,
    provider,
    fields: [{ field, message }],
    hint: `Set it: export ${name}=...`,
  })
}

/** A copy in which every text, however deep, has its references resolved. */
export function resolveReferences(value: unknown, environment: Environment, field: string, provider: string): unknown {
  if (typeof value === 'string') return resolveReference(value, environment, field, provider)
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, environment, field, provider))
  // Only plain data holds references; a ready client or another object of a program goes through as it is.
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolveReferences(item, environment, `${field}.${key}`, provider)]),
  )
}
