import { type JsonObject, type JsonValue, nanoUSD } from '@likeness/core'
import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../duration.js'

/** Any number; what values make sense is the request schema's to say. */
export function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.')
  return value
}

/** A share from 0 to 1. */
export function share(text: string): number {
  const value = number(text)
  if (value < 0 || value > 1) throw new InvalidArgumentError('It must be a share from 0 to 1, e.g. 0.1 for 10 %.')
  return value
}

/** US dollars as nano-dollars. */
export function dollars(text: string): number {
  const value = number(text.replace(/^\$/, ''))
  if (value < 0) throw new InvalidArgumentError('It must be an amount in US dollars, e.g. 2.50.')
  return nanoUSD(value)
}

/** `90s`, `10m`, `1h` as milliseconds. */
export function duration(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('It must be a duration such as 90s, 10m or 1h.')
  return ms
}

/** `a,b` and repeated flags as one list. */
export function list(text: string, earlier: readonly string[] = []): string[] {
  const names = text.split(',').map((name) => name.trim())
  return [...earlier, ...names.filter((name) => name !== '')]
}

/** `key=value` as an entry; repeated flags add up. */
export function entry(text: string, earlier: Readonly<Record<string, string>> = {}): Record<string, string> {
  const split = text.indexOf('=')
  if (split < 1) throw new InvalidArgumentError('It must look like key=value.')
  return { ...earlier, [text.slice(0, split)]: text.slice(split + 1) }
}

function parseValue(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    // Text need not be quoted as JSON on a command line.
    return text
  }
}

/** `fal.trainer=portrait`: an option of one vendor. The value is JSON, or else plain text; repeated flags add up. */
export function vendorOption(
  text: string,
  earlier: Readonly<Record<string, JsonObject>> = {},
): Record<string, JsonObject> {
  const match = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text)
  const [, provider, name, value] = match ?? []
  if (provider === undefined || name === undefined || value === undefined) {
    throw new InvalidArgumentError(
      'It must look like provider.option=value, e.g. fal.trainer=fal-ai/flux-lora-portrait-trainer.',
    )
  }
  return { ...earlier, [provider]: { ...earlier[provider], [name]: parseValue(value) } }
}
