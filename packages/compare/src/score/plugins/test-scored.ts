import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SubjectKind } from '@likeness/core'
import sharp from 'sharp'
import { afterAll } from 'vitest'
import { readPicture } from '../../pixels/picture.js'
import type { ScoredPicture, ScoredSubject } from '../scorer.js'

const folders: string[] = []
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
})

/** A new folder, which is gone after the tests. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-scorers-'))
  folders.push(folder)
  return folder
}

/** Writes files below a folder, each with its name as content unless told. */
export async function writeFiles(
  folder: string,
  names: readonly string[],
  content = (name: string) => name,
): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content(name))
  }
}

/** A picture file of one colour. */
export async function drawColour(folder: string, name: string, [r, g, b]: readonly [number, number, number]) {
  const path = join(folder, `${name}.png`)
  await sharp({ create: { width: 16, height: 16, channels: 3, background: { r, g, b } } }).toFile(path)
  return path
}

/** A picture of a run, as scorers get it. */
export function scored(path: string, prompt: string): ScoredPicture {
  return { path, prompt, mediaType: 'image/png', pixels: () => readPicture(path) }
}

/** A subject of a plan, as scorers get it. */
export function subjectOf(
  className: string,
  photos: readonly string[],
  { heldOut = [], kind }: { readonly heldOut?: readonly string[]; readonly kind?: SubjectKind } = {},
): ScoredSubject {
  return { key: 'rex', subject: { className, ...(kind && { kind }) }, photos, heldOut }
}

/** The floats of an embedding. */
export function decode(embedding: string | undefined): number[] {
  const bytes = Buffer.from(embedding ?? '', 'base64')
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4))
}
