import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { best, createRoutedWorld, firstResult, type RoutedWorld } from '../test/routed-world.js'

let world: RoutedWorld
beforeEach(async () => {
  world = await createRoutedWorld()
})
afterEach(() => world.close())

/** What the ledger says was paid is what the vendors billed, job for job. */
async function expectLedgerIsInvoice() {
  const settled = (await world.ledger('--state', 'settled')).map(({ jobId, cost }) => [jobId, cost?.amount])
  expect(settled.sort()).toEqual(
    world
      .billed()
      .map(({ jobId, amount }) => [jobId, amount])
      .sort(),
  )
}

describe('generate through a router', () => {
  beforeEach(() => world.trainAt('fal,astria'))

  it('asks the first target alone while it works', async () => {
    const { code, stdout, stderr } = await world.generate('--provider', 'best')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^pictures\/best-\S+-1\.jpg/)
    expect(stderr).toMatch(/best: accepted as \S+ at fal; \.likeness\/jobs\/generation-best-\S+\.json/)
    expect(stderr).not.toContain('trail:')
    expect([world.generations('fal').length, world.generations('astria').length]).toEqual([1, 0])
    await expectLedgerIsInvoice()
  })

  it('goes on with the next when it breaks, shows the subject all the same, and says so', async () => {
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', times: 20, fault: { type: 'unavailable' } })
    const { code, stderr } = await world.generate('--provider', 'best', '-n', '2')
    expect(code).toBe(0)
    expect(stderr).toContain('best: asking fal for 2 pictures\n')
    expect(stderr).toContain('best: fal: unavailable; going on with astria: ')
    expect(stderr).toMatch(
      /^trail: best:\n {2}fal +first +failed \(unavailable\) .*\n {2}astria +fallback +succeeded /m,
    )
    const [made] = world.generations('astria')
    expect(made?.appliedFineTunes).toHaveLength(1)
    expect(world.generations('fal')).toEqual([])
    const refunded = await world.ledger('--state', 'refunded')
    expect(refunded.map(({ provider }) => provider)).toEqual(['fal'])
    await expectLedgerIsInvoice()
  })

  it('has the trail in JSON, and as events', async () => {
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    const { document } = await world.generate('--provider', 'best', '--json')
    expect(firstResult(document)?.trail?.map(({ target, outcome, kind }) => [target, outcome, kind])).toEqual([
      ['fal', 'failed', 'job-failed'],
      ['astria', 'succeeded', undefined],
    ])
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    const { stdout } = await world.generate('--provider', 'best', '--json-lines')
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const routed = events.filter(({ event }) => event === 'router').map((event) => event.routed.type)
    expect(routed).toEqual(expect.arrayContaining(['attempt.started', 'attempt.ended', 'fallback', 'request.ended']))
    expect(JSON.stringify(events.filter(({ event }) => event === 'router'))).not.toContain('a photo of')
  })

  it('keeps a file of each job, and marks how each ended', async () => {
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    const { document } = await world.generate('--provider', 'best', '--json')
    const { job = '' } = firstResult(document) ?? {}
    const files = (await readdir(join(world.folder, '.likeness/jobs'))).filter((name) => name.startsWith('generation'))
    const states = await Promise.all(
      files.map(async (name) => {
        const { handle, outcome } = JSON.parse(await readFile(join(world.folder, '.likeness/jobs', name), 'utf8'))
        return [handle.data.parts[0].handle.provider, outcome?.state]
      }),
    )
    expect(states.sort()).toEqual([
      ['astria', 'succeeded'],
      ['fal', 'failed'],
    ])
    const again = await world.run(['resume', job, '--json'])
    expect(again.code).toBe(0)
    expect(world.paid().filter(({ operation }) => operation === 'generation.submit')).toHaveLength(2)
  })

  it('resumes the handle that an adapter wrote by itself, and settles what was open', async () => {
    const { document } = await world.generate('--provider', 'best', '--json')
    const { handle } = JSON.parse(await readFile(firstResult(document)?.job ?? '', 'utf8'))
    const bare = await world.write('bare.json', JSON.stringify(handle.data.parts[0].handle))
    expect((await world.run(['status', bare])).stdout).toMatch(/^fal {2}generation .* succeeded /)
    const again = await world.run(['resume', bare, '--out', 'again', '--json'])
    expect(again.code).toBe(0)
    expect(await readdir(join(world.folder, 'again'))).toHaveLength(1)
    await expectLedgerIsInvoice()
  })

  it('tells why each target brought nothing, and ends with the code of the first that was asked', async () => {
    for (const vendor of ['fal', 'astria'] as const) {
      world.emulator.vendors[vendor].fault({
        operation: 'generation.submit',
        times: 20,
        fault: { type: 'unavailable' },
      })
    }
    const { code, stderr } = await world.generate('--provider', 'best')
    expect(code).toBe(6)
    expect(stderr).toMatch(/^error: fal: .*astria: /m)
    expect(stderr).toMatch(/^trail:\n {2}fal .*unavailable.*\n {2}astria .*unavailable/m)
    expect(world.billed().filter(({ kind }) => kind === 'generation')).toEqual([])
  })

  it('never asks a vendor that does not hold the subject', async () => {
    await world.routers({ routers: { strangers: { target: { provider: 'segmind' } } } })
    const { code, stderr } = await world.generate('--provider', 'strangers')
    expect(code).toBe(2)
    expect(stderr).toContain('segmind has no usable model of Rex')
    expect(world.emulator.vendors.segmind.journal).toEqual([])
  })

  it('counts no target in its estimate that its own cap rules out', async () => {
    const targets = [{ provider: 'fal', maximumUSD: 0.1 }, { provider: 'astria' }]
    await world.routers({ routers: { best: { ...best, targets } } })
    const { code, stderr } = await world.generate('--provider', 'best', '-n', '4', '--max-cost', '0.13')
    expect(stderr).toContain('estimate: best: $0.12 ')
    expect(code).toBe(0)
    expect([world.generations('fal').length, world.generations('astria').length]).toEqual([0, 1])
  })

  it('warns of a model that its vendor deletes within a week', async () => {
    const path = join(world.folder, 'rex.portfolio.json')
    const portfolio = JSON.parse(await readFile(path, 'utf8'))
    const [model] = portfolio.models.filter((one: { provider: string }) => one.provider === 'astria')
    const soon = Date.parse(model.createdAt) + 3 * 24 * 3_600_000
    model.expiresAt = new Date(soon).toISOString()
    await writeFile(path, JSON.stringify(portfolio))
    const { stderr } = await world.generate('--provider', 'fal')
    expect(stderr).toMatch(/^warning: astria: portfolio: The model \d+ of Rex at astria is deleted in 2 days/m)
  })
})

