import { LikenessError } from '../error.js'
import type { FineTune } from '../fine-tune.js'
import type { Generate } from '../generate.js'
import type { JobHandle } from '../job.js'
import { isNamed, type Provider } from '../provider.js'

/**
 * What a provider does with the kind of job that a handle names.
 *
 * @throws LikenessError `invalid-request` when the provider is not the handle's
 */
export function jobsOf(provider: Provider, handle: JobHandle): FineTune | Generate {
  const jobs = handle.kind === 'fine-tune' ? provider.fineTune : provider.generate
  if (!isNamed(provider, handle.provider) || jobs === undefined) {
    throw new LikenessError({
      kind: 'invalid-request',
      message: `The handle is a ${handle.kind} at ${handle.provider}, the provider given is ${provider.id}.`,
      fields: [{ field: 'provider', message: `must be ${handle.provider}` }],
      hint: 'Hand over the provider that started the job, under the same id.',
    })
  }
  return jobs
}
