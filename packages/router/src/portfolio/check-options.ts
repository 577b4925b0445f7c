import { LikenessError, type Provider } from '@likeness/core'

/**
 * Refuses an option.
 *
 * @param message - what is wrong with it, what was given, what is allowed
 */
export function refusedOption(field: string, message: string): LikenessError {
  return new LikenessError({ kind: 'invalid-request', message: `${field} ${message}.`, fields: [{ field, message }] })
}

function given(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** Options that are checked before anything is read, and long before anything is paid for. */
export interface CheckedOptions {
  readonly providers?: readonly Provider[] | undefined
  readonly maximumUSD?: number | undefined
  readonly timeoutMs?: number | undefined
}

/** @throws LikenessError `invalid-request` naming the option */
export function checkOptions({ providers, maximumUSD, timeoutMs }: CheckedOptions): void {
  if (providers !== undefined && providers.length === 0) {
    throw refusedOption('providers', 'must hold at least one provider')
  }
  if (maximumUSD !== undefined && !(Number.isFinite(maximumUSD) && maximumUSD >= 0)) {
    throw refusedOption('maximumUSD', `must be a number of US dollars, 0 or more (given: ${given(maximumUSD)})`)
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw refusedOption('timeoutMs', `must be a number of milliseconds above 0 (given: ${given(timeoutMs)})`)
  }
}

/** @throws LikenessError `invalid-request` naming the values that are allowed */
export function checkChoice(field: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return
  throw refusedOption(field, `must be ${allowed.join(' or ')} (given: ${given(value)})`)
}
