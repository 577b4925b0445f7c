import { createEmulator, createVirtualClock, type FalEndpoints } from '@likeness/emulator'
import { describeVendor, emulatorBackend } from '@likeness/testkit'
import { falFixtures } from '../test/fixtures.js'
import { createFal } from './provider.js'

describeVendor<FalEndpoints>('fal', {
  create: (environment) => createFal(environment),
  backend: ({ apiKey = 'id:0123456789abcdef', deliver, ...options }) =>
    emulatorBackend(createEmulator({ clock: createVirtualClock(), deliver, keys: { fal: apiKey }, ...options }), 'fal'),
  fixtures: falFixtures,
  replies: {
    unknownFineTuneState: (request_id) => ({
      operation: 'fine-tune.status',
      body: JSON.stringify({ status: 'PREEMPTED', request_id, logs: null }),
    }),
    unknownGenerationState: (request_id) => ({
      operation: 'generation.status',
      body: JSON.stringify({ status: 'PREEMPTED', request_id, logs: null }),
    }),
    partialResult: () => ({
      operation: 'generation.result',
      body: JSON.stringify({
        images: [{ url: 'https://v3.fal.media/files/a.jpg', width: 1024, height: 768, content_type: 'image/jpeg' }],
        has_nsfw_concepts: [false],
        seed: 1,
      }),
    }),
  },
  live: { key: 'FAL_KEY', spendCap: 5_000_000_000 },
})
