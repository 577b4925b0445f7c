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
import { createLimiter } from './limiter.js'
import { type JobHooks, type JobOutcome, runJob } from './run-job.js'
import { runJobs } from './run-jobs.js'
import { splitRequests } from './split-requests.js'

/** Requests that are under way at one provider at a time, where one is not enough for all pictures. */
const SIDE_BY_SIDE = 3

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
  const { providers, portfolio, output, timeoutMs, onUnknown } = request
  const { abortSignal } = session
  const requests = providers.flatMap((provider) => {
    const inputs = splitRequests(request.input, provider.capabilities.generate?.maximumImages ?? 1)
    const limit = createLimiter(SIDE_BY_SIDE)
    return inputs.map((input, index) => {
      const title = inputs.length === 1 ? 'generating' : `generating ${index + 1} of ${inputs.length}`
      return { provider, input, limit, title }
    })
  })
  const prices = await Promise.all(
    requests.map(async ({ provider, input }) => {
      const { estimate, warnings } = await planGenerate({ provider, portfolio, abortSignal, ...input })
      session.warn(warnings)
      return { provider: provider.id, estimate }
    }),
  )
  await agreeOnCost(session, prices, request, false)
  const file = jobFileOf(await session.providers(), session.io.cwd)
  const works = requests.map(({ provider, input, limit, title }) => ({
    provider,
    title,
    run: (progress: JobProgress) =>
      limit(() => {
        progress.step('sending')
        const run = (hooks: JobHooks) => generate({ provider, portfolio, ...input, ...hooks, timeoutMs, onUnknown })
        return runJob(session, { provider, progress, file, destination: { output }, run }, async (result) => {
          const saved = await saveImages(result, output, abortSignal)
          progress.done(describePictures(result))
          return { result, saved }
        })
      }),
  }))
  return runJobs(session, works)
}
