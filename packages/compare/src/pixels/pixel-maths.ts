import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { naturalFeatures, type PatchFeatures } from './natural-features.js'
import type { Picture } from './picture.js'
import { measurePixels, type PixelReadings } from './pixel-measures.js'
import { lumaOf, type Pixels } from './plane.js'

/** All that is computed from the pixels of one picture alone. */
export interface PixelFacts {
  readonly readings: PixelReadings
  /** Nothing where they were not asked for: they take as long as all the rest, and more. */
  readonly patches: readonly PatchFeatures[] | undefined
}

/** Computes from pixels, in this thread or another one. */
export interface PixelMaths {
  /** @param withPatches - whether the patches for naturalness are wanted */
  take(picture: Picture, withPatches: boolean): Promise<PixelFacts>
  close(): Promise<void>
}

/** Computes at once, in the thread that asks. */
export const pixelMathsHere: PixelMaths = {
  take: async (picture, withPatches) => takeFacts(picture, withPatches),
  close: async () => {},
}

function takeFacts(picture: Picture, withPatches: boolean): PixelFacts {
  return {
    readings: measurePixels(picture),
    patches: withPatches ? naturalFeatures(picture.shown.luma) : undefined,
  }
}

type SentPixels = Pick<Pixels, 'width' | 'height' | 'rgb'>

/** A picture as it is sent to the other thread: without the luma, which would more than double what is copied. */
export interface SentPicture {
  readonly id: number
  readonly width: number
  readonly height: number
  /** Absent where it is `shown`. */
  readonly stored: SentPixels | undefined
  readonly shown: SentPixels
  readonly withPatches: boolean
}

/** What the other thread answers. */
export type SentFacts =
  | { readonly id: number; readonly facts: PixelFacts }
  | { readonly id: number; readonly error: unknown }

const sent = ({ width, height, rgb }: Pixels): SentPixels => ({ width, height, rgb })

function received({ width, height, rgb }: SentPixels): Pixels {
  return { width, height, rgb, luma: lumaOf(rgb, width, height) }
}

/** What the other thread does with what it is sent. */
export function answer({ id, width, height, stored, shown, withPatches }: SentPicture): SentFacts {
  try {
    const asShown = received(shown)
    const picture = { width, height, shown: asShown, stored: stored === undefined ? asShown : received(stored) }
    return { id, facts: takeFacts(picture, withPatches) }
  } catch (error) {
    return { id, error }
  }
}

interface Waiting {
  resolve(facts: PixelFacts): void
  reject(error: unknown): void
}

function pixelMathsIn(worker: Worker): PixelMaths {
  const waiting = new Map<number, Waiting>()
  let next = 0
  let stopped: Error | undefined
  worker.on('message', (message: SentFacts) => {
    const caller = waiting.get(message.id)
    waiting.delete(message.id)
    if ('facts' in message) caller?.resolve(message.facts)
    else caller?.reject(message.error)
  })
  function stop(error: Error): void {
    stopped ??= error
    for (const { reject } of waiting.values()) reject(stopped)
    waiting.clear()
  }
  worker.on('error', (error) => stop(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', () => stop(new Error('The thread that measures pixels has ended.')))
  return {
    take: ({ width, height, stored, shown }, withPatches) =>
      new Promise((resolve, reject) => {
        if (stopped !== undefined) return reject(stopped)
        const id = next++
        waiting.set(id, { resolve, reject })
        const other = stored === shown ? undefined : sent(stored)
        const message: SentPicture = { id, width, height, stored: other, shown: sent(shown), withPatches }
        worker.postMessage(message)
      }),
    close: async () => {
      await worker.terminate()
    },
  }
}

/**
 * Computes in a thread of its own, beside the networks, which block the thread that runs them. Where the thread's file is
 * not there, as in a bundle, it computes here.
 *
 * @param file - what the thread runs. @default this package's `pixel-worker.js`
 */
export function openPixelMaths(file: URL = new URL('./pixel-worker.js', import.meta.url)): PixelMaths {
  return existsSync(fileURLToPath(file)) ? pixelMathsIn(new Worker(file)) : pixelMathsHere
}
