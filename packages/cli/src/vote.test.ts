import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRunFolder, parseComparisonPlan, planWork, readVotes } from '@likeness/compare'
import { systemClock } from '@likeness/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writePhotos } from '../test/photos.js'
import type { Io } from './io.js'
import { main } from './main.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-cli-vote-'))
  const photos = join(folder, 'photos')
  await writePhotos(photos, 4)
  const plan = parseComparisonPlan({
    version: 1,
    subjects: { rex: { className: 'dog', images: [photos] } },
    vendors: { main: { provider: 'fal' }, spare: { provider: 'astria' } },
    prompts: [{ id: 'beach', prompt: '{subject} on a beach' }],
    seeds: [1, 2],
    budget: { limitUSD: 5 },
  })
  const { store } = await openRunFolder(join(folder, 'run'), plan)
  const names = await readdir(photos)
  for (const [index, { key }] of planWork(plan).pictures.entries()) {
    const image = await store.keep({ bytes: await readFile(join(photos, names[index % names.length] ?? '')) })
    await store.append({ type: 'succeeded', at: '2026-01-01T00:00:00.000Z', key, times: {}, images: [image] })
  }
  await store.close()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs the command; `visit` is what people do while it runs, and then it is interrupted. */
async function vote(args: readonly string[], visit: (url: string) => Promise<void> = async () => {}) {
  const written = { stdout: '', stderr: '' }
  const interrupts = new Set<() => void>()
  let visited: Promise<void> | undefined
  const io: Io = {
    stdout(text) {
      written.stdout += text
      const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(text)?.[0]
      if (url === undefined) return
      visited = visit(url).finally(() => {
        for (const interrupt of interrupts) interrupt()
      })
    },
    stderr(text) {
      written.stderr += text
    },
    env: {},
    cwd: folder,
    clock: systemClock,
    onInterrupt(listener) {
      const interrupt = () => listener('SIGINT')
      interrupts.add(interrupt)
      return () => void interrupts.delete(interrupt)
    },
    exit: (code) => {
      throw new Error(`the process would have ended with ${code}`)
    },
  }
  const code = await main(['vote', ...args], io)
  await visited
  return { code, ...written }
}

async function voteOnce(url: string): Promise<void> {
  const headers = { origin: new URL(url).origin, 'content-type': 'application/x-www-form-urlencoded' }
  const post = (path: string, body: string, cookie = '') =>
    fetch(new URL(path, url), { method: 'POST', body, redirect: 'manual', headers: { ...headers, cookie } })
  const cookie = (await post('voter', 'name=Ana')).headers.get('set-cookie')?.split(';')[0] ?? ''
  const page = await (await fetch(url, { headers: { cookie } })).text()
  await post('vote', `ballot=${/name="ballot" value="([^"]+)"/.exec(page)?.[1]}&choice=left`, cookie)
}

describe('likeness vote', () => {
  it('serves the page until it is interrupted, and then prints the ranking so far', async () => {
    const { code, stdout, stderr } = await vote(['run'], voteOnce)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Vote at http:\/\/127\.0\.0\.1:\d+\/ \(2 pairs of pictures\)\.\n/)
    expect(stdout).toContain('Too few votes: 1 of the 60 that a ranking takes.\n')
    expect(stdout).toMatch(/vendor +preferred to another +won +ties +votes\n(main|spare) +\d+ % +1 +0 +1\n/)
    expect(stdout).toContain('votes by: Ana 1\n')
    expect(await readVotes(join(folder, 'run'))).toHaveLength(1)
  })

  it('prints a line of JSON when it is ready, and one at the end', async () => {
    const { stdout } = await vote(['run', '--json'])
    const [ready, standing] = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(ready).toEqual({ url: expect.stringMatching(/^http/), run: expect.any(String), pairs: 2 })
    expect(standing).toMatchObject({ ranking: { state: 'too-few-votes', votes: 0 }, voters: [] })
  })

  it('refuses a folder without a run, and a port that is none', async () => {
    const missing = await vote(['photos'])
    expect(missing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('plan.json is missing') })
    expect(await vote(['run', '--port', '70000'])).toMatchObject({ code: 2 })
    const document = await vote(['photos', '--json'])
    expect(JSON.parse(document.stdout)).toMatchObject({ error: { kind: 'invalid-request' } })
  })
})
