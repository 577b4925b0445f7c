export { defineConfig, type LikenessConfig, type ProviderConfig, type RouterConfig } from './config/types.js'
export { type LoadedProviders, type LoadOptions, loadProviders } from './load-providers.js'
export type { NamedEntry, ProviderEntry, RouterEntry } from './provider-entries.js'
