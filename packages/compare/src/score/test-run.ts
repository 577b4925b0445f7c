import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { type ComparisonPlanInput, parseComparisonPlan } from '../plan/schema.js'
import { planWork } from '../plan/work.js'
import type { StoredImage } from '../run/lines.js'
import type { RunItem, RunSummary } from '../run/run.js'
import type { ScoredRun } from './run-pictures.js'
import type { PictureScore, ReadyScorer, ScoredPicture, Scorer } from './scorer.js'

/** A run whose pictures are there, without any vendor. */
export interface TestRun {
  readonly run: ScoredRun
  readonly summary: RunSummary
  /** Path of the n-th picture, in the order of the plan. */
  pathOf(index: number): string
  close(): Promise<void>
}

/** A picture of one colour, other for each number. */
function drawPlain(number: number): Promise<Buffer> {
  const background = { r: (number * 37) % 256, g: (number * 91) % 256, b: 90 }
  return sharp({ create: { width: 48, height: 48, channels: 3, background } })
    .png()
    .toBuffer()
}

const nothing = { attempts: 1, committed: 0, spent: 0, reserved: 0, history: [] }

/**
 * One vendor, three prompts, one of the two subjects with photos; every picture came.
 *
 * @param draw - the n-th picture, in the order of the plan
 */
export async function createTestRun(
  changes: Partial<ComparisonPlanInput> = {},
  draw: (index: number) => Promise<Uint8Array> = drawPlain,
): Promise<TestRun> {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-scores-'))
  await mkdir(join(folder, 'images'))
  const plan = parseComparisonPlan({
    version: 1,
    subjects: { rex: { className: 'dog', images: ['photos'] }, pot: { className: 'teapot', images: ['pots'] } },
    vendors: { one: { provider: 'one', warmUp: 1 } },
    prompts: ['beach', 'table', 'moon'].map((id) => ({ id, prompt: `{subject}: ${id}` })),
    seeds: [1],
    budget: { limitUSD: 5 },
    ...changes,
  })
  const items: RunItem[] = []
  for (const [index, work] of planWork(plan).pictures.entries()) {
    const file = `images/${index}.png`
    await writeFile(join(folder, file), await draw(index))
    const image: StoredImage = {
      sha256: `${index}`.padStart(64, '0'),
      file,
      bytes: 1,
      mediaType: 'image/png',
      width: 1,
      height: 1,
    }
    items.push({ ...nothing, work, state: { state: 'succeeded', times: {}, images: [image] } })
  }
  const counts = { open: 0, intended: 0, accepted: 0, succeeded: items.length, failed: 0, unknown: 0 }
  return {
    run: { folder, plan, photos: {} },
    summary: { id: 'a-test-run', complete: true, counts, spent: 0, committed: 0, items },
    pathOf: (index) => join(folder, `images/${index}.png`),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A scorer that counts, and says of each picture what it is told to. */
export interface TestScorer extends Scorer {
  /** Paths of the pictures that were scored, the last one last. */
  readonly scored: string[]
  /** How many of what it opened are open still. */
  readonly stillOpen: { count: number }
}

export function testScorer(
  id: string,
  {
    fingerprint = '1',
    score = async () => ({ readings: { [id]: { state: 'measured', value: 1 } } }),
  }: {
    readonly fingerprint?: string
    readonly score?: (picture: ScoredPicture) => Promise<PictureScore>
  } = {},
): TestScorer {
  const scored: string[] = []
  const stillOpen = { count: 0 }
  return {
    id,
    measures: [{ name: id, title: id, unit: '', direction: 'higher', meaning: '', notMeaning: '' }],
    scored,
    stillOpen,
    suits: () => true,
    open: async (): Promise<ReadyScorer> => {
      stillOpen.count += 1
      return {
        state: 'ready',
        fingerprint,
        models: [{ id: 'net', sha256: 'ab' }, { id: 'service' }],
        references: { [id]: { minimum: 0, median: 1, maximum: 2, photos: 3 }, other: undefined },
        notes: ['a note'],
        score: async (picture) => {
          scored.push(picture.path)
          return score(picture)
        },
        close: async () => {
          stillOpen.count -= 1
        },
      }
    },
  }
}
