export { defineConfig, type LikenessConfig, type ProviderConfig } from './config/types.js'
export { type LoadedProviders, type LoadOptions, loadProviders, type ProviderEntry } from './load-providers.js'
