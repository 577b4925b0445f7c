import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { startGenerate, type WebhookRequest } from '@likeness/core'
import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { beforeEach, describe, expect, it } from 'vitest'
import { createFal } from './provider.js'
import { signedBytes } from './webhooks.js'

const clock = createVirtualClock(Date.parse('2026-11-20T12:00:00Z'))
const seconds = () => Math.floor(clock.now() / 1000)

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}
const pair = (): Pair => generateKeyPairSync('ed25519')
const mine = pair()
const other = pair()

const body = Buffer.from('{"request_id":"job-1","status":"OK","payload":{"images":[]}}')

function signed(changes: { key?: Pair; body?: Buffer; timestamp?: string; requestId?: string } = {}): WebhookRequest {
  const { key = mine, requestId = 'job-1', timestamp = String(seconds()) } = changes
  const message = signedBytes({ requestId, userId: 'user-1', timestamp }, changes.body ?? body)
  return {
    url: 'https://app.example/hook',
    body: changes.body ?? body,
    headers: {
      'X-Fal-Webhook-Request-Id': requestId,
      'X-Fal-Webhook-User-Id': 'user-1',
      'X-Fal-Webhook-Timestamp': timestamp,
      'X-Fal-Webhook-Signature': sign(null, message, key.privateKey).toString('hex'),
    },
  }
}

/** fal's key server; counts how often it is asked. */
function keyServer(...pairs: Pair[]) {
  const server = { pairs, asked: 0, headers: new Headers(), url: '' }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    server.asked += 1
    server.url = String(input)
    server.headers = new Headers(init?.headers)
    const keys = server.pairs.map(({ publicKey }) => publicKey.export({ format: 'jwk' }))
    return Response.json({ keys: [{ kty: 'RSA' }, ...keys] })
  }
  return { server, webhooks: createFal({ apiKey: 'id:secret-of-mine', fetch, clock }).webhooks }
}

const forged = { kind: 'authentication', operation: 'webhook' }

