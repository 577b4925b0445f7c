import { resolve } from 'node:path'
import {
  formatUSD,
  isFinal,
  LikenessError,
  type OnUnknown,
  type Portfolio,
  type Provider,
  planFineTune,
} from '@likeness/core'
import { imageNotices } from '@likeness/core/runtime'
import {
  type Mirror,
  type MirrorOptions,
  type MirrorOutcome,
  type MirrorUpdate,
  mirror,
  ownModel,
  vendorsOf,
} from '@likeness/router'
import { formatDuration } from '../duration.js'
import { addToPortfolio, portfolioFileName, readPortfolioOf } from '../files/portfolio-file.js'
import type { JobProgress } from '../progress/progress.js'
import type { Session } from '../session.js'
import { agreeOnCost, type CostFlags } from './agree-on-cost.js'
import { jobFileOf } from './folders.js'
import { shortPath } from './resume-command.js'
import { createStartedJobs, type StartedJobs } from './started-jobs.js'
import type { TrainRequest } from './train.js'

/** A subject to train at several providers. */
export interface MirrorRequest extends CostFlags {
  /** Routers stand for their members. */
  readonly providers: readonly Provider[]
  readonly input: TrainRequest['input']
  readonly mode: 'all' | 'first-ready'
  /** Train also where there is a model already. */
  readonly again: boolean
  /** Leave out who would refuse. */
  readonly skipRefused: boolean
  /** Portfolio file. @default named after the subject */
  readonly portfolio?: string | undefined
  /** In milliseconds. */
  readonly timeoutMs?: number | undefined
  readonly onUnknown?: OnUnknown | undefined
}

/** What came of it. */
export interface MirrorReport {
  /** The portfolio file. */
  readonly portfolio: string
  readonly result: Mirror
  /** Files of the trainings that go on. */
  readonly open: readonly string[]
}

/** Shows warnings and the price of each training that would be begun. What a provider refuses is left for `mirror` to tell. */
async function agree(session: Session, request: MirrorRequest, held: Portfolio | undefined): Promise<void> {
  const { providers, input, again } = request
  const now = session.io.clock.now()
  const vendors = vendorsOf(providers).filter(
    (vendor) => again || ownModel(held, vendor, input.base, now) === undefined,
  )
  const prices = await Promise.all(
    vendors.map(async (provider) => {
      try {
        const plan = await planFineTune({ provider, abortSignal: session.abortSignal, ...input })
        const refused = plan.problems.some(({ severity }) => severity === 'error')
        if (refused) return []
        session.warn([...imageNotices(provider.id, plan.problems), ...plan.warnings])
        return [{ provider: provider.id, estimate: plan.estimate }]
      } catch (error) {
        if (!LikenessError.is(error)) throw error
        return []
      }
    }),
  )
  await agreeOnCost(session, prices.flat(), request, vendors.length > 0)
}

function describeOutcome({ state, model, cost, ms, error, reason }: MirrorOutcome): string {
  switch (state) {
    case 'ready': {
      const time = ms === undefined ? '' : ` in ${formatDuration(ms)}`
      return `trained ${model?.id ?? ''}${time} · ${cost === undefined ? 'cost unknown' : formatUSD(cost.amount)}`
    }
    case 'skipped':
      return model === undefined ? `skipped: ${reason ?? ''}` : `has the model ${model.id}; --again trains another one`
    case 'training':
      return 'goes on at the vendor'
    case 'failed':
    case 'refused':
      return `${state}: ${error?.message ?? ''}`
  }
}

/** Keeps what each change brings: job files, models in the portfolio file, lines of progress. */
function createKeeper(
  session: Session,
  started: StartedJobs,
  portfolio: string,
  seen: ReadonlyMap<string, JobProgress>,
) {
  const accepted = new Set<string>()
  const writes: Promise<unknown>[] = []
  const onUpdate = ({ outcome, status }: MirrorUpdate) => {
    const { provider, state, handle, model, cost } = outcome
    const progress = seen.get(provider)
    if (handle !== undefined && !accepted.has(handle.id)) {
      accepted.add(handle.id)
      progress?.accepted(handle, shortPath(session, started.keep(handle)))
    }
    if (status !== undefined && !isFinal(status)) progress?.status(status)
    if (state === 'ready' && model !== undefined) {
      writes.push(addToPortfolio(portfolio, { ...model, ...(cost && { cost }) }))
    }
    if (handle !== undefined && state === 'ready') started.ended(handle, 'succeeded')
    if (handle !== undefined && state === 'failed') started.ended(handle, 'failed')
    if (state !== 'training') progress?.done(describeOutcome(outcome))
  }
  return { onUpdate, written: () => Promise.all(writes) }
}

/** The hint of `mirror` names its option; here that is a flag. */
function inFlags(error: unknown): unknown {
  if (!LikenessError.is(error) || error.hint === undefined) return error
  return error.with({ hint: error.hint.replaceAll('`skipRefused`', '--skip-refused') })
}

/** Progress of each vendor, once all of it can be shown. */
async function showing(
  session: Session,
  vendors: readonly Provider[],
  work: (seen: ReadonlyMap<string, JobProgress>) => Promise<Mirror>,
): Promise<Mirror> {
  const view = await session.view()
  const seen = new Map<string, JobProgress>()
  const shown = Promise.withResolvers<void>()
  const worked = shown.promise.then(() => work(seen))
  const tasks = vendors.map(({ id }) => ({
    provider: id,
    title: 'training',
    async run(progress: JobProgress) {
      seen.set(id, progress)
      if (seen.size === vendors.length) shown.resolve()
      const outcome = (await worked).outcomes.find(({ provider }) => provider === id)
      if (outcome?.state === 'failed' || outcome?.state === 'refused') throw outcome.error
    },
  }))
  await view.run(tasks)
  return worked
}

/**
 * Trains a subject at several providers. With `first-ready` the command ends when one model is ready; the other trainings
 * go on at their vendors, and their files resume them.
 *
 * @throws LikenessError before anything is sent; later failures are outcomes
 */
export async function mirrorEverywhere(session: Session, request: MirrorRequest): Promise<MirrorReport> {
  const { providers, input, mode, again, skipRefused, timeoutMs, onUnknown } = request
  const { cwd, clock } = session.io
  const { subject, mode: _mock, ...parameters } = input
  const portfolio = resolve(cwd, request.portfolio ?? portfolioFileName(subject))
  const held = await readPortfolioOf(portfolio, subject)
  await agree(session, request, held)
  const loaded = await session.providers()
  const started = createStartedJobs(jobFileOf(loaded, cwd), { portfolio }, () => clock.now())
  const enough = new AbortController()
  const abortSignal = AbortSignal.any([session.abortSignal, enough.signal])
  const how = { mode, again, skipRefused, timeoutMs, onUnknown, abortSignal, clock, run: loaded.run }
  const whose: Pick<MirrorOptions, 'portfolio' | 'subject'> = held === undefined ? { subject } : { portfolio: held }
  let written = async (): Promise<unknown> => undefined
  const result = await showing(session, vendorsOf(providers), async (seen) => {
    const keeper = createKeeper(session, started, portfolio, seen)
    written = keeper.written
    const ledger = await loaded.ledger()
    const first = await mirror({ providers, ...parameters, ...whose, ...how, ledger, onUpdate: keeper.onUpdate }).catch(
      (error: unknown) => {
        throw inFlags(error)
      },
    )
    if (first.rest === undefined) return first
    // Whoever waits for one model is not kept waiting for the others.
    enough.abort()
    await first.rest
    return first
  })
  await written()
  session.warn(result.warnings)
  return { portfolio, result, open: started.open() }
}
