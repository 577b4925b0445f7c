import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Picture, readPicture } from './picture.js'
import { answer, openPixelMaths, pixelMathsHere, type SentPicture } from './pixel-maths.js'
import { robots } from './test-pictures.js'

let folder: string
let picture: Picture
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-threads-'))
  picture = await readPicture(robots[0] ?? '')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function threadOf(name: string, code: string): Promise<URL> {
  const path = join(folder, `${name}.mjs`)
  await writeFile(path, `import { parentPort } from 'node:worker_threads'\n${code}`)
  return pathToFileURL(path)
}

/** What arrives in another thread. */
const sentOf = ({ width, height, stored, shown }: Picture, withPatches: boolean): SentPicture =>
  structuredClone({
    id: 7,
    width,
    height,
    stored: stored === shown ? undefined : { width: stored.width, height: stored.height, rgb: stored.rgb },
    shown: { width: shown.width, height: shown.height, rgb: shown.rgb },
    withPatches,
  })

describe('another thread', () => {
  it('answers what this one does', async () => {
    const large = await readPicture(await sharp(robots[0]).resize(1500).png().toBuffer())
    expect(large.stored).not.toBe(large.shown)
    for (const [one, withPatches] of [
      [picture, true],
      [large, false],
    ] as const) {
      const here = await pixelMathsHere.take(one, withPatches)
      expect(answer(sentOf(one, withPatches))).toEqual({ id: 7, facts: here })
      expect(here.patches === undefined).toBe(!withPatches)
    }
  })

  it('is told of by each answer whose it is', async () => {
    // Answers the second one first.
    const backwards = `const all = []
      parentPort.on('message', ({ id, withPatches }) => {
        all.push({ id, facts: { readings: withPatches, patches: [] } })
        if (all.length === 2) for (const one of all.reverse()) parentPort.postMessage(one)
      })`
    const maths = openPixelMaths(await threadOf('backwards', backwards))
    const [first, second] = await Promise.all([maths.take(picture, true), maths.take(picture, false)])
    expect([first.readings, second.readings]).toEqual([true, false])
    await maths.close()
  })

  it('leaves nobody waiting when it fails or ends', async () => {
    const failing = openPixelMaths(
      await threadOf('failing', `parentPort.on('message', () => { throw new Error('broken') })`),
    )
    await expect(failing.take(picture, false)).rejects.toThrow('broken')
    await expect(failing.take(picture, false)).rejects.toThrow('broken')
    const silent = openPixelMaths(await threadOf('silent', `parentPort.on('message', () => process.exit(0))`))
    await expect(silent.take(picture, false)).rejects.toThrow('The thread that measures pixels has ended.')
    await failing.close()
    await silent.close()
  })

  it('is done without where its file is not there', () => {
    expect(openPixelMaths(new URL('./no-such-worker.js', import.meta.url))).toBe(pixelMathsHere)
  })
})
