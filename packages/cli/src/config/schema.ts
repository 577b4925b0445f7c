import type { ProviderSettings } from '@likeness/adapter-kit'
import type { Budget } from '@likeness/router'
import { budgetSchema, routerSchema } from '@likeness/router/schemas'
import * as z from 'zod'
import { withoutConfig } from '../provider-entries.js'
import { adapters } from '../providers.js'

const optionalEach = (shape: Readonly<Record<string, z.ZodType>>) =>
  Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, schema.optional()]))

const text = z.string().min(1, 'must not be empty')
const callable = z.custom<() => unknown>((value) => typeof value === 'function', { error: 'must be a function' })

const price = z.strictObject({
  amount: z.int('must be whole nano-dollars (1 USD is 1000000000)').min(0),
  unit: text.optional(),
  minimumUnits: z.number().min(0).optional(),
  asOf: text.optional(),
  source: text.optional(),
})

/** What every adapter takes. */
const commonSettings: Readonly<Record<Exclude<keyof ProviderSettings, 'clock'>, z.ZodType>> = {
  id: text,
  apiKey: z.union([text, callable], { error: 'must be text, such as env:MY_KEY, or a function' }),
  headers: z.record(z.string(), z.string()),
  fetch: callable,
  timeoutMs: z.number().positive(),
  maxRetries: z.int().min(0),
  minimumPollMs: z.number().positive(),
  webhookSecret: z.string().min(16, 'must have at least 16 characters'),
  prices: z.record(z.string(), price),
  allowedHosts: z.array(text),
}

/** The closed schema of one provider entry, by adapter. */
export function providerSchema(adapter: string): z.ZodObject {
  return z.strictObject({
    adapter: z.literal(adapter),
    ...optionalEach(commonSettings),
    ...optionalEach(adapters[adapter]?.settings ?? {}),
  })
}

const { target: _target, ...routerOptions } = routerSchema.shape

/** The closed schema of one router entry; what it says of its targets is checked by itself. */
export const routerEntrySchema = z.strictObject({
  target: z.unknown().optional(),
  strategy: z.unknown().optional(),
  targets: z.unknown().optional(),
  ...routerOptions,
})

const budget: z.ZodType<Budget> = budgetSchema

const name = z.string().regex(/^[\w.-]+$/, 'a name may hold letters, digits, _ . and -')

/** The config without the settings of its providers, which depend on their adapter. */
export const configSchema = z.strictObject({
  providers: z
    .record(
      name,
      z.looseObject({
        adapter: z.enum(Object.keys(adapters), { error: `must be one of ${Object.keys(adapters).join(', ')}` }),
      }),
    )
    .refine((providers) => Object.keys(providers).length > 0, 'must hold at least one provider')
    .default(() => ({ ...withoutConfig })),
  routers: z.record(name, z.looseObject({})).optional(),
  default: z.union([text, z.array(text).min(1)], { error: 'must be a name, or a list of names' }).optional(),
  emulator: z
    .union([z.boolean(), z.strictObject({ url: z.url({ protocol: /^https?$/ }) })], {
      error: 'must be true, false, or { url } with the control address of `likeness emulate`',
    })
    .optional(),
  budgets: z.array(budget).optional(),
  ledger: text.optional(),
  output: text.optional(),
  jobs: text.optional(),
})

/** A router of a config that has the right shape. */
export type ParsedRouter = z.output<typeof routerSchema>

/** A config that has the right shape. */
export type ParsedConfig = Omit<z.output<typeof configSchema>, 'routers'> & {
  readonly routers?: Readonly<Record<string, ParsedRouter>> | undefined
}
