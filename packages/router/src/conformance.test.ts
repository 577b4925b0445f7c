import { createAstria } from '@likeness/astria'
import type { Provider } from '@likeness/core'
import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createSegmind } from '@likeness/segmind'
import { describeVendor, emulatorBackend } from '@likeness/testkit'
import { createRouter } from './index.js'

const webhookSecret = 'a-webhook-secret-of-the-conformance-suite'

function alone(provider: Provider, id = 'router'): Provider {
  return createRouter({ id, providers: { only: provider }, target: { provider: 'only' } })
}

/** A router in a router. */
function nested(provider: Provider, id = 'outer'): Provider {
  const inner = alone(provider, 'inner')
  const target = { strategy: { mode: 'fallback' }, targets: [{ provider: 'inner' }] } as const
  return createRouter({ id, providers: { inner }, target })
}

describeVendor('router over fal', {
  create: ({ id, ...env }) => alone(createFal({ ...env, id: 'fal' }), id),
  backend: ({ apiKey = 'conformance:0123456789abcdef0123456789abcdef', deliver }) =>
    emulatorBackend(createEmulator({ clock: createVirtualClock(), deliver, keys: { fal: apiKey } }), 'fal'),
})

describeVendor('router over Astria', {
  create: ({ id, ...env }) => alone(createAstria({ ...env, id: 'astria' }), id),
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
      reason: 'A seed made from the idempotency key is the one thing by which a lost prompt can be found.',
      url: 'https://docs.astria.ai/docs/api/overview#idempotency',
    },
  ],
  parameters: { generate: { guidanceScale: 3.5 } },
})

describeVendor('router over a router over Segmind', {
  create: ({ id, ...env }) => nested(createSegmind({ ...env, id: 'segmind' }), id),
  backend: ({ apiKey = 'SG_5012345678901234', deliver }) =>
    emulatorBackend(createEmulator({ clock: createVirtualClock(), keys: { segmind: apiKey }, deliver }), 'segmind'),
  registerWebhook: (_, { settings }, url) => createSegmind({ ...settings, webhookSecret }).webhookRegistration.add(url),
})
