import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createEmulator, type Emulator } from '@likeness/emulator'
import { trainingPhotos } from '@likeness/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseComparisonPlan } from '../plan/schema.js'
import { readRun } from './run.js'
import { openRunFolder } from './run-folder.js'

const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url))
const script = fileURLToPath(new URL('../../scripts/run-plan.mjs', import.meta.url))
/** Each takes seconds; `LIKENESS_KILLS=20` tries as many. */
const kills = Number(process.env.LIKENESS_KILLS ?? 3)
const vendors = ['astria', 'fal', 'segmind'] as const

let folder: string
let emulator: Emulator
let endpoints: string
const children = new Set<ChildProcess>()
beforeAll(async () => {
  if (!existsSync(built)) throw new Error('These tests run the built package: tsc -b packages')
  folder = await mkdtemp(join(tmpdir(), 'likeness-killed-'))
  await Promise.all(trainingPhotos().map((photo, index) => writeFile(join(folder, `photo-${index}.png`), photo)))
  emulator = createEmulator()
  endpoints = JSON.stringify(await emulator.listen())
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await emulator.close()
  await rm(folder, { recursive: true, force: true })
})

function start(run: string) {
  const child = spawn(process.execPath, [script, run], {
    env: { PATH: process.env.PATH, ENDPOINTS: endpoints },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text
  })
  child.stdout.resume()
  let over = false
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    over = true
    children.delete(child)
    return signal ?? (code === 0 ? 'done' : `failed: ${told}`)
  })
  return { child, ended, isOver: () => over }
}

const requests = () => vendors.reduce((sum, name) => sum + emulator.vendors[name].journal.length, 0)
const billed = () =>
  vendors.flatMap((name) => emulator.vendors[name].invoice.filter(({ status }) => status === 'billed'))

async function begin(name: string): Promise<string> {
  for (const vendor of vendors) emulator.vendors[vendor].reset()
  const run = join(folder, name)
  const plan = parseComparisonPlan({
    version: 1,
    subjects: { runner: { className: 'sneaker', kind: 'product', images: [join(folder, 'photo-*.png')] } },
    vendors: Object.fromEntries(vendors.map((vendor) => [vendor, { provider: vendor }])),
    prompts: [{ id: 'beach', prompt: '{subject} on a beach' }],
    seeds: [1, 2],
    sizes: ['512x512'],
    budget: { limitUSD: 100 },
  })
  await (await openRunFolder(run, plan)).store.close()
  return run
}

async function standing(run: string) {
  const opened = await openRunFolder(run)
  const summary = await readRun(opened)
  await opened.store.close()
  return summary
}

describe('a run that is killed by SIGKILL', () => {
  it(
    'pays for nothing twice',
    async () => {
      expect(await start(await begin('whole')).ended).toBe('done')
      const inAll = requests()
      expect(billed()).toHaveLength(9)

      const moments = Array.from({ length: kills }, (_, index) => Math.floor(((index + 0.5) * inAll) / kills))
      let killed = 0
      for (const moment of moments) {
        const run = await begin(`after-${moment}`)
        const first = start(run)
        while (!first.isOver() && requests() < moment) await pause(1)
        first.child.kill('SIGKILL')
        if ((await first.ended) === 'SIGKILL') killed += 1
        expect(await start(run).ended, `killed after request ${moment}`).toBe('done')

        const summary = await standing(run)
        const label = JSON.stringify({ moment, ...summary.counts })
        expect(summary.complete, label).toBe(true)
        const unknown = summary.items.filter(({ state }) => state.state === 'unknown')
        // Astria can be asked about everything.
        expect(
          unknown.filter(({ work }) => work.provider === 'astria'),
          label,
        ).toEqual([])
        expect(summary.counts.failed + summary.counts.intended + summary.counts.accepted, label).toBe(0)
        expect(
          summary.items.every(({ attempts }) => attempts <= 2),
          label,
        ).toBe(true)
        expect(billed().length, label).toBeLessThanOrEqual(summary.items.length)
        expect(billed().length, label).toBeGreaterThanOrEqual(summary.counts.succeeded)
        expect(billed().length, label).toBeLessThanOrEqual(summary.counts.succeeded + unknown.length)
        expect(summary.committed, label).toBeGreaterThanOrEqual(billed().reduce((sum, { amount }) => sum + amount, 0))
      }
      expect(killed).toBeGreaterThan(kills / 2)
    },
    30_000 + kills * 20_000,
  )
})
