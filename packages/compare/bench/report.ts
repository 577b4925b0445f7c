// pnpm bench:report [folder of photos of one thing, examples/photos by default] [its class name, robot by default]
// What scoring, evaluating and writing the report of 240 pictures takes beyond the vendors' time, and how much memory.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  defaultScorers,
  evaluateRun,
  measuresOf,
  openRunFolder,
  readRun,
  readVotes,
  scoreRun,
  writeReport,
} from '@likeness/compare'
import sharp from 'sharp'
import { makeRun } from './report-run.ts'

/** Most that it may take, in seconds and in bytes. */
const LIMIT_SECONDS = 60
const LIMIT_BYTES = 1e9

interface Taken {
  /** By the name of the step; in seconds of the clock on the wall. */
  readonly steps: Readonly<Record<string, number>>
  /** Of all threads, in seconds. */
  readonly cpuSeconds: number
  /** Most that was resident at any time, in bytes. */
  readonly peakBytes: number
  readonly notes: readonly string[]
}

async function timed<Result>(steps: Record<string, number>, name: string, work: () => Promise<Result>) {
  const begun = performance.now()
  const result = await work()
  steps[name] = (performance.now() - begun) / 1000
  return result
}

function taken(steps: Taken['steps'], notes: readonly string[]): Taken {
  const { user, system } = process.cpuUsage()
  return { steps, notes, cpuSeconds: (user + system) / 1e6, peakBytes: process.resourceUsage().maxRSS * 1024 }
}

/** In a process of its own, so that the emulator's memory does not count. */
async function report(folder: string): Promise<Taken> {
  const run = await openRunFolder(folder)
  const summary = await readRun(run)
  const scorers = defaultScorers(run.plan)
  const steps: Record<string, number> = {}
  const measurements = await timed(steps, 'scoring', () => scoreRun({ run, summary, scorers }))
  const evaluation = await timed(steps, 'evaluation', async () =>
    evaluateRun({ run, summary, measurements, votes: await readVotes(folder), measures: measuresOf(scorers) }),
  )
  const { html } = await timed(steps, 'report', () => writeReport({ folder, evaluation }))
  await run.store.close()
  const missing = measurements.scorers.flatMap(({ reason }) => (reason === undefined ? [] : [reason]))
  const natural = measurements.pictures.filter(({ readings }) => readings.naturalness?.state === 'measured').length
  return taken(steps, [
    ...missing,
    `naturalness was measured of ${natural} pictures`,
    `report.html has ${((await stat(html)).size / 1e6).toFixed(1)} MB`,
  ])
}

/** The peer: every picture is decoded with sharp, and nothing done with it. */
async function decode(folder: string): Promise<Taken> {
  const steps: Record<string, number> = {}
  const files = await readdir(join(folder, 'images'))
  await timed(steps, 'decoding', async () => {
    for (const file of files)
      await sharp(join(folder, 'images', file))
        .raw()
        .toBuffer()
  })
  return taken(steps, [])
}

function inOwnProcess(step: 'report' | 'decode', folder: string): Taken {
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), `--${step}`, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(output) as Taken
}

const seconds = ({ steps }: Taken) => Object.values(steps).reduce((sum, value) => sum + value, 0)
const judged = (met: boolean) => (met ? 'MET' : 'MISSED')

async function bench(photos: string, className: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-bench-'))
  try {
    const files = (await readdir(photos)).filter((file) => /\.(jpe?g|png|webp)$/i.test(file)).sort()
    console.log(`Making 240 pictures from ${files.length} photos at emulated vendors ...`)
    const paths = files.map((file) => join(photos, file))
    const pictures = await makeRun(folder, paths, className)
    console.log(`${pictures} pictures came. Load of the machine before: ${(loadavg()[0] ?? 0).toFixed(1)}`)
    const before = inOwnProcess('decode', folder)
    const own = inOwnProcess('report', folder)
    const peer = Math.min(seconds(before), seconds(inOwnProcess('decode', folder)))
    for (const [name, value] of Object.entries(own.steps)) console.log(`${name}: ${value.toFixed(1)} s`)
    for (const note of own.notes) console.log(`(${note})`)
    console.log(
      `in all: ${seconds(own).toFixed(1)} s, of ${LIMIT_SECONDS} s: ${judged(seconds(own) <= LIMIT_SECONDS)}; ${own.cpuSeconds.toFixed(1)} s of processor time`,
    )
    console.log(
      `peak memory: ${(own.peakBytes / 1e6).toFixed(0)} MB, of ${LIMIT_BYTES / 1e6} MB: ${judged(own.peakBytes <= LIMIT_BYTES)}`,
    )
    console.log(
      `peer, decoding the same pictures with sharp: ${peer.toFixed(1)} s; the report takes ${(seconds(own) / peer).toFixed(1)} times that`,
    )
    if (seconds(own) > LIMIT_SECONDS || own.peakBytes > LIMIT_BYTES) process.exitCode = 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const [first, second = 'robot'] = process.argv.slice(2)
switch (first) {
  case '--report':
    process.stdout.write(JSON.stringify(await report(second)))
    break
  case '--decode':
    process.stdout.write(JSON.stringify(await decode(second)))
    break
  default:
    await bench(first ?? fileURLToPath(new URL('../../../examples/photos', import.meta.url)), second)
}
