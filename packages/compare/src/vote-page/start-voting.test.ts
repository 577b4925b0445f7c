import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startVoting } from './start-voting.js'
import { createVotingWorld, type VotingWorld } from './test-voting.js'

let world: VotingWorld
beforeAll(async () => {
  world = await createVotingWorld()
})
afterAll(() => world.close())

/** `fetch` sets the host by itself. */
function statusUnder(host: string, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

describe('startVoting', () => {
  it('serves the run of a folder on this machine until it is closed', async () => {
    const voting = await startVoting({ folder: world.folder })
    expect(voting).toMatchObject({
      run: world.run.id,
      pairs: 12,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    })
    const answer = await fetch(voting.url)
    expect(await answer.text()).toContain('12 pairs of pictures.')
    expect(await statusUnder(new URL(voting.url).host, voting.url)).toBe(200)
    expect(await statusUnder('evil.example', voting.url)).toBe(421)
    await voting.close()
    await expect(fetch(voting.url)).rejects.toThrow()
  })

  it('says that a port is taken, and that a folder holds no run', async () => {
    const voting = await startVoting({ folder: world.folder })
    const port = Number(new URL(voting.url).port)
    await expect(startVoting({ folder: world.folder, port })).rejects.toMatchObject({
      kind: 'invalid-request',
      message: expect.stringContaining(`port ${port} of 127.0.0.1 cannot be used`),
    })
    await voting.close()
    await expect(startVoting({ folder: `${world.folder}-missing` })).rejects.toThrow(/plan\.json is missing/)
  })
})
