import { describe, it } from 'vitest'
import type { BackendSettings } from './backend.js'
import { CaseSkipped, type ConformanceCase } from './case.js'
import { conformanceCases } from './cases/index.js'
import { liveVendor } from './live-vendor.js'
import { gapOf, requireKnownTitles, runCase } from './run-cases.js'
import type { VendorUnderTest } from './vendor.js'

/**
 * Registers the whole suite with vitest. Cases that do not apply are reported as skipped, with the reason.
 *
 * With `LIKENESS_LIVE=1` the cases that need not look into the vendor run against the real one instead, if
 * `vendor.live` is given and its key is in the environment.
 *
 * @throws TypeError when `vendor.known` names a case that does not exist
 */
export function describeVendor<Settings extends BackendSettings>(
  name: string,
  vendor: VendorUnderTest<Settings>,
): void {
  const known = vendor.known ?? []
  requireKnownTitles(known)
  const live = process.env.LIKENESS_LIVE === '1' ? liveVendor(vendor) : undefined
  describe(`conformance of ${name}${live === undefined ? '' : ', live'}`, () => {
    for (const group of new Set(conformanceCases.map((conformanceCase) => conformanceCase.group))) {
      describe(group, () => {
        for (const conformanceCase of conformanceCases.filter((other) => other.group === group)) {
          it(conformanceCase.title, async ({ skip }) => {
            const reason = gapOf(known, conformanceCase) ?? live?.unavailable(conformanceCase)
            if (reason !== undefined) skip(reason)
            const skipped = await reasonToSkip(live?.vendor ?? vendor, conformanceCase)
            if (skipped !== undefined) skip(skipped)
          })
        }
      })
    }
  })
}

async function reasonToSkip<Settings extends BackendSettings>(
  vendor: VendorUnderTest<Settings>,
  conformanceCase: ConformanceCase,
): Promise<string | undefined> {
  try {
    await runCase(vendor, conformanceCase)
    return undefined
  } catch (error) {
    if (error instanceof CaseSkipped) return error.message
    throw error
  }
}
