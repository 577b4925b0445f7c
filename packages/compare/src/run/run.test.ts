import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPortfolio, LikenessError } from '@likeness/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pricePlan } from '../plan/price.js'
import { locatePlan } from '../plan/read-portfolios.js'
import type { ComparisonPlan } from '../plan/schema.js'
import type { AttemptLine } from './lines.js'
import type { RunProgress } from './progress.js'
import { type RunComparisonOptions, runComparison } from './run.js'
import { openRunFolder } from './run-folder.js'
import { createWorld, type World } from './test-world.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

async function run(plan: ComparisonPlan, options: Partial<RunComparisonOptions> = {}) {
  const opened = await openRunFolder(join(world.folder, 'run'), plan)
  try {
    return await runComparison({ ...opened, providers: world.providers, clock: world.clock, ...options })
  } finally {
    await opened.store.close()
  }
}

describe('runComparison', () => {
  it('trains and makes pictures at every vendor, at the price and by the calls that were told before', async () => {
    const plan = world.plan(['astria', 'fal', 'segmind'])
    const priced = await pricePlan(plan, world.providers)
    expect(priced.calls).toEqual({ fineTune: 3, generation: 6, warmUp: 0, total: 9 })
    expect(world.billedInAll()).toBe(0)
    const summary = await run(plan)
    expect(summary.items.map(({ state }) => ('error' in state ? state.error : state.state))).toEqual(
      Array.from({ length: 9 }, () => 'succeeded'),
    )
    expect(summary.complete).toBe(true)
    expect(world.billedInAll()).toBe(9)
    expect(world.invoiced()).toBeGreaterThanOrEqual(priced.minimum)
    expect(world.invoiced()).toBeLessThanOrEqual(priced.maximum)
    expect(summary.spent).toBe(world.invoiced())
  })

  it('does nothing more when it is called again', async () => {
    const plan = world.plan(['astria', 'fal'])
    const first = await run(plan)
    const requests = world.emulator.vendors.astria.journal.length + world.emulator.vendors.fal.journal.length
    expect(await run(plan)).toEqual(first)
    expect(world.emulator.vendors.astria.journal.length + world.emulator.vendors.fal.journal.length).toBe(requests)
  })

  it('keeps each picture under the hash of its content, and tells it apart from the others', async () => {
    const summary = await run(world.plan(['fal'], { sizes: ['512x512'] }))
    const images = summary.items.flatMap(({ state }) => (state.state === 'succeeded' ? state.images : []))
    expect(images).toHaveLength(2)
    for (const { file, sha256, bytes, width, height } of images) {
      const content = await readFile(join(world.folder, 'run', file))
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
      expect({ bytes, width, height }).toEqual({ bytes: content.length, width: 512, height: 512 })
    }
    expect(world.emulator.vendors.fal.jobs.map(({ appliedFineTunes }) => appliedFineTunes.length)).toEqual([0, 1, 1])
  })

  it('measures queue, job and download apart, and the same work in the order of the plan at every vendor', async () => {
    const plan = world.plan(['astria', 'fal'], { concurrency: { astria: 1, fal: 1 }, seeds: [7, 8] })
    const summary = await run(plan)
    const times = summary.items.map(({ state }) => {
      if (state.state !== 'succeeded') throw new Error(`ended as ${state.state}`)
      return state.times
    })
    for (const { submitMs, jobMs } of times) expect([submitMs, jobMs]).toEqual([expect.any(Number), expect.any(Number)])
    // One of them may be done when it is first asked about: the clock moves while the other vendor is waited for.
    expect(times.filter(({ jobMs = 0 }) => jobMs > 0).length).toBeGreaterThan(times.length / 2)
    const prompts = (name: 'astria' | 'fal') =>
      world.emulator.vendors[name].journal
        .filter(({ operation, accepted }) => operation === 'generation.submit' && accepted)
        .map(({ body }) => (JSON.stringify(body).includes('beach') ? 'beach' : 'table'))
    expect(prompts('fal')).toEqual(['beach', 'table', 'beach', 'table'])
    expect(prompts('astria')).toEqual(prompts('fal'))
  })

  it('sends no more at the same time than the plan says', async () => {
    const plan = world.plan(['fal'], { concurrency: { fal: 1 }, seeds: [1, 2, 3] })
    const opened = await openRunFolder(join(world.folder, 'run'), plan)
    const lines: AttemptLine[] = []
    const append = (line: AttemptLine) => {
      lines.push(line)
      return opened.store.append(line)
    }
    const store = { ...opened.store, append }
    await runComparison({ ...opened, store, providers: world.providers, clock: world.clock })
    await opened.store.close()
    let underWay = 0
    for (const { type } of lines) {
      if (type === 'intent') underWay += 1
      if (type === 'succeeded') underWay -= 1
      expect(underWay).toBeLessThanOrEqual(1)
    }
  })

  it('refuses a plan that may cost more than its budget, before anything is sent', async () => {
    const plan = world.plan(['astria', 'fal'], { budget: { limitUSD: 0.5 } })
    await expect(run(plan)).rejects.toMatchObject({ kind: 'budget-exceeded', fields: [{ field: 'budget' }] })
    expect(world.emulator.vendors.fal.journal).toEqual([])
    expect(world.emulator.vendors.astria.journal).toEqual([])
  })

  it('refuses what a vendor would refuse, before anything is sent', async () => {
    const plan = world.plan([], {
      vendors: { sharp: { provider: 'fal', generate: { steps: 51 } }, ok: { provider: 'astria' } },
    })
    await expect(run(plan)).rejects.toMatchObject({ kind: 'invalid-request', message: expect.stringContaining('51') })
    const unknown = world.plan([], { vendors: { other: { provider: 'nobody' } } })
    await expect(pricePlan(unknown, world.providers)).rejects.toThrow(/nobody/)
    expect(world.billedInAll()).toBe(0)
    expect(world.emulator.vendors.astria.journal).toEqual([])
  })

  it('leaves a request alone whose outcome cannot be known, also when it is called again', async () => {
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    const plan = world.plan(['fal'])
    const summary = await run(plan)
    expect(summary.counts).toMatchObject({ succeeded: 2, unknown: 1 })
    expect(summary.complete).toBe(true)
    expect(await run(plan)).toEqual(summary)
    // The training, the lost one and the other one: the books hold the lost one's upper bound back.
    expect(world.billed('fal')).toBe(3)
    expect(summary.spent).toBeLessThan(world.invoiced())
    expect(summary.committed).toBeGreaterThanOrEqual(world.invoiced())
  })

  it('sends it once more where the plan says so', async () => {
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    const summary = await run(world.plan(['fal'], { onUnknown: 'resend' }))
    expect(summary.counts).toMatchObject({ succeeded: 3, unknown: 0 })
    expect(summary.items.map(({ attempts }) => attempts).sort()).toEqual([1, 1, 2])
    expect(world.billed('fal')).toBe(4)
    expect(summary.committed).toBeGreaterThanOrEqual(world.invoiced())
  })

  it('sends it no third time, also when it is called again', async () => {
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', times: 9, fault: { type: 'reset-after' } })
    const plan = world.plan(['fal'], { onUnknown: 'resend' })
    const summary = await run(plan)
    expect(summary.counts).toMatchObject({ succeeded: 1, unknown: 2 })
    expect(await run(plan)).toEqual(summary)
    expect(world.billed('fal')).toBe(5)
  })

  it('makes no picture where the training failed, and never the base model instead', async () => {
    world.emulator.vendors.fal.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
    const summary = await run(world.plan(['fal', 'astria']))
    expect(summary.counts).toMatchObject({ succeeded: 3, failed: 1, open: 2 })
    expect(summary.complete).toBe(true)
    expect(world.emulator.vendors.fal.jobs.map(({ kind }) => kind)).toEqual(['fine-tune'])
  })

  it('tries again later what was refused for a reason that passes', async () => {
    world.emulator.vendors.fal.setBalance(0)
    const plan = world.plan(['fal'])
    const refused = await run(plan)
    expect(refused.complete).toBe(false)
    expect(refused.committed).toBe(0)
    expect(world.billedInAll()).toBe(0)
    world.emulator.vendors.fal.setBalance(undefined)
    expect(await run(plan)).toMatchObject({ complete: true, counts: { succeeded: 3 } })
    expect(world.billed('fal')).toBe(3)
  })

  it('says why a job was left whose end could not be read', async () => {
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
    const summary = await run(world.plan(['fal']))
    expect(summary).toMatchObject({ complete: false, counts: { succeeded: 2, accepted: 1 } })
    const left = summary.items.filter(({ state }) => state.state === 'accepted')
    expect(left.map(({ state }) => 'error' in state && state.error)).toMatchObject([{ kind: 'timeout' }])
    expect(left[0]?.history.map(({ type }) => type)).toEqual(['intent', 'accepted', 'postponed'])
  })

  it('knows what a picture cost that came and could not be kept', async () => {
    const opened = await openRunFolder(join(world.folder, 'run'), world.plan(['fal']))
    const keep = async () => {
      throw new LikenessError({ kind: 'invalid-request', message: 'picture: cannot be decoded' })
    }
    const store = { ...opened.store, keep }
    const summary = await runComparison({ ...opened, store, providers: world.providers, clock: world.clock })
    await opened.store.close()
    expect(summary).toMatchObject({ complete: true, counts: { succeeded: 1, failed: 2 } })
    expect(summary.spent).toBe(world.invoiced())
    const failed = summary.items.filter(({ state }) => state.state === 'failed')
    for (const { state } of failed) {
      expect(state).toMatchObject({
        cost: { currency: 'USD' },
        error: { billed: 'yes' },
        times: { jobMs: expect.any(Number) },
      })
    }
  })

  it('says that the budget is used up, where the rest of it was set aside for what was sent twice', async () => {
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    const plan = world.plan(['fal'], { onUnknown: 'resend', seeds: [1, 2, 3], concurrency: { fal: 1 } })
    const { maximum } = await pricePlan(plan, world.providers)
    const summary = await run({ ...plan, budget: { ...plan.budget, limitUSD: maximum / 1e9 } })
    expect(summary.complete).toBe(false)
    const [left] = summary.items.filter(({ state }) => state.state === 'open')
    expect(left?.state).toMatchObject({ error: { kind: 'budget-exceeded', billed: 'no' } })
    expect(world.invoiced()).toBeLessThanOrEqual(maximum)
  })

  it('tells at each step how far each vendor has come, a shared training at each that uses it', async () => {
    const seen: RunProgress[] = []
    const plan = world.plan(['fal', 'astria'], {
      vendors: {
        fal: { provider: 'fal' },
        'fal-long': { provider: 'fal', generate: { steps: 40 } },
        astria: { provider: 'astria' },
      },
    })
    world.emulator.vendors.astria.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
    const summary = await run(plan, { onProgress: (progress) => seen.push(progress) })
    expect(seen[0]).toMatchObject({ done: 0, total: 8, failed: 0, spent: 0 })
    expect(seen.at(-1)).toMatchObject({
      done: 8,
      failed: 3,
      spent: summary.spent,
      vendors: [
        { name: 'fal', done: 3, total: 3, failed: 0 },
        { name: 'fal-long', done: 3, total: 3, failed: 0 },
        { name: 'astria', done: 3, total: 3, failed: 3 },
      ],
    })
    expect(seen.some(({ etaMs = 0 }) => etaMs > 0)).toBe(true)
    expect(seen.at(-1)?.etaMs).toBeUndefined()
  })

  it('collects later what was accepted before it was aborted', async () => {
    const plan = world.plan(['astria', 'fal'])
    const controller = new AbortController()
    const reason = new Error('the user went home')
    const onProgress = ({ done }: RunProgress) => done > 0 && controller.abort(reason)
    await expect(run(plan, { abortSignal: controller.signal, onProgress })).rejects.toMatchObject({ kind: 'aborted' })
    const before = world.billedInAll()
    const summary = await run(plan)
    expect(before).toBeLessThan(6)
    expect(summary).toMatchObject({ complete: true, counts: { succeeded: 6 } })
    expect(world.billedInAll()).toBe(6)
    expect(summary.spent).toBe(world.invoiced())
  })

  it('keeps the warm-up apart', async () => {
    const plan = world.plan([], { vendors: { fal: { provider: 'fal', warmUp: 1 } } })
    const summary = await run(plan)
    expect(summary.items.map(({ work }) => work.kind === 'generation' && work.warmUp)).toEqual([
      false,
      true,
      false,
      false,
    ])
    expect(world.billed('fal')).toBe(4)
  })

  it('trains nothing for a subject that came with its portfolio', async () => {
    const trained = await run(world.plan(['fal']))
    const model = trained.items.flatMap(({ state }) => (state.state === 'succeeded' && state.model) || [])[0]
    if (model === undefined) throw new Error('no model')
    const path = join(world.folder, 'runner.json')
    await writeFile(path, JSON.stringify(createPortfolio(model.subject, [model])))
    const plan = await locatePlan(
      world.plan(['fal'], { subjects: { runner: { portfolio: 'runner.json' } } }),
      world.folder,
    )
    const opened = await openRunFolder(join(world.folder, 'second'), plan)
    const summary = await runComparison({ ...opened, providers: world.providers, clock: world.clock })
    await opened.store.close()
    expect(summary.counts).toMatchObject({ succeeded: 2 })
    expect(world.emulator.vendors.fal.jobs.map(({ kind }) => kind)).toEqual([
      'fine-tune',
      ...Array.from({ length: 4 }, () => 'generation'),
    ])
    expect(
      world.emulator.vendors.fal.jobs.slice(1).every(({ appliedFineTunes }) => appliedFineTunes.length === 1),
    ).toBe(true)
  })
})
