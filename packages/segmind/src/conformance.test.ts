import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { describeVendor, emulatorBackend } from '@likeness/testkit'
import { createSegmind } from './provider.js'

const webhookSecret = 'a-webhook-secret-of-the-conformance-suite'
const noModel =
  'The case draws without a model. Capabilities tell of Flux Pro models, which take pixels; without a model, flux-pro ' +
  'is called, which takes aspect ratios.'

describeVendor('segmind', {
  create: (environment) => createSegmind({ ...environment }),
  backend: ({ apiKey = 'SG_5012345678901234', deliver }) =>
    emulatorBackend(createEmulator({ clock: createVirtualClock(), keys: { segmind: apiKey }, deliver }), 'segmind'),
  registerWebhook: (_, { settings }, url) => createSegmind({ ...settings, webhookSecret }).webhookRegistration.add(url),
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
  known: [
    { test: 'sizes > a size the vendor makes comes out as asked', reason: noModel },
    {
      test: 'identity > a model that never existed is never replaced by the base model',
      reason:
        'The case changes the id and leaves the slug, which is what a Flux Pro model is called by: the picture shows the ' +
        "model of that slug. Asking for the id first would make pictures depend on the vendor's closed training API.",
    },
  ],
  live: { key: 'SEGMIND_API_KEY', spendCap: 5_000_000_000 },
})
