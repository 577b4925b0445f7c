export type { AstriaEndpoints, AstriaSettings } from './astria/index.js'
export type { EmulatorClock, SchedulingClock } from './core/clock.js'
export { systemClock } from './core/clock.js'
export type { Pace } from './core/pace.js'
export type {
  BilledJob,
  Durations,
  EmulatedJob,
  Fault,
  FaultScript,
  InvoiceLine,
  JobFault,
  JobKind,
  JournalEntry,
  Operation,
  ReceivedFile,
  RefusalType,
  RequestFault,
  VendorControl,
  WebhookDelivery,
  WebhookFault,
} from './core/types.js'
export type { VirtualClock } from './core/virtual-clock.js'
export { createVirtualClock } from './core/virtual-clock.js'
export type { Deliver } from './core/webhooks.js'
export type { Emulator, EmulatorOptions, Endpoints } from './create-emulator.js'
export { createEmulator } from './create-emulator.js'
export type { FalEndpoints, FalSettings } from './fal/index.js'
export type { SegmindEndpoints, SegmindSettings } from './segmind/index.js'
