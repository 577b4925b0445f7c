import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createWorld, type World } from '../test/world.js'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.photos(6)
  await config()
})
afterEach(() => world.close())

const providers = { fal: { adapter: 'fal' }, astria: { adapter: 'astria' }, segmind: { adapter: 'segmind' } }
const best = { strategy: { mode: 'fallback' }, targets: [{ provider: 'fal' }, { provider: 'astria' }] }

function config(more: object = {}): Promise<string> {
  return world.write('likeness.config.json', JSON.stringify({ providers, routers: { best }, ...more }))
}

const trainAt = (names: string) =>
  world.run(['train', 'photos', '--subject', 'dog', '--name', 'Rex', '--provider', names])
const generate = (...args: string[]) => world.run(['generate', 'rex.portfolio.json', 'a photo of {subject}', ...args])
const explain = (...args: string[]) => world.run(['explain', 'rex.portfolio.json', 'a photo of {subject}', ...args])
const vendors = () => Object.values(world.emulator.vendors)
const generations = (vendor: 'fal' | 'astria' | 'segmind') =>
  world.emulator.vendors[vendor].jobs.filter(({ kind }) => kind === 'generation')
const billed = () => vendors().flatMap(({ invoice }) => invoice.filter(({ status }) => status === 'billed'))
const paid = () => vendors().flatMap(({ journal }) => journal.filter((entry) => entry.paid))

const step = z.object({ target: z.string(), outcome: z.string(), kind: z.string().optional() })
const resultsSchema = z.object({
  results: z.array(
    z.object({
      state: z.string(),
      job: z.string().optional(),
      images: z.array(z.object({ path: z.string(), provider: z.string().optional() })).optional(),
      trail: z.array(step).optional(),
      error: z.object({ kind: z.string(), trail: z.array(step).optional() }).optional(),
    }),
  ),
})
const firstOf = (document: unknown) => resultsSchema.parse(document).results[0]

const entriesSchema = z.object({
  entries: z.array(
    z.object({
      provider: z.string(),
      state: z.string(),
      jobId: z.string().optional(),
      cost: z.object({ amount: z.int() }).optional(),
      tags: z.record(z.string(), z.string()).optional(),
    }),
  ),
})
async function ledger(...args: string[]) {
  const { document } = await world.run(['ledger', 'list', ...args, '--json'])
  return entriesSchema.parse(document).entries
}

/** What the ledger says was paid is what the vendors billed, job for job. */
async function expectLedgerIsInvoice() {
  const settled = (await ledger('--state', 'settled')).map(({ jobId, cost }) => [jobId, cost?.amount])
  expect(settled.sort()).toEqual(
    billed()
      .map(({ jobId, amount }) => [jobId, amount])
      .sort(),
  )
}

describe('generate through a router', () => {
  beforeEach(() => trainAt('fal,astria'))

  it('asks the first target alone while it works', async () => {
    const { code, stdout, stderr } = await generate('--provider', 'best')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^pictures\/best-\S+-1\.jpg/)
    expect(stderr).toMatch(/best: accepted as \S+ at fal; \.likeness\/jobs\/generation-best-\S+\.json/)
    expect(stderr).not.toContain('trail:')
    expect([generations('fal').length, generations('astria').length]).toEqual([1, 0])
    await expectLedgerIsInvoice()
  })

  it('goes on with the next when it breaks, shows the subject all the same, and says so', async () => {
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', times: 20, fault: { type: 'unavailable' } })
    const { code, stderr } = await generate('--provider', 'best', '-n', '2')
    expect(code).toBe(0)
    expect(stderr).toContain('best: asking fal for 2 pictures\n')
    expect(stderr).toContain('best: fal: unavailable; going on with astria: ')
    expect(stderr).toMatch(
      /^trail: best:\n {2}fal +first +failed \(unavailable\) .*\n {2}astria +fallback +succeeded /m,
    )
    const [made] = generations('astria')
    expect(made?.appliedFineTunes).toHaveLength(1)
    expect(generations('fal')).toEqual([])
    const refunded = await ledger('--state', 'refunded')
    expect(refunded.map(({ provider }) => provider)).toEqual(['fal'])
    await expectLedgerIsInvoice()
  })

  it('has the trail in JSON, and as events', async () => {
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    const { document } = await generate('--provider', 'best', '--json')
    expect(firstOf(document)?.trail?.map(({ target, outcome, kind }) => [target, outcome, kind])).toEqual([
      ['fal', 'failed', 'job-failed'],
      ['astria', 'succeeded', undefined],
    ])
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
    const { stdout } = await generate('--provider', 'best', '--json-lines')
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
    const { document } = await generate('--provider', 'best', '--json')
    const { job = '' } = firstOf(document) ?? {}
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
    expect(paid().filter(({ operation }) => operation === 'generation.submit')).toHaveLength(2)
  })

  it('resumes the handle that an adapter wrote by itself, and settles what was open', async () => {
    const { document } = await generate('--provider', 'best', '--json')
    const { handle } = JSON.parse(await readFile(firstOf(document)?.job ?? '', 'utf8'))
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
    const { code, stderr } = await generate('--provider', 'best')
    expect(code).toBe(6)
    expect(stderr).toMatch(/^error: fal: .*astria: /m)
    expect(stderr).toMatch(/^trail:\n {2}fal .*unavailable.*\n {2}astria .*unavailable/m)
    expect(billed().filter(({ kind }) => kind === 'generation')).toEqual([])
  })

  it('never asks a vendor that does not hold the subject', async () => {
    await config({ routers: { strangers: { target: { provider: 'segmind' } } } })
    const { code, stderr } = await generate('--provider', 'strangers')
    expect(code).toBe(2)
    expect(stderr).toContain('segmind has no usable model of Rex')
    expect(world.emulator.vendors.segmind.journal).toEqual([])
  })

  it('warns of a model that its vendor deletes within a week', async () => {
    const path = join(world.folder, 'rex.portfolio.json')
    const portfolio = JSON.parse(await readFile(path, 'utf8'))
    const [model] = portfolio.models.filter((one: { provider: string }) => one.provider === 'astria')
    const soon = Date.parse(model.createdAt) + 3 * 24 * 3_600_000
    model.expiresAt = new Date(soon).toISOString()
    await writeFile(path, JSON.stringify(portfolio))
    const { stderr } = await generate('--provider', 'fal')
    expect(stderr).toMatch(/^warning: astria: portfolio: The model \d+ of Rex at astria is deleted in 2 days/m)
  })
})

