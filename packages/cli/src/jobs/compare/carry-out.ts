import { basename, relative } from 'node:path'
import {
  checkBudget,
  openRunFolder,
  type Providers,
  pricePlan,
  type RunSummary,
  runComparison,
} from '@likeness/compare'
import { LikenessError, type Warning } from '@likeness/core'
import type { LoadedProviders } from '../../load-providers.js'
import type { Session } from '../../session.js'
import { runBars, runUpdate } from './bars.js'
import { checkKeys } from './check-keys.js'
import { type PricedVendor, pricedVendors } from './priced-vendors.js'
import { type RunPlace, withRun } from './run-place.js'

/** What a run will still pay for. */
export interface PricedRun {
  readonly providers: Providers
  readonly vendors: readonly PricedVendor[]
  readonly warnings: readonly Warning[]
}

const paid: readonly string[] = [
  'accepted',
  'succeeded',
  'failed',
] satisfies RunSummary['items'][number]['state']['state'][]

/** Whether a piece of work may still be paid for. */
function isLeft({ begun, plan }: RunPlace): (key: string) => boolean {
  if (begun === undefined) return () => true
  const states = new Map(begun.summary.items.map(({ work, state }) => [work.key, state.state]))
  return (key) => {
    const state = states.get(key) ?? 'open'
    return !paid.includes(state) && (state !== 'unknown' || plan.onUnknown === 'resend')
  }
}

async function providersOf(loaded: LoadedProviders, { plan, file }: RunPlace): Promise<Providers> {
  const made: Record<string, Providers[string]> = {}
  for (const [vendor, { provider }] of Object.entries(plan.vendors)) {
    try {
      made[provider] ??= await loaded.get(provider)
    } catch (error) {
      if (!LikenessError.is(error) || error.kind !== 'invalid-request') throw error
      const field = `vendors.${vendor}.provider`
      const message = (error.fields?.[0]?.message ?? error.message).replace(/\.$/, '')
      const refused = error.with({ message: `${field}: ${message}.`, fields: [{ field, message }] })
      throw file?.placed(refused) ?? refused
    }
  }
  return made
}

/** An emulator that ended has taken its models and jobs along: there is nothing to go on with. */
function refuseGoingOn(session: Session, { folder, begun }: RunPlace, { ephemeral }: LoadedProviders): void {
  const isAtWork = begun?.summary.items.some(({ attempts }) => attempts > 0) === true
  if (!ephemeral || !isAtWork) return
  throw new LikenessError({
    kind: 'invalid-request',
    message: `${relative(session.io.cwd, folder)} was begun at emulated vendors that have ended with their command; it cannot go on. Nothing was sent.`,
    hint: 'Begin a new run. To be able to go on with one: run `likeness emulate`, and set LIKENESS_EMULATOR to the control URL that it prints.',
  })
}

/**
 * Checks and prices what a run will pay for. Sends nothing and writes nothing.
 *
 * @throws LikenessError `invalid-request`, `budget-exceeded`, `authentication`
 */
export async function priceRun(
  session: Session,
  place: RunPlace,
  { dryRun }: { readonly dryRun: boolean },
): Promise<PricedRun> {
  const { plan, file, begun } = place
  const loaded = await session.providers({ spends: !dryRun, run: basename(place.folder) })
  // Refuses to go on at real vendors with what was begun at emulated ones, and the other way round.
  if (begun !== undefined)
    await withRun(openRunFolder(place.folder, undefined, { emulated: loaded.emulated }), async () => {})
  refuseGoingOn(session, place, loaded)
  const providers = await providersOf(loaded, place)
  try {
    const priced = await pricePlan(plan, providers)
    if (begun === undefined) checkBudget(plan, priced)
    session.warn(priced.warnings)
    if (!dryRun)
      checkKeys(
        loaded,
        Object.values(plan.vendors).map(({ provider }) => provider),
        session.io.env,
      )
    return { providers, vendors: pricedVendors(plan, priced, isLeft(place)), warnings: priced.warnings }
  } catch (error) {
    throw file?.placed(error) ?? error
  }
}

/**
 * Carries out what is left of a run.
 *
 * @throws LikenessError `aborted`, `conflict`
 */
export async function carryOut(session: Session, place: RunPlace, priced: PricedRun): Promise<RunSummary> {
  const { emulated } = await session.providers()
  const { folder, plan, file, begun } = place
  const opening = openRunFolder(folder, begun === undefined ? plan : undefined, { emulated }).catch(
    (error: unknown) => {
      throw file?.placed(error) ?? error
    },
  )
  return withRun(opening, async (run) => {
    const { abortSignal, io } = session
    const view = await session.view()
    return view.follow(runBars(Object.keys(plan.vendors)), (update) =>
      runComparison({
        ...run,
        providers: priced.providers,
        clock: io.clock,
        abortSignal,
        onProgress: (progress) => update(runUpdate(progress)),
      }),
    )
  })
}
