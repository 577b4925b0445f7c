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

/** Runs one case against a new vendor. Never rejects. */
export async function runCase<Settings extends BackendSettings>(
  vendor: VendorUnderTest<Settings>,
  conformanceCase: ConformanceCase,
): Promise<CaseResult> {
  const name = caseName(conformanceCase)
  try {
    const session = await openSession(vendor)
    try {
      await conformanceCase.run(session)
    } catch (error) {
      // Closing may fail as well then; what the case found is the news.
      await session.close().catch(() => {})
      throw error
    }
    await session.close()
    return { name, outcome: 'passed' }
  } catch (error) {
    if (error instanceof CaseSkipped) return { name, outcome: 'skipped', reason: error.message }
    return { name, outcome: 'failed', error }
  }
}

/**
 * The result of a case that may be among the known gaps: a gap is skipped as long as it is one, and fails as soon as the
 * case passes or does not apply any more.
 */
export function withGaps(known: readonly KnownGap[], result: CaseResult): CaseResult {
  const gap = known.find(({ test }) => test === result.name)
  if (gap === undefined) return result
  const { name, outcome } = result
  if (outcome === 'failed') return { name, outcome: 'skipped', reason: reasonOf(gap) }
  const what = outcome === 'passed' ? 'passes' : 'does not apply'
  return {
    name,
    outcome: 'failed',
    error: new Error(`this known gap is none any more, the case ${what}: remove it from \`known\``),
  }
}

const reasonOf = ({ reason, url }: KnownGap) => (url === undefined ? reason : `${reason} ${url}`)

/** Why the case is not run at all; for real vendors, where a gap is not worth its money. */
export function gapOf(known: readonly KnownGap[], conformanceCase: ConformanceCase): string | undefined {
  const gap = known.find(({ test }) => test === caseName(conformanceCase))
  return gap && reasonOf(gap)
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
  const known = vendor.known ?? []
  requireKnownTitles(known)
  const results: CaseResult[] = []
  for (const conformanceCase of cases) {
    results.push(withGaps(known, await within(caseTimeoutMs, conformanceCase, runCase(vendor, conformanceCase))))
  }
  return results
}

async function within(ms: number, conformanceCase: ConformanceCase, run: Promise<CaseResult>): Promise<CaseResult> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<CaseResult>((resolve) => {
    const error = new Error(`did not end within ${ms} ms`)
    timer = setTimeout(() => resolve({ name: caseName(conformanceCase), outcome: 'failed', error }), ms)
  })
  try {
    return await Promise.race([run, late])
  } finally {
    clearTimeout(timer)
  }
}

/** @throws TypeError naming the entries of `known` that match no case */
export function requireKnownTitles(known: readonly KnownGap[]): void {
  const names = new Set(conformanceCases.map(caseName))
  const stale = known.filter(({ test }) => !names.has(test)).map(({ test }) => JSON.stringify(test))
  if (stale.length > 0) throw new TypeError(`known names no case of the suite: ${stale.join(', ')}`)
}
