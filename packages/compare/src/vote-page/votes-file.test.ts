import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVotingWorld, TestBrowser, type VotingWorld } from './test-voting.js'
import { readVotes } from './votes-file.js'

let world: VotingWorld
beforeEach(async () => {
  world = await createVotingWorld()
})
afterEach(() => world.close())

describe('votes.jsonl', () => {
  it('survives a line that could not be finished, and the votes after it', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    await browser.vote('left')
    const path = join(world.folder, 'votes.jsonl')
    const [whole = ''] = (await readFile(path, 'utf8')).split('\n')
    for (const length of [1, 20, whole.length - 1]) {
      await appendFile(path, whole.slice(0, length))
      const before = (await readVotes(world.folder)).length
      await browser.vote('right')
      expect(await readVotes(world.folder)).toHaveLength(before + 1)
    }
  })

  it('is refused where a line is damaged otherwise, before anybody votes', async () => {
    for (const line of ['nonsense', '{"type":"vote"}', '[]']) {
      await writeFile(join(world.folder, 'votes.jsonl'), `${line}\n`)
      await expect(world.app()).rejects.toMatchObject({
        kind: 'invalid-request',
        message: expect.stringMatching(/votes\.jsonl: line 1 cannot be understood/),
      })
    }
  })

  it('is empty where nobody has voted, and stays away', async () => {
    expect(await readVotes(world.folder)).toEqual([])
    await expect(readFile(join(world.folder, 'votes.jsonl'))).rejects.toThrow(/ENOENT/)
  })

  it('keeps every vote of many who vote at once at two servers', async () => {
    const [one, other] = await Promise.all([world.app(), world.app()])
    const browsers = Array.from({ length: 8 }, (_, index) => new TestBrowser(index % 2 === 0 ? one : other))
    await Promise.all(browsers.map((browser, index) => browser.enter(`Voter ${index}`)))
    for (let round = 0; round < 3; round++) await Promise.all(browsers.map((browser) => browser.vote('tie')))
    expect(await readVotes(world.folder)).toHaveLength(24)
  })
})
