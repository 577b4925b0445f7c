import { LikenessError } from '@likeness/core'
import * as z from 'zod'

/** Where the emulated vendors are, and how to let go of them. */
export interface Emulation {
  /** Settings by adapter name, as the emulator announces them. */
  readonly endpoints: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Set where the emulator lives in this process, without ports. */
  readonly fetch?: typeof globalThis.fetch
  close(): Promise<void>
}

/** Which emulator is asked for: none, one of our own, or the one at a control address. */
export type EmulatorChoice =
  | { readonly type: 'none' }
  | { readonly type: 'own' }
  | { readonly type: 'running'; readonly url: string }

const endpointsSchema = z.object({
  endpoints: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])),
})

/**
 * The emulator that the environment asks for, else the config.
 *
 * @throws LikenessError `invalid-request` when `LIKENESS_EMULATOR` is neither 1, 0 nor a URL
 */
export function chooseEmulator(
  environment: string | undefined,
  config: boolean | { readonly url: string } | undefined,
): EmulatorChoice {
  switch (environment) {
    case undefined:
    case '':
      if (typeof config === 'object') return { type: 'running', url: config.url }
      return { type: config === true ? 'own' : 'none' }
    case '0':
    case 'false':
      return { type: 'none' }
    case '1':
    case 'true':
      return { type: 'own' }
    default:
      if (/^https?:\/\//.test(environment)) return { type: 'running', url: environment }
      throw new LikenessError({
        kind: 'invalid-request',
        message: `LIKENESS_EMULATOR must be 1, 0, or the control URL of a running \`likeness emulate\` (given: ${environment}).`,
      })
  }
}

function onlyVendors(endpoints: Readonly<Record<string, unknown>>): Emulation['endpoints'] {
  const { endpoints: checked } = endpointsSchema.parse({ endpoints })
  return Object.fromEntries(
    Object.entries(checked).flatMap(([name, value]) => (typeof value === 'string' ? [] : [[name, value]])),
  )
}

async function connect(url: string): Promise<Emulation> {
  try {
    const response = await fetch(url)
    const { endpoints } = endpointsSchema.parse(await response.json())
    return { endpoints: onlyVendors(endpoints), close: async () => {} }
  } catch (error) {
    throw new LikenessError({
      kind: 'unavailable',
      message: `No emulator answers at ${url}.`,
      hint: 'Start one with `likeness emulate`, and take the control URL that it prints.',
      cause: error,
    })
  }
}

/** The chosen emulator; `undefined` for none. One of our own dies with the process, and its jobs with it. */
export async function openEmulator(choice: EmulatorChoice): Promise<Emulation | undefined> {
  switch (choice.type) {
    case 'none':
      return undefined
    case 'running':
      return connect(choice.url)
    case 'own': {
      const { createEmulator } = await import('@likeness/emulator')
      const emulator = createEmulator()
      return {
        endpoints: onlyVendors(emulator.endpoints),
        fetch: (input, init) => emulator.fetch(input, init),
        close: () => emulator.close(),
      }
    }
  }
}