describe('train through a router', () => {
  it('trains at its first target that would take it', async () => {
    const targets = [{ provider: 'fal', maximumUSD: 1 }, { provider: 'astria' }]
    await config({ routers: { best: { ...best, targets } }, default: 'best' })
    const { code, stdout } = await world.run(['train', 'photos', '--subject', 'dog', '--yes'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^astria {2}flux-1-dev /)
    expect(world.emulator.vendors.fal.journal.filter((entry) => entry.paid)).toEqual([])
    expect(billed()).toHaveLength(1)
  })
})

describe('budgets', () => {
  it('refuse what could go beyond them, at a single provider too, and are filled by all commands together', async () => {
    await config({ budgets: [{ name: 'small', limitUSD: 2.05, per: 'month' }] })
    expect((await trainAt('fal')).code).toBe(0)
    expect((await generate('--provider', 'fal')).code).toBe(0)
    const { code, stderr } = await generate('--provider', 'fal')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: .*small/m)
    expect(generations('fal')).toHaveLength(1)
    const { stdout } = await world.run(['ledger', 'budgets'])
    expect(stdout).toMatch(/^small +\d{4}-\d\d +\$2\.05 +\$2\.035 +\$0\.00 +\$0\.015 +0$/m)
  })

  it('are kept by tag', async () => {
    await trainAt('fal')
    await config({ budgets: [{ name: 'each', limitUSD: 0.04, per: 'day', tags: { customer: '*' } }] })
    const as = (customer: string) => generate('--provider', 'fal', '--tag', `customer=${customer}`)
    expect([(await as('a')).code, (await as('a')).code, (await as('b')).code]).toEqual([0, 2, 0])
    expect((await ledger('--tag', 'customer=a')).map(({ state }) => state)).toEqual(['settled'])
  })

  it('hold --max-cost for a command as a whole, also after a job that may have been paid for in vain', async () => {
    await trainAt('fal,astria')
    const targets = [{ provider: 'fal', timeoutMs: 5_000 }, { provider: 'astria' }]
    await config({ routers: { best: { ...best, targets } } })
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
    const { code, stderr } = await generate('--provider', 'best', '--max-cost', '0.05')
    expect(code).not.toBe(0)
    expect(stderr).toContain('--max-cost')
    expect([generations('fal').length, generations('astria').length]).toEqual([1, 0])
    // It may still finish, so its money stays held.
    expect((await ledger('--state', 'accepted')).map(({ provider }) => provider)).toEqual(['fal'])
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
    expect((await generate('--provider', 'best', '--max-cost', '0.10')).code).toBe(0)
    expect(generations('astria')).toHaveLength(1)
  })
})

