import { type CallOptions, type Estimate, formatUSD, type NanoUSD, type Provider } from '@likeness/core'
import { skip } from './case.js'

interface Paid<Request, Started> {
  estimate(request: Request): Estimate | undefined
  start(request: Request, options?: CallOptions): Promise<Started>
}

/** `target` with some members replaced; a proxy, so that a provider may be made in any way, classes included. */
function replaced<Target extends object>(target: Target, members: Partial<Target>): Target {
  return new Proxy(target, {
    get(_, name) {
      if (name in members) return Reflect.get(members, name)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/**
 * Makes providers that share one purse: a start whose estimate is unknown, or does not fit into what is left, ends the
 * case as skipped. What was reserved is not given back.
 */
export function withSpendCap(cap: NanoUSD): (provider: Provider) => Provider {
  let left = cap

  function reserve(estimate: Estimate | undefined): void {
    if (estimate === undefined) skip('its price is unknown, so the spend cap cannot be kept')
    if (estimate.maximum > left)
      skip(`may cost ${formatUSD(estimate.maximum)}, and ${formatUSD(left)} of the spend cap are left`)
    left -= estimate.maximum
  }

  const start = <Request, Started>(work: Paid<Request, Started>) => ({
    async start(request: Request, options?: CallOptions): Promise<Started> {
      reserve(work.estimate(request))
      return work.start(request, options)
    },
  })

  return (provider) =>
    replaced(provider, {
      ...(provider.fineTune && { fineTune: replaced(provider.fineTune, start(provider.fineTune)) }),
      ...(provider.generate && { generate: replaced(provider.generate, start(provider.generate)) }),
    })
}
