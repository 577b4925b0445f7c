import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Evaluation } from '../evaluate/evaluation.js'
import { sampleEvaluation } from './test-evaluation-sample.js'
import { readPage, readText } from './test-page.js'
import { filesOf, makeThumbnails } from './thumbnails.js'
import { writeReport } from './write-report.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-report-'))
  for (const place of ['images', 'photos']) await mkdir(join(folder, place))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const drawn = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#2a6' } })

/** The sample with two pictures, of which the folder has one. */
async function evaluationWithFiles(): Promise<Evaluation> {
  const sample = sampleEvaluation()
  const pictures = sample.pictures.filter(({ image }) => image !== undefined).slice(0, 2)
  const [there] = pictures
  if (there?.image === undefined) throw new Error('the sample has no picture')
  await drawn(1024, 768).jpeg().toFile(join(folder, there.image.file))
  const subjects = sample.subjects.map((one) => ({ ...one, photos: [], heldOut: [] }))
  return { ...sample, pictures, subjects }
}

describe('writeReport', () => {
  it('writes the page, its JSON and its Markdown, and leaves nothing else', async () => {
    const evaluation = await evaluationWithFiles()
    const written = await writeReport({ folder, evaluation })
    expect((await readdir(folder)).toSorted()).toEqual(['images', 'photos', 'report.html', 'report.json', 'report.md'])
    expect(written).toEqual({
      html: join(folder, 'report.html'),
      json: join(folder, 'report.json'),
      markdown: join(folder, 'report.md'),
    })
    expect(JSON.parse(await readFile(written.json, 'utf8'))).toEqual(evaluation)
  })

  it('embeds a small WebP of each picture, and says where one is missing', async () => {
    const { html } = await writeReport({ folder, evaluation: await evaluationWithFiles() })
    const document = readPage(await readFile(html, 'utf8'))
    const [image, ...others] = document.querySelectorAll('.shot img')
    expect(others).toEqual([])
    const bytes = Buffer.from((image?.getAttribute('src') ?? '').replace('data:image/webp;base64,', ''), 'base64')
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 512, height: 384 })
    expect(readText(document.querySelector('.shot .missing'))).toBe('The file is missing.')
    // Nobody who gets the page learns where it was made.
    expect(await readFile(html, 'utf8')).not.toContain(folder)
  })

  it('replaces an earlier report, and can write elsewhere without links that lead nowhere', async () => {
    const evaluation = await evaluationWithFiles()
    await writeReport({ folder, evaluation })
    await writeReport({ folder, evaluation: { ...evaluation, answer: ['Another answer.'] } })
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Another answer.')
    const out = join(folder, 'elsewhere', 'deeper')
    const { html } = await writeReport({ folder, evaluation, out })
    expect(html).toBe(join(out, 'report.html'))
    expect(await readFile(html, 'utf8')).not.toContain('href="images/')
    expect(await readFile(html, 'utf8')).toContain('src="data:image/webp')
  })

  it('leaves the earlier report whole where the new one cannot be drawn', async () => {
    const evaluation = await evaluationWithFiles()
    await writeReport({ folder, evaluation })
    const before = await readFile(join(folder, 'report.html'), 'utf8')
    const vendors = evaluation.vendors.map((vendor) => ({ ...vendor, durationsMs: [Number.NaN] }))
    await expect(writeReport({ folder, evaluation: { ...evaluation, vendors } })).rejects.toMatchObject({
      kind: 'invalid-request',
    })
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toBe(before)
  })
})

describe('makeThumbnails', () => {
  it('turns a photo upright, never enlarges one, and names what cannot be read without its path', async () => {
    await drawn(40, 20).withMetadata({ orientation: 6 }).jpeg().toFile(join(folder, 'photos/lying.jpg'))
    await writeFile(join(folder, 'photos/broken.jpg'), 'no picture')
    const made = await makeThumbnails(folder, ['photos/lying.jpg', 'photos/broken.jpg', 'photos/gone.jpg'])
    expect(made.get('photos/lying.jpg')).toMatchObject({ state: 'embedded', width: 20, height: 40 })
    expect(made.get('photos/broken.jpg')).toEqual({ state: 'missing', message: 'The file cannot be read as an image.' })
    expect(made.get('photos/gone.jpg')).toEqual({ state: 'missing', message: 'The file is missing.' })
  })

  it('reads nothing that lies outside the folder', async () => {
    const run = join(folder, 'run')
    const outside = join(folder, 'run-of-others.png')
    await mkdir(run)
    await drawn(8, 8).png().toFile(outside)
    const files = ['../run-of-others.png', outside]
    const made = await makeThumbnails(run, files)
    const none = { state: 'missing', message: 'The file is none of the run.' }
    expect(files.map((file) => made.get(file))).toEqual([none, none])
  })

  it('reads a file once, however many pictures are the same', () => {
    const sample = sampleEvaluation()
    const [first] = sample.pictures
    const pictures = sample.pictures.map((one) => ({ ...one, image: first?.image }))
    const files = filesOf({ ...sample, pictures })
    expect(files).toHaveLength(1 + 2 * 8)
    expect(new Set(files).size).toBe(files.length)
  })
})