describe('train through a router', () => {
  it('trains at its first target that would take it', async () => {
    const targets = [{ provider: 'fal', maximumUSD: 1 }, { provider: 'astria' }]
    await world.routers({ routers: { best: { ...best, targets } }, default: 'best' })
    const { code, stdout } = await world.run(['train', 'photos', '--subject', 'dog', '--yes'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^astria {2}flux-1-dev /)
    expect(world.emulator.vendors.fal.journal.filter((entry) => entry.paid)).toEqual([])
    expect(world.billed()).toHaveLength(1)
  })
})

describe('budgets', () => {
  it('refuse what could go beyond them, at a single provider too, and are filled by all commands together', async () => {
    await world.routers({ budgets: [{ name: 'small', limitUSD: 2.05, per: 'month' }] })
    expect((await world.trainAt('fal')).code).toBe(0)
    expect((await world.generate('--provider', 'fal')).code).toBe(0)
    const { code, stderr } = await world.generate('--provider', 'fal')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: .*small/m)
    expect(world.generations('fal')).toHaveLength(1)
    const { stdout } = await world.run(['ledger', 'budgets'])
    expect(stdout).toMatch(/^small +\d{4}-\d\d +\$2\.05 +\$2\.035 +\$0\.00 +\$0\.015 +0$/m)
  })

  it('are kept by tag', async () => {
    await world.trainAt('fal')
    await world.routers({ budgets: [{ name: 'each', limitUSD: 0.04, per: 'day', tags: { customer: '*' } }] })
    const as = (customer: string) => world.generate('--provider', 'fal', '--tag', `customer=${customer}`)
    expect([(await as('a')).code, (await as('a')).code, (await as('b')).code]).toEqual([0, 2, 0])
    expect((await world.ledger('--tag', 'customer=a')).map(({ state }) => state)).toEqual(['settled'])
  })

  it('hold --max-cost for a command as a whole, also after a job that may have been paid for in vain', async () => {
    await world.trainAt('fal,astria')
    const targets = [{ provider: 'fal', timeoutMs: 5_000 }, { provider: 'astria' }]
    await world.routers({ routers: { best: { ...best, targets } } })
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
    const { code, stderr } = await world.generate('--provider', 'best', '--max-cost', '0.05')
    expect(code).not.toBe(0)
    expect(stderr).toContain('--max-cost')
    expect([world.generations('fal').length, world.generations('astria').length]).toEqual([1, 0])
    // It may still finish, so its money stays held.
    expect((await world.ledger('--state', 'accepted')).map(({ provider }) => provider)).toEqual(['fal'])
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
    expect((await world.generate('--provider', 'best', '--max-cost', '0.10')).code).toBe(0)
    expect(world.generations('astria')).toHaveLength(1)
  })
})
