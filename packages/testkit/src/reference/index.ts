import type { Provider } from '@likeness/core'
import type { Environment, VendorUnderTest } from '../vendor.js'
import { referenceFixtures } from './fixtures.js'
import { createReferenceBackend } from './reference-backend.js'
import { createReference } from './reference-provider.js'
import { referenceOrigin } from './routes.js'

/** The reference vendor under test. `create` replaces its adapter, to see whether the suite notices. */
export function referenceVendor(
  profile: 'full' | 'spartan',
  create: (environment: Environment, profile: 'full' | 'spartan') => Provider = createDefault,
): VendorUnderTest {
  return {
    create: (environment) => create(environment, profile),
    backend: createReferenceBackend,
    fixtures: referenceFixtures,
    replies: {
      unknownFineTuneState: (id) => ({
        operation: 'fine-tune.status',
        body: JSON.stringify({ id, state: 'realigning' }),
      }),
      unknownGenerationState: (id) => ({
        operation: 'generation.status',
        body: JSON.stringify({ id, state: 'realigning' }),
      }),
      partialResult: (id) => ({
        operation: 'generation.status',
        body: JSON.stringify({ id, state: 'ready', pictures: [{ url: `${referenceOrigin}/pictures/${id}/0` }] }),
      }),
    },
  }
}

function createDefault(environment: Environment, profile: 'full' | 'spartan'): Provider {
  return createReference({ ...environment, profile })
}
