import type { EmulatorOf, EmulatorSettings, EndpointsOfAll } from './core/emulator.js'
import { emulate } from './core/emulator.js'
import { vendors } from './vendors.js'

type Vendors = typeof vendors

export type EmulatorOptions = EmulatorSettings<keyof Vendors>
export type Endpoints = EndpointsOfAll<Vendors>
export type Emulator = EmulatorOf<Vendors>

/**
 * Astria, fal and Segmind, in process (`fetch`) or on this machine's loopback (`listen`). Nothing runs, and nothing is
 * written to disk, before the first request. Call `close` when done.
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  return emulate(vendors, options)
}
