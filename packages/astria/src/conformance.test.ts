import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { describeVendor, emulatorBackend } from '@likeness/testkit'
import { astriaFixtures } from '../test/fixtures.js'
import { createAstria } from './provider.js'

describeVendor('astria', {
  create: (environment) => createAstria({ ...environment }),
  // At the vendor's own pace: a job of two seconds would be over before Astria may be asked about it.
  backend: ({ apiKey = 'sd_conformance_4711', deliver }) =>
    emulatorBackend(
      createEmulator({ clock: createVirtualClock(), keys: { astria: apiKey }, deliver, pace: 'realistic' }),
      'astria',
    ),
  known: [
    {
      test: 'generate > a generation that is blocked says content-blocked',
      reason: 'Astria tells a blocked prompt from a failed one in words alone, and their wording is not documented.',
      url: 'https://docs.astria.ai/docs/api/prompt/prompt',
    },
    {
      test: 'parameters > generate.seed is not made up where it is not given',
      reason: 'A seed made from the idempotency key is the one thing by which a lost prompt can be found (README).',
      url: 'https://docs.astria.ai/docs/api/overview#idempotency',
    },
  ],
  fixtures: astriaFixtures,
  parameters: { generate: { guidanceScale: 3.5 } },
  replies: {
    // Astria has no state names; what it may add one day is a field.
    unknownFineTuneState: (id) => ({
      operation: 'fine-tune.status',
      body: JSON.stringify({ id: Number(id), name: 'man', status: 'transmogrifying', trained_at: null }),
    }),
    unknownGenerationState: (id) => ({
      operation: 'generation.status',
      body: JSON.stringify({ id: Number(id), status: 'transmogrifying', trained_at: null, images: [] }),
    }),
    partialResult: (id) => ({
      operation: 'generation.status',
      body: JSON.stringify({
        id: Number(id),
        num_images: 2,
        trained_at: '2026-11-20T10:00:00.000Z',
        images: ['https://mp.astria.ai/aaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
      }),
    }),
  },
  live: { key: 'ASTRIA_API_KEY', spendCap: 10_000_000_000 },
})
