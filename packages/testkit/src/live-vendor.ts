import { systemClock } from '@likeness/core'
import type { BackendSettings, Shared } from './backend.js'
import { type ConformanceCase, skip } from './case.js'
import { withSpendCap } from './spend-cap.js'
import type { VendorUnderTest } from './vendor.js'

/** The same vendor, real. */
export interface LiveRun<Settings extends BackendSettings> {
  readonly vendor: VendorUnderTest<Settings>
  /** Why the case cannot be run live; `undefined` where it can. */
  unavailable(conformanceCase: ConformanceCase): string | undefined
}

/** The vendor's real service as a backend: nothing to look into, real time, real money up to a cap. */
export function liveVendor<Settings extends BackendSettings>(vendor: VendorUnderTest<Settings>): LiveRun<Settings> {
  const { live } = vendor
  const apiKey = live === undefined ? undefined : process.env[live.key]
  const shared: Shared = {}
  const guard = withSpendCap(live?.spendCap ?? 0)
  return {
    vendor: {
      ...vendor,
      create: (environment) => guard(vendor.create(environment)),
      backend() {
        if (live === undefined || apiKey === undefined) skip('no key')
        // The adapter's own defaults are the real vendor's addresses, so the key alone makes complete settings.
        const settings = { ...live.settings, apiKey } as Settings
        return { settings, clock: systemClock, shared, close() {} }
      },
    },
    unavailable(conformanceCase) {
      if (live === undefined) return 'the vendor cannot be reached live'
      if (apiKey === undefined || apiKey === '') return `no key: ${live.key} is not set`
      return conformanceCase.live ? undefined : 'needs a vendor that can be looked into'
    },
  }
}
