import type { BackendSettings } from './backend.js'
import { CaseSkipped, type ConformanceCase, caseName } from './case.js'
import { conformanceCases } from './cases/index.js'
import { openSession } from './session.js'
import type { KnownGap, VendorUnderTest } from './vendor.js'

/** How one case ended. */
export type CaseResult =
  | { readonly name: string; readonly outcome: 'passed' }
  | { readonly name: string; readonly outcome: 'failed'; readonly error: unknown }
  | { readonly name: string; readonly outcome: 'skipped'; readonly reason: string }

/**
 * Runs one case against a new vendor.
 *
 * @throws what the case throws; {@link CaseSkipped} where it does not apply
 */
export async function runCase<Settings extends BackendSettings>(
  vendor: VendorUnderTest<Settings>,
  conformanceCase: ConformanceCase,
): Promise<void> {
  const session = await openSession(vendor)
  try {
    await conformanceCase.run(session)
  } finally {
    await session.close()
  }
}

/** How to run the suite without a test runner. */
export interface RunOptions {
  /** @default the whole suite */
  readonly cases?: readonly ConformanceCase[]
  /** A case that takes longer, in real milliseconds, counts as failed. @default 30 000 */
  readonly caseTimeoutMs?: number
}

/**
 * Runs the suite without a test runner, one case after the other.
 *
 * @throws TypeError when `vendor.known` names a case that does not exist
 */
export async function runConformance<Settings extends BackendSettings>(
  vendor: VendorUnderTest<Settings>,
  { cases = conformanceCases, caseTimeoutMs = 30_000 }: RunOptions = {},
): Promise<CaseResult[]> {
  requireKnownTitles(vendor.known ?? [])
  const results: CaseResult[] = []
  for (const conformanceCase of cases) results.push(await resultOf(vendor, conformanceCase, caseTimeoutMs))
  return results
}

async function resultOf<Settings extends BackendSettings>(
  vendor: VendorUnderTest<Settings>,
  conformanceCase: ConformanceCase,
  timeoutMs: number,
): Promise<CaseResult> {
  const name = caseName(conformanceCase)
  const gap = gapOf(vendor.known ?? [], conformanceCase)
  if (gap !== undefined) return { name, outcome: 'skipped', reason: gap }
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([runCase(vendor, conformanceCase), timeout])
    return { name, outcome: 'passed' }
  } catch (error) {
    if (error instanceof CaseSkipped) return { name, outcome: 'skipped', reason: error.message }
    return { name, outcome: 'failed', error }
  } finally {
    clearTimeout(timer)
  }
}

/** Why the case is not run, where it is known not to hold. */
export function gapOf(known: readonly KnownGap[], conformanceCase: ConformanceCase): string | undefined {
  const gap = known.find(({ test }) => test === caseName(conformanceCase))
  return gap && [gap.reason, gap.url].filter((part) => part !== undefined).join(' ')
}

/** @throws TypeError naming the entries of `known` that match no case */
export function requireKnownTitles(known: readonly KnownGap[]): void {
  const names = new Set(conformanceCases.map(caseName))
  const stale = known.filter(({ test }) => !names.has(test)).map(({ test }) => JSON.stringify(test))
  if (stale.length > 0) throw new TypeError(`known names no case of the suite: ${stale.join(', ')}`)
}
