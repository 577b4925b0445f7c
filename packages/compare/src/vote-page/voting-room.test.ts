import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { comparedBy, createVotingWorld, TestBrowser, type VotingWorld } from './test-voting.js'
import { readVotes } from './votes-file.js'

let world: VotingWorld
beforeEach(async () => {
  world = await createVotingWorld()
})
afterEach(() => world.close())

describe('which pairs are shown', () => {
  it('all of them once to each voter, those skipped when they ask for them', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    const skipped = await browser.vote('skip')
    const seen = new Set<string>()
    for (let ballot = await browser.vote('left'); ballot !== undefined; ballot = await browser.vote('left')) {
      expect(ballot.pictures).toHaveLength(2)
      seen.add(ballot.id)
    }
    expect(seen.size).toBe(11)
    const page = await browser.get('./')
    expect(page.content).toContain('You judged 11 of 12 pairs.')
    expect(page.content).toContain('Show the 1 that you skipped')
    await browser.post('again')
    expect((await browser.vote('tie'))?.asked).toBe(skipped?.asked)
    const votes = await readVotes(world.folder)
    expect(new Set(votes.map(comparedBy)).size).toBe(12)
    expect((await browser.get('./')).content).toContain('You judged 12 of 12 pairs.')
  })

  it('the same until it is judged, also when the page is loaded again', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    const [one, other] = await Promise.all([browser.ballot(), browser.ballot()])
    expect(one).toEqual(other)
    expect(await browser.ballot()).toEqual(one)
  })

  it('different ones to two who look at the same time, and none twice to a name at two browsers', async () => {
    const app = await world.app()
    const [ana, bo, twin] = [new TestBrowser(app), new TestBrowser(app), new TestBrowser(app)]
    await ana.enter('Ana')
    await bo.enter('Bo')
    await twin.enter('Ana')
    for (let round = 0; round < 4; round++) await Promise.all([ana, bo, twin].map((browser) => browser.vote('left')))
    const votes = await readVotes(world.folder)
    expect(votes).toHaveLength(12)
    const pairs = (voter: string) => votes.filter((vote) => vote.voter === voter).map(comparedBy)
    expect(new Set(pairs('Ana')).size).toBe(8)
    expect(new Set(votes.slice(0, 3).map(comparedBy)).size).toBe(3)
  })

  it('none whose picture cannot be decoded; who runs the vote hears of it', async () => {
    const broken = world.summary.items.flatMap(({ work, state }) =>
      work.kind === 'generation' && !work.warmUp && state.state === 'succeeded' ? state.images : [],
    )[0]
    await writeFile(join(world.folder, broken?.file ?? ''), 'no picture')
    const errors: unknown[] = []
    const browser = new TestBrowser(await world.app({ onError: (error) => errors.push(error) }))
    await browser.enter('Ana')
    let shown = 0
    while ((await browser.vote('left')) !== undefined) shown += 1
    expect(shown).toBe(10)
    expect(errors).toHaveLength(2)
  })

  it('goes on with the votes of another server of the same run', async () => {
    const browsers = await Promise.all([world.app(), world.app()].map(async (app) => new TestBrowser(await app)))
    for (const browser of browsers) await browser.enter('Ana')
    for (let round = 0; round < 6; round++) for (const browser of browsers) await browser.vote('left')
    const votes = await readVotes(world.folder)
    expect(new Set(votes.map(comparedBy)).size).toBe(12)
  })
})
