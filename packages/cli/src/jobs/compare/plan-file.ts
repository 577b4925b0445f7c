import { access } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { ComparisonPlan } from '@likeness/compare'
import { type FieldError, LikenessError } from '@likeness/core'
import { type Finding, findings } from '../../config/finding.js'
import { at, type RawConfig, readConfig } from '../../config/read.js'

const names = ['yaml', 'yml', 'ts', 'js', 'json'].map((extension) => `compare.${extension}`)

/** A plan, and the file that it came from. */
export interface PlanFile {
  readonly path: string
  /** Of the file, without its ending: names the folder of a run. */
  readonly name: string
  /** Checked; what its paths lead to has been read. */
  readonly plan: ComparisonPlan
  /** The same error with file, line and column of each field of the plan that it names. */
  placed(error: unknown): unknown
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/**
 * The plan file: the one named, else the one in the working folder.
 *
 * @param run - folder that was named, and holds no run
 * @throws LikenessError `invalid-request` when it does not exist, or the folder holds several
 */
export async function findPlan(cwd: string, named: string | undefined, run?: string): Promise<string> {
  const missing = (message: string, hint?: string) =>
    new LikenessError({
      kind: 'invalid-request',
      message: `plan: ${message}.`,
      fields: [{ field: 'plan', message }],
      hint,
    })
  if (named !== undefined) {
    const path = resolve(cwd, named)
    if (await exists(path)) return path
    throw missing(`there is no file ${path}`)
  }
  const found: string[] = []
  for (const name of names) if (await exists(join(cwd, name))) found.push(name)
  const [only] = found
  if (only === undefined) {
    const inVain = run === undefined ? '' : `${run} holds no run, and `
    throw missing(`${inVain}there is no ${names.join(', ')} in ${cwd}`, 'Name the plan, or write one.')
  }
  if (found.length > 1) throw missing(`${cwd} holds several: ${found.join(', ')}`, 'Keep one, or name one.')
  return join(cwd, only)
}

/** The keys that a field like `vendors.flux.1.generate.steps` leads along: a name may hold dots itself. */
function keysOf(value: unknown, field: string): string[] {
  const parts = field.split('.')
  const keys: string[] = []
  let inner = value
  while (parts.length > 0) {
    const holder = inner
    const known = parts
      .map((_, index) => parts.slice(0, index + 1).join('.'))
      .find((key) => typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key))
    const key = known ?? parts[0] ?? ''
    parts.splice(0, key.split('.').length)
    keys.push(key)
    inner = known === undefined || typeof holder !== 'object' || holder === null ? undefined : Reflect.get(holder, key)
  }
  return keys
}

/** The error with the place of each field, where fields of the plan are what it names. */
function placed(raw: RawConfig, error: LikenessError): LikenessError {
  const line = ({ field, message }: FieldError) => {
    const keys = field === 'plan' ? [] : keysOf(raw.value, field)
    return `${at(raw.path, raw.place(keys))}: ${field === 'plan' ? '' : `${field}: `}${message}`
  }
  return error.with({ message: (error.fields ?? []).map(line).join('\n') })
}

/** The refusal of a plan whose shape is wrong. */
function refuse(raw: RawConfig, found: readonly Finding[]): LikenessError {
  const text = ({ keys, message }: Finding) =>
    `${at(raw.path, raw.place(keys))}: ${keys.length === 0 ? '' : `${keys.join('.')}: `}${message}`
  return new LikenessError({
    kind: 'invalid-request',
    message: found.map(text).join('\n'),
    fields: found.map(({ keys, message }) => ({ field: keys.length === 0 ? 'plan' : keys.join('.'), message })),
  })
}

/** Fields of later errors may be those of a request, or of the run's own files. */
function placedIfOfPlan(raw: RawConfig, error: unknown): unknown {
  const isOfPlan = ({ field }: FieldError) => Object.hasOwn(Object(raw.value), keysOf(raw.value, field)[0] ?? '')
  return LikenessError.is(error) && error.fields?.length && error.fields.every(isOfPlan) ? placed(raw, error) : error
}

/**
 * Reads a plan file as the config is read, and checks it.
 *
 * @throws LikenessError `invalid-request` with file, line and column of each field that is wrong
 */
export async function readPlan(path: string): Promise<PlanFile> {
  const raw = await readConfig(path, 'plan')
  const { comparisonPlanSchema, locatePlan, parseComparisonPlan } = await import('@likeness/compare')
  const found = findings(comparisonPlanSchema, raw.value, raw.value)
  if (found.length > 0) throw refuse(raw, found)
  try {
    const plan = await locatePlan(parseComparisonPlan(raw.value), dirname(path))
    return { path, name: basename(path, extname(path)), plan, placed: (error) => placedIfOfPlan(raw, error) }
  } catch (error) {
    throw LikenessError.is(error) ? placed(raw, error) : error
  }
}
