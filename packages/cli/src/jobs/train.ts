import { resolve } from 'node:path'
import {
  type FineTuneInput,
  type FineTunePlan,
  type FineTuneResult,
  fineTune,
  formatUSD,
  LikenessError,
  type OnUnknown,
  type Provider,
  planFineTune,
  type Subject,
} from '@likeness/core'
import { imageNotices } from '@likeness/core/runtime'
import { formatDuration } from '../duration.js'
import { addToPortfolio, portfolioFileName, readPortfolioOf } from '../files/portfolio-file.js'
import type { JobProgress } from '../progress/progress.js'
import type { Session } from '../session.js'
import { agreeOnCost, type CostFlags } from './agree-on-cost.js'
import { jobFileOf } from './folders.js'
import { type JobHooks, type JobOutcome, runJob } from './run-job.js'
import { runJobs } from './run-jobs.js'

/** A training at one or more providers. */
export interface TrainRequest extends CostFlags {
  readonly providers: readonly Provider[]
  readonly input: Omit<FineTuneInput, 'subject'> & { readonly subject: Subject }
  /** Portfolio file. @default named after the subject */
  readonly portfolio?: string | undefined
  /** In milliseconds. */
  readonly timeoutMs?: number | undefined
  readonly onUnknown?: OnUnknown | undefined
}

/** What came of it. */
export interface TrainReport {
  readonly portfolio: string
  readonly outcomes: readonly JobOutcome<FineTuneResult>[]
}

/** How a finished training is told in a line. */
export function describeTraining({ model, cost, durationMs }: FineTuneResult): string {
  return `trained ${model.id} in ${formatDuration(durationMs)} · ${cost === undefined ? 'cost unknown' : formatUSD(cost.amount)}`
}

function refuseProblems(plans: readonly { readonly provider: Provider; readonly plan: FineTunePlan }[]): void {
  const refused = plans.flatMap(({ provider, plan }) =>
    plan.problems
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => ({ field: `images (${provider.id})`, message })),
  )
  const [first, ...others] = refused
  if (first === undefined) return
  const message =
    others.length === 0
      ? `The ${first.field} would be refused: ${first.message}.`
      : `The images would be refused: ${refused.length} problems.`
  throw new LikenessError({
    kind: 'invalid-request',
    message,
    fields: refused,
    hint: 'Nothing was sent. `likeness preflight` lists all problems.',
  })
}

/**
 * Trains a subject at each provider side by side. Everything is checked and priced for all of them first: one refusal
 * and nothing is sent anywhere.
 *
 * @throws LikenessError before anything is sent; later failures are outcomes
 */
export async function train(session: Session, request: TrainRequest): Promise<TrainReport> {
  const { providers, input, timeoutMs, onUnknown } = request
  const { cwd } = session.io
  const portfolio = resolve(cwd, request.portfolio ?? portfolioFileName(input.subject))
  await readPortfolioOf(portfolio, input.subject)
  const { abortSignal } = session
  const plans = await Promise.all(
    providers.map(async (provider) => ({ provider, plan: await planFineTune({ provider, abortSignal, ...input }) })),
  )
  refuseProblems(plans)
  for (const { provider, plan } of plans) {
    session.warn(imageNotices(provider.id, plan.problems))
    session.warn(plan.warnings)
  }
  const prices = plans.map(({ provider, plan }) => ({ provider: provider.id, estimate: plan.estimate }))
  await agreeOnCost(session, prices, request, input.mode !== 'mock')
  const file = jobFileOf(await session.providers(), cwd)
  const works = providers.map((provider) => ({
    provider,
    title: 'training',
    run(progress: JobProgress) {
      progress.step('sending images')
      const run = (hooks: JobHooks) => fineTune({ provider, ...input, ...hooks, timeoutMs, onUnknown })
      return runJob(session, { provider, progress, file, destination: { portfolio }, run }, async (result) => {
        await addToPortfolio(portfolio, { ...result.model, ...(result.cost && { cost: result.cost }) })
        progress.done(describeTraining(result))
        return result
      })
    },
  }))
  return { portfolio, outcomes: await runJobs(session, works) }
}
