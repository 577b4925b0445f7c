import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { best, createRoutedWorld, type RoutedWorld } from '../test/routed-world.js'

let world: RoutedWorld
beforeEach(async () => {
  world = await createRoutedWorld()
})
afterEach(() => world.close())

describe('ledger', () => {
  it('is a file beside the job files, with emulated spending kept apart from real', async () => {
    await world.trainAt('astria')
    expect((await readdir(join(world.folder, '.likeness'))).sort()).toEqual(['jobs', 'ledger.emulated.jsonl'])
    const real = await world.run(['ledger', '--json'], { env: { LIKENESS_EMULATOR: undefined } })
    expect(real.document).toEqual({ entries: [] })
    expect((await readdir(join(world.folder, '.likeness'))).sort()).toEqual(['jobs', 'ledger.emulated.jsonl'])
  })

  it('lists, exports, sums up and compares, and shows what is unknown', async () => {
    await world.trainAt('fal')
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'reset-after' } })
    expect((await world.generate('--provider', 'fal')).code).toBe(5)
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
    const none = await world.run(['ledger', '--tag', 'customer=acme'])
    expect(none.stderr).toContain('none of its 2 requests is what was asked for')
    const drift = await world.run(['ledger', 'drift'])
    expect(drift.stdout).toMatch(/^fal +fine-tune +1 of 1 +\$2\.00 +\$2\.00 +\$0\.00 /m)
    expect(world.paid().filter(({ operation }) => operation === 'generation.submit')).toHaveLength(1)
  })

  it('settles what a command did not wait for', async () => {
    await world.trainAt('fal')
    world.emulator.vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
    await world.generate('--provider', 'fal', '--timeout', '5s')
    const stuck = await world.run(['ledger', 'settle', '--json'])
    expect(stuck.document).toMatchObject({ settled: [], underWay: [{ provider: 'fal', state: 'accepted' }] })
    const [job] = world.emulator.vendors.fal.jobs.filter(({ kind }) => kind === 'generation')
    world.emulator.vendors.fal.expire(job?.id ?? '')
    const ended = await world.run(['ledger', 'settle'])
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('0 settled, 0 refunded, 1 unknown')])
    expect((await world.run(['ledger', 'settle'])).stderr).toContain(
      '0 settled, 0 refunded, 0 unknown, 0 still at work',
    )
    expect(world.paid().filter(({ operation }) => operation === 'generation.submit')).toHaveLength(1)
  })

  it.each([
    [['budgets', '--by', 'day'], 'by: sums are a matter of `ledger list`, not of budgets'],
    [['budgets', '--provider', 'fal'], 'provider: budgets count all requests that they are for, and take no filter'],
    [['drift', '--format', 'csv'], 'format: drift is a table'],
    [['--by', 'colour'], 'by: must be provider, run, day, month or tag:<name>'],
    [['--since', 'yesterday'], 'since: must be 2026-11'],
    [
      ['sum'],
      "argument value 'sum' is invalid for argument 'view'. Allowed choices are list, export, drift, budgets, settle.",
    ],
    [['settle', '--state', 'unknown'], 'state: all open jobs are asked for, and take no filter'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await world.run(['ledger', ...args])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})

describe('explain', () => {
  beforeEach(() => world.trainAt('fal'))

  it('says for each target yes or no and why, and sends nothing', async () => {
    const before = Object.values(world.emulator.vendors).flatMap(({ journal }) => journal).length
    const { code, stdout } = await world.explain('--provider', 'best', '-n', '6', '--negative-prompt', 'rain')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^best: fal; \$0\.1575 to \$0\.21\n/)
    expect(stdout).toMatch(/^ {2}fal +yes +\S+ +2 requests +\$0\.1575 to \$0\.21\n {6}negativePrompt: /m)
    expect(stdout).toMatch(/^ {2}astria +no +no-eligible-provider\n {6}astria has no usable model of Rex: /m)
    expect(Object.values(world.emulator.vendors).flatMap(({ journal }) => journal)).toHaveLength(before)
  })

  it('needs no key and leaves no ledger behind', async () => {
    const env = { LIKENESS_EMULATOR: undefined }
    const { code } = await world.run(['explain', 'rex.portfolio.json', 'a {subject}', '--provider', 'best'], { env })
    expect(code).toBe(0)
    expect(await readdir(join(world.folder, '.likeness'))).not.toContain('ledger.jsonl')
  })

  it('prints the request as it goes out, without the key', async () => {
    const { stdout } = await world.explain('--provider', 'fal', '--seed', '7', '--body')
    const [, body = ''] = /^authorization: \*\*\*\n(\{[\s\S]*?^\})$/m.exec(stdout) ?? []
    await world.generate('--provider', 'fal', '--seed', '7')
    const sent = world.emulator.vendors.fal.journal.find(({ operation }) => operation === 'generation.submit')
    expect(JSON.parse(body)).toEqual(sent?.body)
    expect(stdout).not.toContain(world.emulator.endpoints.fal.apiKey)
  })

  it('names the rules that are not the usual ones, and ends with 2 when nobody would be asked', async () => {
    await world.routers({ routers: { best: { ...best, rules: { 'content-blocked': 'next' } } } })
    expect((await world.explain('--provider', 'best')).stdout).toContain('after content-blocked: next (usually stop)\n')
    expect(await world.explain('--provider', 'segmind')).toMatchObject({
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
