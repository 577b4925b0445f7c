import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { describeVendor, emulatorBackend } from '@likeness/testkit'
import { createAstria } from './provider.js'

describeVendor('astria', {
  create: (environment) => createAstria({ ...environment }),
  backend: ({ apiKey = 'sd_0123456789abcdef', deliver }) =>
    emulatorBackend(createEmulator({ clock: createVirtualClock(), keys: { astria: apiKey }, deliver }), 'astria'),
  parameters: { generate: { guidanceScale: 3.5 } },
  live: { key: 'ASTRIA_API_KEY', spendCap: 10_000_000_000 },
})
