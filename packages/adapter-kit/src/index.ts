export type { Effect, MultipartPart, Operation, ReadError, Reply, RequestBody, Transport } from './operation.js'
export type { ProviderSettings } from './settings.js'
