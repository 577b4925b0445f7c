import { afterEach, expect, it } from 'vitest'
import { type Answer, startVendor } from '../test/vendor-server.js'
import { createSegmind } from './provider.js'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function check(answer: Answer) {
  const vendor = await startVendor(({ url }) => (url === '/v1/get-user-credits' ? answer : undefined))
  closing.push(() => vendor.close())
  return createSegmind({ apiKey: 'SG_0123456789abcdef', baseURL: vendor.origin, maxRetries: 0 }).account?.check()
}

it('tells the balance and the clock', async () => {
  const headers = { date: 'Sun, 01 Feb 2026 10:00:00 GMT' }
  expect(await check({ headers, body: { credits: 12.5, 'free-credits': 1 } })).toEqual({
    balance: 13_500_000_000,
    serverTime: Date.parse('2026-02-01T10:00:00Z'),
  })
})

it('an account without credits has an unknown balance', async () => {
  const status = await check({ status: 404, body: { error: 'No credits found for the user' } })
  expect(status).not.toHaveProperty('balance')
})

it('a wrong place is an error, and so is a wrong key', async () => {
  await expect(check({ status: 404, body: '<html>Not Found</html>' })).rejects.toMatchObject({
    kind: 'invalid-response',
  })
  await expect(check({ status: 401, body: { error: 'Unauthorized' } })).rejects.toMatchObject({
    kind: 'authentication',
  })
})
