import { type FineTunedModel, fineTune } from '@likeness/core'
import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { trainingPhotos } from '@likeness/testkit'
import { onTestFinished } from 'vitest'
import { createFal } from '../src/provider.js'
import type { FalSettings } from '../src/settings.js'

export const subject = { className: 'toy robot', kind: 'product' } as const

/** An emulated fal on a virtual clock, and providers on it. Closed when the test ends. */
export function againstEmulator() {
  const emulator = createEmulator({ clock: createVirtualClock() })
  onTestFinished(() => emulator.close())
  const vendor = emulator.vendors.fal
  const create = (settings: FalSettings = {}) => {
    const provider = createFal({
      ...emulator.endpoints.fal,
      fetch: (input, init) => emulator.fetch(input, init),
      clock: emulator.clock,
      ...settings,
    })
    const { fineTune: training, generate: drawing } = provider
    if (training === undefined || drawing === undefined) throw new Error('fal trains and draws')
    return { ...provider, fineTune: training, generate: drawing }
  }
  async function trained(options: Partial<Parameters<typeof fineTune>[0]> = {}): Promise<FineTunedModel> {
    const images = trainingPhotos()
    const { model } = await fineTune({ provider: create(), subject, images, trigger: 'ohwx', ...options })
    return model
  }
  const fileStatus = async (url: string | undefined) => (await emulator.fetch(url ?? 'about:blank')).status
  return { emulator, vendor, create, trained, fileStatus }
}
