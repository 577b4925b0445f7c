import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVotingWorld, TestBrowser, type VotingWorld, vendorNames } from './test-voting.js'
import { openVotes, readVotes } from './votes-file.js'

let world: VotingWorld
beforeEach(async () => {
  world = await createVotingWorld()
})
afterEach(() => world.close())

const lines = async () => openVotes(world.folder).read()

describe('the ranking', () => {
  it('is shown when the voter ends the voting, which is then over for that voter alone', async () => {
    const app = await world.app()
    const [ana, bo] = [new TestBrowser(app), new TestBrowser(app)]
    await ana.enter('Ana')
    await bo.enter('Bo')
    await ana.vote('left')
    const open = await ana.ballot()
    const asked = await ana.get('results')
    expect(asked.content).toContain('End your voting?')
    const page = await ana.post('results')
    expect(page.content).toContain('Too few votes: 1 of the 60 that a ranking takes.')
    expect(page.content).toContain('150 votes are advised; 149 are still to come.')
    expect(page.content).toContain('Ana: 1 vote<')
    expect(vendorNames.filter((name) => page.content.includes(name))).toHaveLength(2)
    await ana.post('vote', { ballot: open?.id ?? '', choice: 'left' })
    await ana.post('undo')
    expect(await readVotes(world.folder)).toHaveLength(1)
    expect((await ana.get('./')).headers.get('location')).toBe('results')
    expect((await bo.get('results')).content).toContain('End your voting?')
    await bo.vote('left')
    expect(await readVotes(world.folder)).toHaveLength(2)
    expect((await ana.post('leave')).content).toContain('Your name')
  })

  it('has intervals, agreement and voters once there are enough votes', async () => {
    await world.close()
    const prompts = Array.from({ length: 8 }, (_, index) => ({ id: `p${index}`, prompt: `{subject} ${index}` }))
    world = await createVotingWorld({ prompts, seeds: [1] })
    const app = await world.app()
    const best = vendorNames[1]
    for (const name of ['Ana', 'Bo', 'Cy']) {
      const browser = new TestBrowser(app)
      await browser.enter(name)
      for (let ballot = await browser.ballot(); ballot !== undefined; ballot = await browser.ballot()) {
        const before = (await lines()).length
        await browser.post('vote', { ballot: ballot.id, choice: 'left' })
        const line = (await lines())[before]
        if (line?.type !== 'vote' || line.left === best || line.right !== best) continue
        await browser.post('undo')
        await browser.vote('right')
      }
    }
    const last = new TestBrowser(app)
    await last.enter('Dee')
    const { content } = await last.post('results')
    expect(content).toContain(`${best} is preferred to every other.`)
    expect(content).toMatch(/\d+ % to \d+ %/)
    expect(content).toContain('Agreement beyond chance')
    expect(content).toContain('Cy: 24 votes')
  })
})
