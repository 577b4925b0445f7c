import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { describeVendor, emulatorBackend } from '@likeness/testkit'
import { createSegmind } from './provider.js'

describeVendor('segmind', {
  create: (environment) => createSegmind({ ...environment }),
  backend: ({ apiKey = 'SG_0123456789abcdef', deliver }) =>
    emulatorBackend(
      createEmulator({ clock: createVirtualClock(), keys: { segmind: apiKey }, ...(deliver && { deliver }) }),
      'segmind',
    ),
})
