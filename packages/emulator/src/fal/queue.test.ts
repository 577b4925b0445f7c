import { describe, expect, it } from 'vitest'
import { falUnderTest } from '../../test/fal-under-test.js'

const picture = { prompt: 'a garden' }

describe('the queue', () => {
  it('goes from IN_QUEUE (202) over IN_PROGRESS (202) to COMPLETED (200)', async () => {
    const { submit, call, clock, vendor } = falUnderTest()
    const { response, body } = await submit('fal-ai/flux-lora', picture)
    expect(response.status).toBe(200)
    expect(body).toMatchObject({ status: 'IN_QUEUE', queue_position: 0 })
    expect(new URL(body.status_url).pathname).toBe(`/queue/fal-ai/flux-lora/requests/${body.request_id}/status`)

    const queued = await call('GET', body.status_url)
    expect(queued.status).toBe(202)
    expect(await queued.json()).toMatchObject({
      status: 'IN_QUEUE',
      queue_position: 0,
      response_url: body.response_url,
    })
    const early = await call('GET', body.response_url)
    expect([early.status, await early.json()]).toEqual([400, { detail: 'Request is still in progress' }])

    await clock.advance(150)
    const running = await call('GET', `${body.status_url}?logs=1`)
    expect(running.status).toBe(202)
    expect(await running.json()).toMatchObject({ status: 'IN_PROGRESS', logs: [{ level: 'INFO', source: 'USER' }] })
    const quiet = await call('GET', body.status_url)
    expect(await quiet.json()).toMatchObject({ logs: null })

    await clock.advance(400)
    const completed = await call('GET', body.status_url)
    expect(completed.status).toBe(200)
    expect(await completed.json()).toMatchObject({ status: 'COMPLETED', metrics: { inference_time: 0.4 } })
    const result = await call('GET', body.response_url)
    expect(result.headers.get('x-fal-request-id')).toBe(body.request_id)
    expect(result.headers.get('x-fal-billable-units')).toBe('1')
    expect(vendor.jobs).toMatchObject([{ kind: 'generation', state: 'COMPLETED', appliedFineTunes: [] }])
  })

  it('answers by app, by full endpoint id, and under /response', async () => {
    const { submit, call, clock, queueURL } = falUnderTest()
    const { body } = await submit('fal-ai/flux-2/lora', picture)
    await clock.advance(1_000)
    for (const path of ['fal-ai/flux-2', 'fal-ai/flux-2/lora']) {
      expect((await call('GET', `${queueURL}/${path}/requests/${body.request_id}`)).status).toBe(200)
      expect((await call('GET', `${queueURL}/${path}/requests/${body.request_id}/response`)).status).toBe(200)
      expect((await call('GET', `${queueURL}/${path}/requests/${body.request_id}/status`)).status).toBe(200)
    }
    const other = await call('GET', `${queueURL}/fal-ai/flux-lora/requests/${body.request_id}/status`)
    expect([other.status, await other.json()]).toEqual([404, { status: 'NOT_FOUND' }])
  })

  it('runs as many at once as the account may, in order, low priority last', async () => {
    const { submit, call, clock, vendor } = falUnderTest()
    vendor.settings.maxConcurrent = 1
    const first = await submit('fal-ai/flux-lora', picture)
    const low = await submit('fal-ai/flux-lora', picture, '', { 'x-fal-queue-priority': 'low' })
    const second = await submit('fal-ai/flux-lora', picture)
    await clock.advance(200)
    const state = async (job: typeof first) => (await call('GET', job.body.status_url)).json()
    expect(await state(first)).toMatchObject({ status: 'IN_PROGRESS' })
    expect(await state(second)).toMatchObject({ status: 'IN_QUEUE', queue_position: 0 })
    expect(await state(low)).toMatchObject({ status: 'IN_QUEUE', queue_position: 1 })
    const full = await submit('fal-ai/flux-lora', picture, '?fal_max_queue_length=2')
    expect(full.response.status).toBe(429)
    await clock.advance(400)
    expect(await state(second)).toMatchObject({ status: 'IN_PROGRESS' })
    await clock.advance(400)
    expect(await state(low)).toMatchObject({ status: 'IN_PROGRESS' })
  })

  it('goes back to IN_QUEUE when a run is interrupted, under another gateway id', async () => {
    const { submit, call, clock, vendor } = falUnderTest()
    vendor.settings.interruptions = 1
    const { body } = await submit('fal-ai/flux-lora', picture)
    const seen: unknown[] = []
    for (let at = 0; at < 20; at += 1) {
      const { status } = (await (await call('GET', body.status_url)).json()) as { status: string }
      if (seen.at(-1) !== status) seen.push(status)
      await clock.sleep(50)
    }
    expect(seen).toEqual(['IN_QUEUE', 'IN_PROGRESS', 'IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'])
  })

  it('cancels: 202 while it waits or runs, 400 when completed, 404 when unknown', async () => {
    const { submit, call, clock, vendor, queueURL } = falUnderTest()
    const { body } = await submit('fal-ai/flux-lora', picture)
    const cancelled = await call('PUT', body.cancel_url)
    expect([cancelled.status, await cancelled.json()]).toEqual([202, { status: 'CANCELLATION_REQUESTED' }])
    const status = await call('GET', body.status_url)
    expect(await status.json()).toMatchObject({ status: 'COMPLETED', error_type: 'client_cancelled' })
    expect((await call('GET', body.response_url)).status).toBe(499)
    expect(vendor.invoice).toMatchObject([{ status: 'refunded' }])
    const again = await call('PUT', body.cancel_url)
    expect([again.status, await again.json()]).toEqual([400, { status: 'ALREADY_COMPLETED' }])
    const unknown = await call(
      'PUT',
      `${queueURL}/fal-ai/flux-lora/requests/4ff2ff49-0000-4000-8000-000000000000/cancel`,
    )
    expect([unknown.status, await unknown.json()]).toEqual([404, { status: 'NOT_FOUND' }])

    vendor.settings.cancelStopsRunning = false
    const stubborn = await submit('fal-ai/flux-lora', picture)
    await clock.advance(200)
    expect((await call('PUT', stubborn.body.cancel_url)).status).toBe(202)
    await clock.advance(400)
    expect((await call('GET', stubborn.body.response_url)).status).toBe(200)
    expect(vendor.invoice.at(-1)).toMatchObject({ jobId: stubborn.body.request_id, status: 'billed' })
  })

  it('accepts faulty input, and completes with 422 at no cost', async () => {
    const { submit, call, clock, vendor } = falUnderTest()
    const { response, body } = await submit('fal-ai/flux-lora', {
      num_images: 'many',
      output_format: 'gif',
      image_size: 'huge',
      loras: [{}],
    })
    expect(response.status).toBe(200)
    await clock.advance(1_000)
    expect(await (await call('GET', body.status_url)).json()).toMatchObject({
      status: 'COMPLETED',
      error: 'Invalid status code: 422',
      error_type: 'missing',
    })
    const result = await call('GET', body.response_url)
    expect(result.status).toBe(422)
    expect(result.headers.get('x-fal-billable-units')).toBe('0')
    const { detail } = (await result.json()) as { detail: { loc: unknown[]; type: string }[] }
    expect(detail.map(({ loc, type }) => [loc.join('.'), type])).toEqual([
      ['body.prompt', 'missing'],
      ['body.image_size', 'one_of'],
      ['body.num_images', 'int_parsing'],
      ['body.output_format', 'one_of'],
      ['body.loras.0.path', 'missing'],
    ])
    expect(vendor.invoice).toEqual([])

    vendor.settings.errorsInStatus = false
    expect(await (await call('GET', body.status_url)).json()).not.toHaveProperty('error')
  })

  it('ends what has not started in time with 504, as the user asked', async () => {
    const { submit, call, clock, vendor } = falUnderTest()
    vendor.settings.maxConcurrent = 0
    const { body } = await submit('fal-ai/flux-lora', picture, '', { 'x-fal-request-timeout': '2' })
    await clock.advance(2_000)
    const result = await call('GET', body.response_url)
    expect(result.status).toBe(504)
    expect(result.headers.get('x-fal-request-timeout-type')).toBe('user')
    expect(await result.json()).toMatchObject({ error_type: 'request_timeout' })
  })

  it('forgets a request, its pictures and weights when they expire', async () => {
    const { train, generate, call, vendor, emulator, queueURL } = falUnderTest()
    const { requestId, weightsUrl } = await train()
    vendor.expire(requestId)
    expect((await emulator.fetch(weightsUrl)).status).toBe(404)
    expect((await call('GET', `${queueURL}/fal-ai/flux-lora-fast-training/requests/${requestId}/status`)).status).toBe(
      404,
    )
    const { response } = await generate({ ...picture, loras: [{ path: weightsUrl }] })
    expect(response.status).toBe(422)
    expect(() => vendor.expire('nobody')).toThrow(RangeError)
  })

  it.each([
    ['fal-ai/nothing', 404, { detail: 'Application "nothing" not found' }],
    ['fal-ai/flux-lora/nothing', 404, { detail: 'Path /nothing not found' }],
  ])('does not know %s', async (endpoint, status, answer) => {
    const { submit } = falUnderTest()
    const { response, body } = await submit(endpoint, picture)
    expect([response.status, body]).toEqual([status, answer])
  })

  it('lets nobody in without the key', async () => {
    const { call, queueURL, emulator } = falUnderTest()
    const bad = await call('POST', `${queueURL}/fal-ai/flux-lora`, picture, { authorization: 'Key wrong' })
    expect([bad.status, await bad.json()]).toEqual([401, { detail: 'invalid key credentials' }])
    const none = await emulator.fetch(`${queueURL}/fal-ai/flux-lora`, { method: 'POST', body: '{}' })
    expect(none.status).toBe(401)
    expect(await none.json()).toMatchObject({
      detail: expect.stringContaining('Cannot access application "fal-ai/flux-lora"'),
    })
  })

  it('locks an account without money, and bills nothing then', async () => {
    const { submit, vendor } = falUnderTest()
    vendor.setBalance(0)
    const { response, body } = await submit('fal-ai/flux-lora', picture)
    expect([response.status, body]).toEqual([403, { detail: expect.stringContaining('Exhausted balance') }])
    expect(vendor.invoice).toEqual([])
    expect(vendor.jobs).toEqual([])
  })
})
