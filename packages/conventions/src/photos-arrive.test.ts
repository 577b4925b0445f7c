/**
 * The same photo files, from a folder, go to each vendor byte for byte: what a vendor received is compared by hash with
 * what is on the disk.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createAstria } from '@likeness/astria'
import { type FineTuneOptions, type Provider, startFineTune } from '@likeness/core'
import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createSegmind } from '@likeness/segmind'
import { describe, expect, it, onTestFinished } from 'vitest'

const folder = fileURLToPath(new URL('../../../examples/photos', import.meta.url))

const providers = {
  astria: createAstria,
  fal: createFal,
  segmind: createSegmind,
} as const satisfies Record<string, (settings: object) => Provider>

async function hashesOnDisk(): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jpg'))
  const files = await Promise.all(names.map((name) => readFile(`${folder}/${name}`)))
  return files.map((file) => createHash('sha256').update(file).digest('hex')).sort()
}

describe.each(['astria', 'fal', 'segmind'] as const)('photos on their way to %s', (vendor) => {
  it.each(['in process', 'over sockets'])('arrive byte for byte, %s', async (way) => {
    const clock = createVirtualClock()
    const emulator = createEmulator({ clock })
    onTestFinished(() => emulator.close())
    if (way === 'over sockets') await emulator.listen()
    const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
    const settings = { ...emulator.endpoints[vendor], clock, ...(way === 'in process' && { fetch }) }
    const options: FineTuneOptions = {
      provider: providers[vendor](settings),
      subject: { className: 'robot', kind: 'product' },
      images: [`${folder}/*.jpg`],
    }
    await startFineTune(options)
    const received = emulator.vendors[vendor].journal.flatMap(({ files }) => files)
    const photos = received.filter(({ mediaType }) => mediaType === 'image/jpeg')
    const onDisk = await hashesOnDisk()
    expect(onDisk).toHaveLength(8)
    expect(photos.map(({ sha256 }) => sha256).sort()).toEqual(onDisk)
  })
})
