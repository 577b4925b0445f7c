import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVotingWorld, TestBrowser, type VotingWorld } from './test-voting.js'
import { openVotes } from './votes-file.js'

let world: VotingWorld
beforeEach(async () => {
  world = await createVotingWorld()
})
afterEach(() => world.close())

const lines = async () => openVotes(world.folder).read()

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

  it('and no script or other site gets at who votes', async () => {
    const headers = { origin: 'http://127.0.0.1:4000' }
    const answer = await new TestBrowser(await world.app()).send('voter', { ...form(headers), body: 'name=Ana' })
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toContain('Ana')
    for (const kept of ['HttpOnly', 'SameSite=Strict']) expect(cookie).toContain(kept)
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
