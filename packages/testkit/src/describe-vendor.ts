import { describe, it } from 'vitest'
import type { BackendSettings } from './backend.js'
import { conformanceCases } from './cases/index.js'
import { liveVendor } from './live-vendor.js'
import { gapOf, requireKnownTitles, runCase, withGaps } from './run-cases.js'
import type { VendorUnderTest } from './vendor.js'

/**
 * Registers the whole suite with vitest. Cases that do not apply, and known gaps, are reported as skipped, with the
 * reason. A known gap that is closed fails, until its entry is removed.
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
            const unavailable = live && (gapOf(known, conformanceCase) ?? live.unavailable(conformanceCase))
            if (unavailable !== undefined) skip(unavailable)
            const ran = await runCase(live?.vendor ?? vendor, conformanceCase)
            const result = live === undefined ? withGaps(known, ran) : ran
            if (result.outcome === 'skipped') skip(result.reason)
            if (result.outcome === 'failed') throw result.error
          })
        }
      })
    }
  })
}
