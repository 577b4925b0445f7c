import { formatUSD, LikenessError, type Provider } from '@likeness/core'
import { formatDuration } from '../duration.js'
import type { Io } from '../io.js'
import type { LoadedProviders } from '../load-providers.js'
import type { ProviderEntry } from '../provider-entries.js'

/** One thing that was looked at. */
export interface Finding {
  /** `node`, `config`, `emulator`, `ledger`, or a provider's or router's name. */
  readonly subject: string
  readonly verdict: 'ok' | 'warning' | 'skipped' | 'failed'
  readonly message: string
  /** Set on a failure. */
  readonly error?: LikenessError
}

/** fal refuses callbacks' timestamps that are further off than five minutes; a minute is a sign of a clock left alone. */
const TOLERATED_SKEW = 60_000

function configFindings({ path, entries }: LoadedProviders): Finding[] {
  const usual = entries.map(({ name }) => name).join(', ')
  const found: Finding = {
    subject: 'config',
    verdict: 'ok',
    message: path ?? `none found; ${usual} take their keys from the environment`,
  }
  const literal = entries.flatMap(({ name, literalSecrets }) =>
    literalSecrets.map((setting): Finding => {
      const message = `providers.${name}.${setting} holds a secret as plain text; write env:NAME and keep it out of the file`
      return { subject: 'config', verdict: 'warning', message }
    }),
  )
  return [found, ...literal]
}

/** Half of the round trip lies between the vendor's reading of its clock and ours. */
function skewFinding(name: string, serverTime: number | undefined, before: number, after: number): Finding | undefined {
  if (serverTime === undefined) return undefined
  const skew = (before + after) / 2 - serverTime
  // The Date header counts whole seconds.
  if (Math.abs(skew) <= TOLERATED_SKEW) return undefined
  const direction = skew > 0 ? 'ahead of' : 'behind'
  const message = `this machine's clock is ${formatDuration(Math.abs(skew))} ${direction} the vendor's; set it`
  return { subject: name, verdict: 'warning', message }
}

async function accountFindings(
  entry: ProviderEntry,
  provider: Provider,
  io: Io,
  abortSignal: AbortSignal,
): Promise<Finding[]> {
  const { name } = entry
  if (provider.account === undefined) {
    return [{ subject: name, verdict: 'skipped', message: 'offers no free check of the key' }]
  }
  const before = io.clock.now()
  try {
    const { balance, serverTime } = await provider.account.check({ abortSignal })
    const after = io.clock.now()
    const left = balance === undefined ? 'credits not told by the vendor' : `${formatUSD(balance)} of credits left`
    const empty = balance !== undefined && balance <= 0
    const message = `key accepted in ${formatDuration(after - before)}; ${left}`
    const skew = skewFinding(name, serverTime, before, after)
    return [{ subject: name, verdict: empty ? 'warning' : 'ok', message }, ...(skew === undefined ? [] : [skew])]
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    return [{ subject: name, verdict: 'failed', message: error.message, error }]
  }
}

async function providerFindings(
  loaded: LoadedProviders,
  entry: ProviderEntry,
  io: Io,
  abortSignal: AbortSignal,
): Promise<Finding[]> {
  const { name, keyVariable } = entry
  const missing = !loaded.emulated && keyVariable !== undefined && !io.env[keyVariable]?.trim()
  if (missing && loaded.path === undefined) {
    return [{ subject: name, verdict: 'skipped', message: `${keyVariable} is not set` }]
  }
  try {
    return await accountFindings(entry, await loaded.adapter(name), io, abortSignal)
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    return [{ subject: name, verdict: 'failed', message: error.message, error }]
  }
}

/** Without a ledger that can be read nothing can be paid for. */
async function ledgerFindings(loaded: LoadedProviders): Promise<Finding[]> {
  if (loaded.ledgerPath === undefined) return []
  try {
    const { length } = (await loaded.ledger()).entries()
    const count = length === 0 ? 'no request yet' : `${length} ${length === 1 ? 'request' : 'requests'}`
    return [{ subject: 'ledger', verdict: 'ok', message: `${loaded.ledgerPath}; ${count}` }]
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    return [{ subject: 'ledger', verdict: 'failed', message: error.message, error }]
  }
}

/** Looks at what the CLI needs: Node, the config, the ledger, and each provider's key, reach, credits and clock. Costs nothing. */
export async function diagnose(loaded: LoadedProviders, io: Io, abortSignal: AbortSignal): Promise<Finding[]> {
  const emulator: Finding[] = loaded.emulated
    ? [{ subject: 'emulator', verdict: 'ok', message: 'stands in for all vendors; nothing costs money' }]
    : []
  const providers = await Promise.all(loaded.entries.map((entry) => providerFindings(loaded, entry, io, abortSignal)))
  const routers = loaded.routers.map(
    ({ name, members }): Finding => ({ subject: name, verdict: 'ok', message: `a router over ${members.join(', ')}` }),
  )
  return [
    { subject: 'node', verdict: 'ok', message: process.version },
    ...configFindings(loaded),
    ...emulator,
    ...(await ledgerFindings(loaded)),
    ...providers.flat(),
    ...routers,
  ]
}