// https://docs.fal.ai (webhooks), 2025 and 2026
describe('callbacks', () => {
  let made: ReturnType<typeof keyServer>
  beforeEach(() => {
    made = keyServer(other, mine)
  })

  it('signed by any of the published keys name the job', async () => {
    expect(await made.webhooks?.verify(signed())).toEqual({
      provider: 'fal',
      jobId: 'job-1',
      kind: 'generation',
      proof: 'signature',
    })
    expect(made.server.url).toBe('https://rest.fal.ai/.well-known/jwks.json')
    expect(made.server.headers.has('authorization')).toBe(false)
  })

  it('are read from web headers too, and tell trainings', async () => {
    const trained = Buffer.from('{"request_id":"job-1","payload":{"diffusers_lora_file":{},"config_file":{}}}')
    const request = signed({ body: trained })
    const headers = new Headers(request.headers as Record<string, string>)
    expect(await made.webhooks?.verify({ ...request, headers })).toMatchObject({ kind: 'fine-tune' })
    const failed = Buffer.from('{"request_id":"job-1","status":"ERROR","payload":null,"payload_error":"x"}')
    expect(await made.webhooks?.verify(signed({ body: failed }))).toMatchObject({ kind: undefined })
  })

  it('are refused when body, request, user or time were changed', async () => {
    const request = signed()
    const changed = (headers: Record<string, string>) => ({ ...request, headers: { ...request.headers, ...headers } })
    const forgeries: WebhookRequest[] = [
      { ...request, body: Buffer.concat([body, Buffer.from(' ')]) },
      changed({ 'X-Fal-Webhook-Request-Id': 'job-2' }),
      changed({ 'X-Fal-Webhook-User-Id': 'user-2' }),
      changed({ 'X-Fal-Webhook-Timestamp': String(seconds() + 1) }),
      changed({ 'X-Fal-Webhook-Signature': 'ab'.repeat(64) }),
      changed({ 'X-Fal-Webhook-Signature': 'ab' }),
      changed({ 'X-Fal-Webhook-Signature': 'not hex' }),
      signed({ key: pair() }),
    ]
    for (const forgery of forgeries) await expect(made.webhooks?.verify(forgery)).rejects.toMatchObject(forged)
  })

  it('are refused when a header is missing, with no question asked', async () => {
    const request = signed()
    for (const name of Object.keys(request.headers)) {
      const headers = Object.fromEntries(Object.entries(request.headers).filter(([other]) => other !== name))
      await expect(made.webhooks?.verify({ ...request, headers })).rejects.toMatchObject(forged)
    }
    expect(made.server.asked).toBe(0)
  })

  it.each([-301, 301, Number.NaN])('are refused when %s seconds off', async (off) => {
    const timestamp = Number.isNaN(off) ? 'now' : String(seconds() + off)
    await expect(made.webhooks?.verify(signed({ timestamp }))).rejects.toMatchObject(forged)
  })

  it.each([-300, 300])('are taken when %s seconds off', async (off) => {
    expect(await made.webhooks?.verify(signed({ timestamp: String(seconds() + off) }))).toMatchObject({
      jobId: 'job-1',
    })
  })

  it('are refused when headers and body name different requests', async () => {
    await expect(made.webhooks?.verify(signed({ requestId: 'job-9' }))).rejects.toMatchObject(forged)
  })

  it('that cannot be read are invalid', async () => {
    for (const text of ['{', '[]', '{"request_id":5}']) {
      const request = signed({ body: Buffer.from(text) })
      await expect(made.webhooks?.verify(request)).rejects.toMatchObject({ kind: 'invalid-request' })
    }
  })

  it('ask for keys once a day, and again for an unknown key, but not for each forgery', async () => {
    const { server, webhooks } = made
    await Promise.all([webhooks?.verify(signed()), webhooks?.verify(signed())])
    expect(server.asked).toBe(1)
    await clock.advance(23 * 3_600_000)
    await webhooks?.verify(signed())
    expect(server.asked).toBe(1)
    const rotated = pair()
    server.pairs = [rotated]
    await webhooks?.verify(signed({ key: rotated }))
    expect(server.asked).toBe(2)
    for (let count = 0; count < 5; count++) {
      await expect(webhooks?.verify(signed({ key: mine }))).rejects.toMatchObject(forged)
    }
    expect(server.asked).toBe(2)
    await clock.advance(24 * 3_600_000)
    await webhooks?.verify(signed({ key: rotated }))
    expect(server.asked).toBe(3)
  })

  it("are not called forged when fal's keys cannot be read", async () => {
    const fetch: typeof globalThis.fetch = async () => new Response('down', { status: 503 })
    const { webhooks } = createFal({ fetch, clock, maxRetries: 0 })
    await expect(webhooks?.verify(signed())).rejects.toMatchObject({ kind: 'unavailable' })
  })
})

it("verifies the emulator's callbacks, and refuses its forged one", async () => {
  const received: WebhookRequest[] = []
  const emulator = createEmulator({
    clock: createVirtualClock(),
    deliver: async (request) => {
      received.push({ url: request.url, headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) })
      return new Response(null, { status: 200 })
    },
  })
  try {
    const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
    const fal = createFal({ ...emulator.endpoints.fal, fetch, clock: emulator.clock })
    emulator.vendors.fal.fault({ fault: { type: 'webhook-forged' } })
    const request = { provider: fal, prompt: 'a garden', webhookUrl: 'http://127.0.0.1:9/hook' }
    const { handle } = await startGenerate(request)
    await emulator.clock.sleep(60_000)
    const verdicts = await Promise.allSettled(received.map((one) => fal.webhooks?.verify(one)))
    const events = verdicts.flatMap((verdict) => (verdict.status === 'fulfilled' ? [verdict.value] : []))
    expect(events).toEqual([{ provider: 'fal', jobId: handle.id, kind: 'generation', proof: 'signature' }])
    expect(verdicts.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  } finally {
    await emulator.close()
  }
})
