import type { Fixture } from '../fixture.js'
import { referenceOrigin } from './routes.js'

const source = { document: 'the reference vendor, as written here', date: '2026-11-20' }

/** Answers that the reference vendor could have given. Also an example of how fixtures are written. */
export const referenceFixtures: readonly Fixture[] = [
  {
    name: 'a training that was accepted',
    source,
    operation: 'fine-tune.submit',
    status: 201,
    body: { id: '4fc82b26aecb47d2', state: 'waiting' },
    reads: { started: '4fc82b26aecb47d2' },
  },
  {
    name: 'pictures whose size is not told',
    source,
    operation: 'generation.status',
    body: (id) => ({
      id,
      state: 'ready',
      created_at: '2026-11-20T10:00:00.000Z',
      pictures: [{ url: `${referenceOrigin}/pictures/${id}/0`, width: null, height: null, seed: 7 }],
      cost: 30_000_000,
    }),
    reads: { state: 'succeeded', images: 1, cost: 30_000_000 },
  },
  {
    name: 'an empty balance',
    source,
    operation: 'generation.submit',
    status: 402,
    body: { error: { code: 'no_money', message: 'The balance is empty.' } },
    reads: { rejected: 'insufficient-credits' },
    provokedBy: { type: 'insufficient-credits' },
  },
]
