export type {
  Backend,
  BackendControl,
  BackendJob,
  BackendOperation,
  BackendOptions,
  BackendSettings,
  BilledJob,
  Fault,
  FaultScript,
  JournalEntry,
  ReceivedFile,
  RefusalType,
} from './backend.js'
export { type ConformanceCase, caseName } from './case.js'
export { conformanceCases } from './cases/index.js'
export { describeVendor } from './describe-vendor.js'
export { type EmulatorLike, emulatorBackend } from './emulator-backend.js'
export type { Fixture, RecordedMeaning } from './fixture.js'
export { imageFile } from './photos/image-file.js'
export { trainingPhotos } from './photos/training-photos.js'
export { type CaseResult, type RunOptions, runConformance } from './run-cases.js'
export type {
  Environment,
  KnownGap,
  LiveVendor,
  Reply,
  VendorParameters,
  VendorReplies,
  VendorUnderTest,
} from './vendor.js'
