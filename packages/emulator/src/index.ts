export type { VendorPlugin } from './core/vendor.js'
