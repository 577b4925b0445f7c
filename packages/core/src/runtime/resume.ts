import type { JobHandle } from '../job.js'
import type { Provider } from '../provider.js'
import { type FineTuneResult, fineTuneResult, type GenerateResult, generateResult } from './results.js'
import { type JobStatus, type WaitOptions, waitForJob } from './watch.js'

/**
 * Goes on waiting for a job that was started here, in another process, or on another day. Sends no paid request.
 *
 * @param handle - as it was, or back from JSON (check foreign JSON with `jobHandleSchema`)
 * @throws LikenessError `invalid-request` when the provider is not the handle's
 */
export async function resume(
  handle: JobHandle,
  provider: Provider,
  options: WaitOptions & { readonly onStatus?: ((status: JobStatus) => void) | undefined } = {},
): Promise<FineTuneResult | GenerateResult> {
  const status = await waitForJob(handle, provider, options)
  const context = { provider, handle, warnings: [], attempts: [] }
  return handle.kind === 'fine-tune' ? fineTuneResult(context, status) : generateResult(context, status)
}
