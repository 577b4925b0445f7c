import { resolve, sep } from 'node:path'
import { lazy } from '@likeness/core'
import type { Evaluation } from '../evaluate/evaluation.js'

const loadSharp = lazy(async () => (await import('sharp')).default)

/** A picture as the page embeds it, or why it cannot. */
export type Thumbnail =
  | { readonly state: 'embedded'; readonly src: string; readonly width: number; readonly height: number }
  | { readonly state: 'missing'; readonly message: string }

/** By the path that the evaluation names. */
export type Thumbnails = ReadonlyMap<string, Thumbnail>

/** So many at a time: more would not be quicker, and each holds a decoded picture. */
const atOnce = 4

/** Longest side in pixels: many pictures are shown smaller, so that the page stays one that can be sent. */
function sideFor(count: number): number {
  if (count <= 100) return 512
  return count <= 300 ? 416 : 320
}

async function thumbnailOf(folder: string, file: string, side: number): Promise<Thumbnail> {
  const path = resolve(folder, file)
  // An evaluation may come from somebody else's report.json: what lies beside the run must not get into a page.
  if (!path.startsWith(resolve(folder) + sep)) return { state: 'missing', message: 'The file is none of the run.' }
  const sharp = await loadSharp()
  try {
    const { data, info } = await sharp(path)
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 72 })
      .toBuffer({ resolveWithObject: true })
    const src = `data:image/webp;base64,${data.toString('base64')}`
    return { state: 'embedded', src, width: info.width, height: info.height }
  } catch (error) {
    // Its words would name folders of the machine that made the page.
    const missing = error instanceof Error && /missing|no such file/i.test(error.message)
    return { state: 'missing', message: missing ? 'The file is missing.' : 'The file cannot be read as an image.' }
  }
}

/** Paths of all pictures and photos that a report shows. */
export function filesOf({ pictures, subjects }: Evaluation): readonly string[] {
  const made = pictures.flatMap(({ image }) => image?.file ?? [])
  return [...new Set([...subjects.flatMap(({ photos, heldOut }) => [...photos, ...heldOut]), ...made])]
}

/**
 * Small copies of pictures, as WebP in `data:` URLs. One that is missing or broken has a state and stops nothing.
 *
 * @param folder - that the paths start from, and do not leave
 */
export async function makeThumbnails(folder: string, files: readonly string[]): Promise<Thumbnails> {
  const made = new Map<string, Thumbnail>()
  const side = sideFor(files.length)
  const waiting = files.values()
  const work = async () => {
    for (const file of waiting) made.set(file, await thumbnailOf(folder, file, side))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return made
}
