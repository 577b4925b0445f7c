import type { FineTune, Generate, Provider } from '@likeness/core'
import { createReference } from '../reference/reference-provider.js'
import type { Environment } from '../vendor.js'

/** The reference adapter with one thing wrong, and the cases that must notice. */
export interface Defect {
  readonly profile: 'full' | 'spartan'
  create(environment: Environment): Provider
  /** Exactly these fail; all others pass. */
  readonly caughtBy: readonly string[]
}

/** What a defect may replace. */
interface Changes {
  readonly fineTune?: (fineTune: FineTune) => Partial<FineTune>
  readonly generate?: (generate: Generate) => Partial<Generate>
  readonly provider?: (provider: Provider) => Partial<Provider>
}

/** A provider some of whose methods are replaced. */
export function altered(provider: Provider, { fineTune, generate, provider: change }: Changes): Provider {
  return {
    ...provider,
    ...(provider.fineTune && fineTune && { fineTune: { ...provider.fineTune, ...fineTune(provider.fineTune) } }),
    ...(provider.generate && generate && { generate: { ...provider.generate, ...generate(provider.generate) } }),
    ...change?.(provider),
  }
}

/** A defect in the methods of a provider. */
export function defect(profile: Defect['profile'], changes: Changes, caughtBy: readonly string[]): Defect {
  return { profile, create: (environment) => altered(createReference({ ...environment, profile }), changes), caughtBy }
}

/** A defect below the adapter, in what it sends and reads. */
export function wireDefect(
  profile: Defect['profile'],
  change: (fetch: typeof globalThis.fetch, environment: Environment) => typeof globalThis.fetch,
  caughtBy: readonly string[],
): Defect {
  return {
    profile,
    create(environment) {
      const { fetch = globalThis.fetch } = environment
      return createReference({ ...environment, profile, fetch: change(fetch, environment) })
    },
    caughtBy,
  }
}

/** `fetch` whose JSON answers are rewritten. */
export function rewriting(fetch: typeof globalThis.fetch, rewrite: (text: string) => string): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    if (response.headers.get('content-type') !== 'application/json' || response.status !== 200) return response
    return new Response(rewrite(await response.text()), response)
  }
}