describe('ledger', () => {
  it('is a file beside the job files, with emulated spending kept apart from real', async () => {
    await trainAt('astria')
    expect((await readdir(join(world.folder, '.likeness'))).sort()).toEqual(['jobs', 'ledger.emulated.jsonl'])
    const real = await world.run(['ledger', '--json'], { env: { LIKENESS_EMULATOR: undefined } })
    expect(real.document).toEqual({ entries: [] })
    expect((await readdir(join(world.folder, '.likeness'))).sort()).toEqual(['jobs', 'ledger.emulated.jsonl'])
  })

  it('lists, exports, sums up and compares, and shows what is unknown', async () => {
    await trainAt('fal')
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    expect((await generate('--provider', 'fal')).code).toBe(5)
    const list = await world.run(['ledger'])
    expect(list.stdout).toMatch(/fal +fine-tune +settled +\$2\.00/)
    expect(list.stdout).toMatch(/fal +generation +unknown +unknown, up to \$0\.03/)
    expect(list.stderr).toMatch(/total: 2 requests, \$2\.00 settled, \$0\.03\d* held, 1 unknown/)
    const csv = await world.run(['ledger', 'export', '--format', 'csv'])
    expect(csv.stdout.split('\r\n')[0]).toMatch(/^id,at,/)
    expect(csv.stdout).toContain(',unknown,')
    const lines = await world.run(['ledger', 'export'])
    expect(lines.stdout.trimEnd().split('\n')).toHaveLength(2)
    const sums = await world.run(['ledger', '--by', 'provider'])
    expect(sums.stdout).toMatch(/^fal +2 +\$2\.00 +\$0\.03\d* +0 +1 +0 +0$/m)
    const drift = await world.run(['ledger', 'drift'])
    expect(drift.stdout).toMatch(/^fal +fine-tune +1 of 1 +\$2\.00 +\$2\.00 +\$0\.00 /m)
    expect(paid().filter(({ operation }) => operation === 'generation.submit')).toHaveLength(1)
  })

  it.each([
    [['budgets', '--by', 'day'], 'by: sums are a matter of `ledger list`, not of budgets'],
    [['drift', '--format', 'csv'], 'format: drift are a table'],
    [['--by', 'colour'], 'by: must be provider, run, day, month or tag:<name>'],
    [['--since', 'yesterday'], 'since: must be 2026-11'],
    [['sum'], "argument value 'sum' is invalid for argument 'view'. Allowed choices are list, export, drift, budgets."],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await world.run(['ledger', ...args])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})

describe('explain', () => {
  beforeEach(() => trainAt('fal'))

  it('says for each target yes or no and why, and sends nothing', async () => {
    const before = vendors().flatMap(({ journal }) => journal).length
    const { code, stdout } = await explain('--provider', 'best', '-n', '6', '--negative-prompt', 'rain')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^best: fal; \$0\.1575 to \$0\.21\n/)
    expect(stdout).toMatch(/^ {2}fal +yes +\S+ +2 requests +\$0\.1575 to \$0\.21\n {6}negativePrompt: /m)
    expect(stdout).toMatch(/^ {2}astria +no +no-eligible-provider\n {6}astria has no usable model of Rex: /m)
    expect(vendors().flatMap(({ journal }) => journal)).toHaveLength(before)
  })

  it('needs no key and leaves no ledger behind', async () => {
    const env = { LIKENESS_EMULATOR: undefined }
    const { code } = await world.run(['explain', 'rex.portfolio.json', 'a {subject}', '--provider', 'best'], { env })
    expect(code).toBe(0)
    expect(await readdir(join(world.folder, '.likeness'))).not.toContain('ledger.jsonl')
  })

  it('prints the request as it goes out, without the key', async () => {
    const { stdout } = await explain('--provider', 'fal', '--seed', '7', '--body')
    const [, body = ''] = /^authorization: \*\*\*\n(\{[\s\S]*?^\})$/m.exec(stdout) ?? []
    await generate('--provider', 'fal', '--seed', '7')
    const sent = world.emulator.vendors.fal.journal.find(({ operation }) => operation === 'generation.submit')
    expect(JSON.parse(body)).toEqual(sent?.body)
    expect(stdout).not.toContain(world.emulator.endpoints.fal.apiKey)
  })

  it('names the rules that are not the usual ones, and ends with 2 when nobody would be asked', async () => {
    await config({ routers: { best: { ...best, rules: { 'content-blocked': 'next' } } } })
    expect((await explain('--provider', 'best')).stdout).toContain('after content-blocked: next (usually stop)\n')
    expect(await explain('--provider', 'segmind')).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^segmind: nothing would be sent\n/),
    })
  })

  it('explains trainings too', async () => {
    const { code, document } = await world.run([
      'explain-train',
      'photos',
      '--subject',
      'dog',
      '--provider',
      'best',
      '--json',
    ])
    expect(code).toBe(0)
    expect(document).toMatchObject({ explanations: [{ provider: 'best', order: ['fal', 'astria'] }] })
  })
})
