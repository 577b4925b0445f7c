import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { comparedBy, createVotingWorld, TestBrowser, type VotingWorld, vendorNames } from './test-voting.js'
import { standingVotes } from './vote-lines.js'
import { openVotes, readVotes } from './votes-file.js'

let world: VotingWorld
beforeEach(async () => {
  world = await createVotingWorld()
})
afterEach(() => world.close())

const lines = async () => openVotes(world.folder).read()

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
    expect(vote?.prompt).toMatch(/^rex\/(beach|table)\/default$/)
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
    await Promise.all([1, 2, 3].map(() => browser.post('vote', { ballot: id, choice: 'left' })))
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

describe('who may send a form', () => {
  const form = (headers: Record<string, string>) => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })

  it('only a page of this server', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    const { id = '' } = (await browser.ballot()) ?? {}
    const body = `ballot=${id}&choice=left`
    const own = 'http://127.0.0.1:4000'
    for (const headers of [
      {},
      { origin: 'null' },
      { origin: 'http://evil.example' },
      { origin: 'http://127.0.0.1:4001' },
      { origin: own, 'sec-fetch-site': 'cross-site' },
      { origin: own, 'sec-fetch-site': 'same-site' },
      { origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ]) {
      expect((await browser.send('vote', { ...form(headers), body })).status).toBe(403)
    }
    expect(await lines()).toEqual([])
    for (const type of ['text/plain', 'application/json', 'multipart/form-data; boundary=x']) {
      const answer = await browser.send('vote', { ...form({ origin: own, 'content-type': type }), body })
      expect(answer.status).toBe(415)
    }
    const long = await browser.send('vote', { ...form({ origin: own }), body: `${body}&x=${'x'.repeat(5000)}` })
    expect(long.status).toBe(413)
    expect(await lines()).toEqual([])
    expect((await browser.send('vote', { ...form({ origin: own }), body })).status).toBe(303)
    expect(await lines()).toHaveLength(1)
  })

  it('and nothing is answered under another host', async () => {
    const browser = new TestBrowser(await world.app())
    await browser.enter('Ana')
    for (const host of [
      'evil.example',
      'evil.example:4000',
      '127.0.0.1.evil.example',
      'a@127.0.0.1',
      '127.0.0.1/x',
      '',
    ]) {
      const answer = await browser.send('./', { headers: { host } })
      expect([host, answer.status]).toEqual([host, 421])
      expect(answer.content).not.toContain('ballot')
    }
    for (const host of ['localhost:4000', '127.0.0.1', '[::1]:4000', 'LOCALHOST']) {
      expect((await browser.send('./', { headers: { host } })).status).toBe(200)
    }
    const elsewhere = new TestBrowser(await world.app({ hostnames: ['votes.example'] }))
    expect((await elsewhere.send('./', { headers: { host: 'votes.example' } })).status).toBe(200)
    expect((await elsewhere.get('./')).status).toBe(421)
  })

  it('and pages take nothing from elsewhere', async () => {
    const answer = await new TestBrowser(await world.app()).get('./')
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(answer.content).not.toMatch(/ style="|<style|<script>| on\w+="/)
  })
})

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
    const apps = await Promise.all([world.app(), world.app()])
    const browsers = Array.from({ length: 8 }, (_, index) => new TestBrowser(apps[index % 2] ?? Promise.reject()))
    await Promise.all(browsers.map((browser, index) => browser.enter(`Voter ${index}`)))
    for (let round = 0; round < 3; round++) await Promise.all(browsers.map((browser) => browser.vote('tie')))
    expect(await readVotes(world.folder)).toHaveLength(24)
  })
})
