import {
  formatUSD,
  type GenerateInput,
  type GenerateResult,
  generate,
  type OnUnknown,
  type Portfolio,
  type Provider,
  planGenerate,
} from '@likeness/core'
import { formatDuration } from '../duration.js'
import { type SavedImage, saveImages } from '../files/save-images.js'
import type { JobProgress } from '../progress/progress.js'
import type { Session } from '../session.js'
import { agreeOnCost, type CostFlags } from './agree-on-cost.js'
import { jobFileOf } from './folders.js'
import { type JobHooks, type JobOutcome, runJob } from './run-job.js'
import { runJobs } from './run-jobs.js'

/** Pictures at one or more providers. */
export interface GenerateJobs extends CostFlags {
  readonly providers: readonly Provider[]
  readonly portfolio: Portfolio
  readonly input: GenerateInput
  /** Folder for the pictures. */
  readonly output: string
  /** In milliseconds. */
  readonly timeoutMs?: number | undefined
  readonly onUnknown?: OnUnknown | undefined
}

/** Finished pictures, saved. */
export interface SavedResult {
  readonly result: GenerateResult
  readonly saved: readonly SavedImage[]
}

/** How finished pictures are told in a line. */
export function describePictures({ images, failures, cost, durationMs }: GenerateResult): string {
  const missing = failures.length === 0 ? '' : `, ${failures.length} missing`
  const count = `${images.length} ${images.length === 1 ? 'picture' : 'pictures'}${missing}`
  return `${count} in ${formatDuration(durationMs)} · ${cost === undefined ? 'cost unknown' : formatUSD(cost.amount)}`
}

/**
 * Makes pictures at each provider side by side and saves them. Everything is checked and priced for all of them first.
 *
 * @throws LikenessError before anything is sent; later failures are outcomes
 */
export async function generateEverywhere(
  session: Session,
  request: GenerateJobs,
): Promise<readonly JobOutcome<SavedResult>[]> {
  const { providers, portfolio, input, output, timeoutMs, onUnknown } = request
  const { abortSignal } = session
  const prices = await Promise.all(
    providers.map(async (provider) => {
      const { estimate, warnings } = await planGenerate({ provider, portfolio, abortSignal, ...input })
      session.warn(warnings)
      return { provider: provider.id, estimate }
    }),
  )
  await agreeOnCost(session, prices, request, false)
  const file = jobFileOf(await session.providers(), session.io.cwd)
  const works = providers.map((provider) => ({
    provider,
    title: 'generating',
    run(progress: JobProgress) {
      progress.step('sending')
      const run = (hooks: JobHooks) => generate({ provider, portfolio, ...input, ...hooks, timeoutMs, onUnknown })
      return runJob(session, { provider, progress, file, destination: { output }, run }, async (result) => {
        const saved = await saveImages(result, output, abortSignal)
        progress.done(describePictures(result))
        return { result, saved }
      })
    },
  }))
  return runJobs(session, works)
}
