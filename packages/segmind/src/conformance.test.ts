import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { describeVendor, emulatorBackend } from '@likeness/testkit'
import { segmindFixtures } from '../test/fixtures.js'
import { createSegmind } from './provider.js'

const webhookSecret = 'a-webhook-secret-of-the-conformance-suite'

describeVendor('segmind', {
  create: (environment) => createSegmind({ ...environment }),
  backend: ({ apiKey = 'SG_5012345678901234', deliver }) =>
    emulatorBackend(createEmulator({ clock: createVirtualClock(), keys: { segmind: apiKey }, deliver }), 'segmind'),
  registerWebhook: (_, { settings }, url) => createSegmind({ ...settings, webhookSecret }).webhookRegistration.add(url),
  fixtures: segmindFixtures,
  replies: {
    unknownFineTuneState: (finetune_id) => ({
      operation: 'fine-tune.status',
      body: JSON.stringify({ finetune: { finetune_id, status: 'RETRIED' } }),
    }),
    unknownGenerationState: (request_id) => ({
      operation: 'generation.status',
      body: JSON.stringify({ request_id, status: 'WARMING_UP', metrics: {} }),
    }),
  },
  live: { key: 'SEGMIND_API_KEY', spendCap: 5_000_000_000 },
})
