import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { describeVendor, emulatorBackend } from '@likeness/testkit'
import { createAstria } from './provider.js'

describeVendor('astria', {
  create: (environment) => createAstria({ ...environment }),
  backend: ({ apiKey = 'sd_0123456789abcdef', deliver }) =>
    emulatorBackend(createEmulator({ clock: createVirtualClock(), keys: { astria: apiKey }, deliver }), 'astria'),
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
