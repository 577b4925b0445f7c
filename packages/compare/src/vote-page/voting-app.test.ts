import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVotingWorld, TestBrowser, type VotingWorld, vendorNames } from './test-voting.js'
import { standingVotes } from './vote-lines.js'
import { openVotes, readVotes } from './votes-file.js'

let world: VotingWorld
beforeEach(async () => {
  world = await createVotingWorld()
})
afterEach(() => world.close())

const lines = async () => openVotes(world.folder).read()

describe('a vote', () => {
  it('is one line with vendors, sides and choice', async () => {
    const app = await world.app({ clock: { now: () => 0, sleep: async () => {} } })
    const browser = new TestBrowser(app)
    await browser.enter('Ana')
    const ballot = await browser.vote('right')
    const [line] = await lines()
    expect(line).toMatchObject({
      type: 'vote',
      id: ballot?.id,
      voter: 'Ana',
      subject: 'rex',
      choice: 'right',
      repeat: 1,
    })
    expect(line?.at).toBe('1970-01-01T00:00:00.000Z')
    const [vote] = await readVotes(world.folder)
    expect(vote?.prompt).toMatch(/^rex\/(beach|table)$/)
    expect(vendorNames).toContain(vote?.left)
    expect(vendorNames).toContain(vote?.right)
    expect(vote?.left).not.toBe(vote?.right)
  })

  it('names as left whose picture stood on the left', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    for (let round = 0; round < 12; round++) {
      const ballot = await browser.ballot()
      await browser.get(ballot?.pictures[0] ?? '')
      const shown = await sharp(browser.received.at(-1)?.bytes).flatten().raw().toBuffer()
      await browser.vote('left')
      const [vote] = standingVotes(await lines()).slice(-1)
      // The vendor's number is in the green of what it paints.
      const green = [...shown].filter((_, index) => index % 3 === 1)
      const painted = 80 * vendorNames.map(String).indexOf(vote?.left ?? '')
      expect(Math.max(...green)).toBeGreaterThanOrEqual(painted - 4)
      expect(Math.max(...green)).toBeLessThanOrEqual(painted + 4)
    }
  })

  it('counts once, however often its form is sent', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    const { id = '' } = (await browser.ballot()) ?? {}
    const answers = await Promise.all([1, 2, 3].map(() => browser.post('vote', { ballot: id, choice: 'left' })))
    for (const { content } of answers) expect(content).not.toContain('no longer open')
    expect(await lines()).toHaveLength(1)
  })

  it('on a pair that is no longer open counts for nothing, and says so', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    const first = await browser.vote('skip')
    const page = await browser.post('vote', { ballot: first?.id ?? '', choice: 'left' })
    expect(page.content).toContain('That pair was no longer open: nothing was counted.')
    expect((await browser.get('./')).content).not.toContain('no longer open')
    expect(await lines()).toEqual([])
  })

  it('of somebody else’s ballot counts for nothing', async () => {
    const app = await world.app()
    const [ana, bo] = [new TestBrowser(app), new TestBrowser(app)]
    await ana.enter('Ana')
    await bo.enter('Bo')
    const ballot = await ana.ballot()
    await bo.post('vote', { ballot: ballot?.id ?? '', choice: 'left' })
    expect(await lines()).toEqual([])
  })

  it('is refused where the choice is none', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    const { id = '' } = (await browser.ballot()) ?? {}
    const answer = await browser.post('vote', { ballot: id, choice: 'zorvexa' })
    expect(answer.status).toBe(400)
    expect(answer.content).toContain('choice must be left, right, tie or skip')
    expect((await browser.post('vote', { choice: 'left' })).status).toBe(400)
    expect(await lines()).toEqual([])
  })

  it('that cannot be kept is told, and may be given again', async () => {
    const errors: unknown[] = []
    const browser = new TestBrowser(await world.app({ onError: (error) => errors.push(error) }))
    await browser.enter('Ana')
    const ballot = await browser.ballot()
    const path = join(world.folder, 'votes.jsonl')
    // A folder in its place: root may write to any file.
    await mkdir(path)
    const failed = await browser.post('vote', { ballot: ballot?.id ?? '', choice: 'left' })
    expect(failed.status).toBe(500)
    expect(failed.content).not.toContain(world.folder)
    expect(errors).toHaveLength(1)
    await rm(path, { recursive: true })
    expect((await browser.post('undo')).content).toContain('There is no vote to take back.')
    await browser.post('vote', { ballot: ballot?.id ?? '', choice: 'left' })
    expect(await lines()).toHaveLength(1)
  })
})

describe('undo', () => {
  it('takes back the last vote, and the one before, and shows the pair as it was', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    await browser.vote('left')
    const second = await browser.vote('right')
    const page = await browser.post('undo')
    expect(page.content).toContain('Your last vote was taken back.')
    const again = await browser.vote('left')
    expect(again?.asked).toBe(second?.asked)
    expect(again?.id).not.toBe(second?.id)
    const [, before, , after] = await lines()
    if (before?.type !== 'vote' || after?.type !== 'vote') throw new Error('two votes were expected')
    const { id: _, at: _at, choice: _choice, ...scene } = before
    expect(after).toMatchObject(scene)
    expect((await readVotes(world.folder)).map(({ choice }) => choice)).toEqual(['left', 'left'])
    await browser.post('undo')
    await browser.post('undo')
    expect((await browser.post('undo')).content).toContain('There is no vote to take back.')
    expect(await readVotes(world.folder)).toEqual([])
  })

  it('does not take back the vote of somebody else', async () => {
    const app = await world.app()
    const [ana, bo] = [new TestBrowser(app), new TestBrowser(app)]
    await ana.enter('Ana')
    await bo.enter('Bo')
    await ana.vote('left')
    await bo.post('undo')
    expect(await readVotes(world.folder)).toHaveLength(1)
  })
})
