import type { CallOptions, CancelOutcome, JobHandle } from '../job.js'
import type { Provider } from '../provider.js'
import { jobsOf } from './jobs-of.js'

/**
 * Stops a job at the vendor, from this or any other process.
 *
 * @throws LikenessError `unsupported` where the vendor cannot stop such jobs, `invalid-request` when the provider is not
 * the handle's
 */
export async function cancel(handle: JobHandle, provider: Provider, options?: CallOptions): Promise<CancelOutcome> {
  return jobsOf(provider, handle).cancel(handle, options)
}
