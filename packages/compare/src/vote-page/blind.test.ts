import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVotingWorld, TestBrowser, type VotingWorld, vendorNames } from './test-voting.js'

let world: VotingWorld
beforeEach(async () => {
  world = await createVotingWorld()
})
afterEach(() => world.close())

describe('the pages of a vote', () => {
  it('tell nothing of the vendors in any byte of any answer, until a voter asks for the ranking', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.get('./')
    await browser.enter('Ana')
    for (const path of ['style.css', 'script.js', 'results', 'missing', 'pictures/missing']) await browser.get(path)
    for (const choice of ['left', 'right', 'tie', 'skip'] as const) {
      const page = await browser.get('./')
      const images = [...page.content.matchAll(/<img src="([^"]+)"/g)].map((match) => match[1] ?? '')
      expect(images.length).toBeGreaterThan(4)
      for (const path of images) expect((await browser.get(path)).status).toBe(200)
      await browser.vote(choice)
    }
    await browser.post('undo')
    await browser.post('vote', { ballot: 'none', choice: 'best' })
    expect(browser.received.length).toBeGreaterThan(30)
    for (const { path, headers, bytes } of browser.received) {
      const text = `${path}\n${headers}\n${bytes.toString('latin1')}`.toLowerCase()
      for (const name of vendorNames) expect(text).not.toContain(name)
      for (const original of world.originals) {
        expect(text).not.toContain(original.sha256)
        expect(text).not.toContain(original.sha256.slice(0, 16))
        if (original.bytes.length > 0) expect(bytes.equals(original.bytes)).toBe(false)
      }
      expect(headers).toContain('no-store')
    }
  })

  it('show both pictures in one format and size, without metadata', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    for (let round = 0; round < 6; round++) {
      const ballot = await browser.ballot()
      const shown = await Promise.all(
        (ballot?.pictures ?? []).map(async (path) => {
          await browser.get(path)
          return sharp(browser.received.findLast((one) => one.path === path)?.bytes).metadata()
        }),
      )
      expect(shown).toHaveLength(2)
      for (const { format, width, height, density, exif, icc, channels } of shown) {
        const [first] = shown
        expect({ format, width, height, density }).toEqual({
          format: 'png',
          width: first?.width,
          height: first?.height,
          density: first?.density,
        })
        expect({ exif, icc, channels }).toEqual({ exif: undefined, icc: undefined, channels: 4 })
      }
      await browser.vote('tie')
    }
  })

  it('serve pictures of the open pair alone, and only by ids that were handed out', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    const [picture = ''] = (await browser.vote('left'))?.pictures ?? []
    const file = world.originals[0]?.sha256 ?? ''
    const inRun = ['..%2fplan.json', '..%2f..%2fplan.json', `${file}.png`, `images%2f${file}.png`, '%00', 'constructor']
    for (const path of [picture, ...inRun.map((name) => `pictures/${name}`), `images/${file}.png`, 'plan.json']) {
      expect((await browser.get(path)).status).toBe(404)
    }
  })

  it('show who it should be, what was asked for, and how far the vote is', async () => {
    const browser = new TestBrowser(await world.app())
    const { content } = await browser.enter('Ana')
    expect(content).toContain('Which picture shows Rex better?')
    expect(content).toMatch(/<q>Rex on a &lt;(beach|table)&gt;<\/q>/)
    expect(content).toContain('alt="Photo 1 of Rex"')
    expect(content).toContain('0 votes by everybody; 60 make a ranking')
    expect(content).toContain('you: 0 of 12 pairs')
    expect(content).toContain('The vendors of this run were emulated')
  })

  it('ask for a name, and take none that could break the file or the page', async () => {
    const browser = new TestBrowser(await world.app())
    for (const name of ['', ' ', '<b>', '{}', 'a\u0000', 'x'.repeat(41), '\u202eana']) {
      const answer = await browser.enter(name)
      expect(answer.status).toBe(400)
      expect(answer.content).not.toContain('<b>')
    }
    for (const name of ['Zoë', 'أمل', '  Jean-Luc   O’Neil ', '张伟']) {
      const page = await new TestBrowser(await world.app()).enter(name)
      expect(page.content).toContain(`Voting as <strong>${name.trim().replaceAll(/\s+/g, ' ')}</strong>`)
    }
  })

  it('know a voter again whose browser comes to another server of the run', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    await browser.vote('left')
    browser.moveTo(await world.app())
    expect((await browser.get('./')).content).toContain('you: 1 of 12 pairs')
  })
})
