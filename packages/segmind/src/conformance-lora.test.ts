import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { describeVendor, emulatorBackend } from '@likeness/testkit'
import { createSegmind } from './provider.js'

const pages = 'https://docs.segmind.com/readme/flux-fine-tuning/flux-fine-tuning-api'
const model = 'https://www.segmind.com/models/flux-dev-finetuned/api'
const shapes =
  'The endpoint takes a ratio and chooses the pixels; in steps of 64, as assumed, 4:3 is 1152x896: 4 % off.'

const webhookSecret = 'a-webhook-secret-of-the-conformance-suite'

// Once more with LoRAs, whose capabilities are others: weights that leave, aspect ratios for sizes.
describeVendor('segmind (FLUX)', {
  create: (environment) => createSegmind({ ...environment, baseModel: 'FLUX' }),
  backend: ({ apiKey = 'SG_5012345678901234', deliver }) =>
    emulatorBackend(createEmulator({ clock: createVirtualClock(), keys: { segmind: apiKey }, deliver }), 'segmind'),
  registerWebhook: (_, { settings }, url) => createSegmind({ ...settings, webhookSecret }).webhookRegistration.add(url),
  known: [
    {
      test: 'parameters > fineTune.trigger is not made up where it is not given',
      reason: 'Its page names no default, and prompts are written with this very word.',
      url: pages,
    },
    {
      test: 'parameters > generate.seed is not made up where it is not given',
      reason: 'The endpoint insists on one; -1 asks for a random one.',
      url: model,
    },
    {
      test: 'sizes > a size the vendor does not make comes with a warning that says which one was used',
      reason: shapes,
      url: model,
    },
    {
      test: 'sizes > a picture of 3:4 has that shape, or a warning says which one was used',
      reason: shapes,
      url: model,
    },
    {
      test: 'sizes > a picture of 7:5 has that shape, or a warning says which one was used',
      reason: shapes,
      url: model,
    },
  ],
})
