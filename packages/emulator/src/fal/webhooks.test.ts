import { createHash, createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { falUnderTest } from '../../test/fal-under-test.js'
import type { FaultScript } from '../core/types.js'

interface Received {
  readonly headers: Headers
  readonly text: string
  readonly body: { request_id: string; gateway_request_id: string; status: string; payload: unknown; error?: string }
}

function withReceiver(answer: (attempt: number) => number = () => 200) {
  const received: Received[] = []
  const fal = falUnderTest({
    deliver: async (request) => {
      const text = await request.text()
      received.push({ headers: request.headers, text, body: JSON.parse(text) })
      return new Response(null, { status: answer(received.length) })
    },
  })
  const submit = (body: object = { prompt: 'a garden' }) =>
    fal.submit('fal-ai/flux-lora', body, `?fal_webhook=${encodeURIComponent('https://app.example/hook?job=1')}`)
  return { ...fal, received, submit }
}

/** Written from the documentation, apart from the emulator's own code. */
async function isGenuine(
  { headers, text }: Received,
  fal: Pick<ReturnType<typeof falUnderTest>, 'emulator'>,
): Promise<boolean> {
  const jwks = (await (
    await fal.emulator.fetch(`${fal.emulator.endpoints.fal.restURL}/.well-known/jwks.json`)
  ).json()) as { keys: { x: string }[] }
  const field = (name: string) => headers.get(`x-fal-webhook-${name}`) ?? ''
  const message = [
    field('request-id'),
    field('user-id'),
    field('timestamp'),
    createHash('sha256').update(text).digest('hex'),
  ].join('\n')
  return jwks.keys.some(({ x }) => {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return verify(null, Buffer.from(message), key, Buffer.from(field('signature'), 'hex'))
  })
}

describe('webhooks', () => {
  it('arrive signed, with the result, once the job is done', async () => {
    const fal = withReceiver()
    const { body } = await fal.submit()
    expect(fal.received).toEqual([])
    await fal.clock.advance(1_000)
    expect(fal.received.map((each) => each.body)).toMatchObject([
      { request_id: body.request_id, status: 'OK', payload: { images: [{}] } },
    ])
    const [message] = fal.received
    if (message === undefined) throw new Error('no webhook')
    expect(await isGenuine(message, fal)).toBe(true)
    expect(await isGenuine({ ...message, text: `${message.text} ` }, fal)).toBe(false)
    expect(Number(message.headers.get('x-fal-webhook-timestamp'))).toBe(
      Math.floor((fal.vendor.jobs[0]?.finishedAt ?? 0) / 1_000),
    )
  })

  it('tell of a failure', async () => {
    const fal = withReceiver()
    await fal.submit({ num_images: 2 })
    await fal.clock.advance(1_000)
    expect(fal.received[0]?.body).toMatchObject({
      status: 'ERROR',
      error: 'Invalid status code: 422',
      payload: { detail: [{ type: 'missing' }] },
    })
  })

  it('are sent again, signed anew, until they are taken', async () => {
    const fal = withReceiver((attempt) => (attempt < 3 ? 503 : 200))
    await fal.submit()
    await fal.clock.advance(3 * 60 * 60_000)
    expect(fal.vendor.deliveries.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'refused'],
      [2, 'refused'],
      [3, 'delivered'],
    ])
    const stamps = new Set(fal.received.map(({ headers }) => headers.get('x-fal-webhook-timestamp')))
    expect(stamps.size).toBe(3)
  })

  it('name the attempt that came through, when a run was interrupted', async () => {
    const fal = withReceiver()
    await fal.submit()
    fal.vendor.settings.interruptions = 1
    await fal.submit()
    await fal.clock.advance(2_000)
    const same = fal.received.map(({ body }) => body.request_id === body.gateway_request_id)
    expect(same).toEqual([true, false])
  })

  it('do not follow a redirect', async () => {
    const fal = withReceiver(() => 302)
    await fal.submit()
    await fal.clock.advance(3 * 60 * 60_000)
    expect(fal.received).toHaveLength(1)
  })

  it('stay on this machine', async () => {
    const fal = falUnderTest()
    await fal.submit('fal-ai/flux-lora', { prompt: 'a garden' }, '?fal_webhook=https://app.example/hook')
    await fal.clock.advance(1_000)
    expect(fal.vendor.deliveries).toMatchObject([{ outcome: 'not-loopback' }])
  })

  it.each([
    ['webhook-lost', ['lost']],
    ['webhook-doubled', ['delivered', 'delivered']],
    ['webhook-late', ['delivered']],
    ['webhook-reordered', ['delivered']],
    ['webhook-forged', ['delivered', 'delivered']],
  ] as const)('can be made to misbehave: %s', async (type, outcomes) => {
    const fal = withReceiver()
    fal.vendor.fault({ operation: 'generation.submit', fault: { type } })
    await fal.submit()
    await fal.clock.advance(700)
    if (type === 'webhook-late' || type === 'webhook-reordered') expect(fal.received).toEqual([])
    await fal.clock.advance(10 * 60_000)
    expect(fal.vendor.deliveries.map(({ outcome }) => outcome)).toEqual(outcomes)
    const genuine = await Promise.all(fal.received.map((message) => isGenuine(message, fal)))
    expect(genuine).toEqual(type === 'webhook-forged' ? [false, true] : genuine.map(() => true))
  })

  it('can overtake one another', async () => {
    const fal = withReceiver()
    const script: FaultScript = { fault: { type: 'webhook-reordered' } }
    fal.vendor.fault(script)
    const first = await fal.submit()
    await fal.clock.advance(50)
    const second = await fal.submit()
    await fal.clock.advance(600)
    expect(fal.received.map(({ body }) => body.request_id)).toEqual([second.body.request_id, first.body.request_id])
  })
})
