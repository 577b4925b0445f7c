import { describe, expect, it } from 'vitest'
import { falUnderTest } from '../../test/fal-under-test.js'
import type { Fault, RefusalType } from './types.js'

const picture = { prompt: 'a garden' }

async function strike(fault: Fault) {
  const fal = falUnderTest()
  fal.vendor.fault({ operation: 'generation.submit', fault })
  const answer = fal.call('POST', `${fal.queueURL}/fal-ai/flux-lora`, picture)
  return { fal, answer }
}

describe('faults, in process', () => {
  it.each<[RefusalType | 'rate-limited', number, RegExp]>([
    ['unauthorized', 401, /invalid key credentials/],
    ['insufficient-credits', 403, /Exhausted balance/],
    ['forbidden', 403, /Forbidden/],
    ['not-found', 404, /not found/],
    ['conflict', 409, /Conflict/],
    ['too-large', 413, /too large/],
    ['invalid-field', 422, /"loc":\["body","prompt"\]/],
    ['content-blocked', 422, /content_policy_violation/],
    ['service-closed', 410, /deprecated/],
    ['rate-limited', 429, /concurrent_requests_limit/],
    ['server-error', 500, /internal_server_error/],
    ['bad-gateway', 502, /runner_incomplete_response/],
    ['unavailable', 503, /runner_scheduling_failure/],
    ['gateway-timeout', 504, /startup_timeout/],
    ['html-error', 502, /<html>/],
    ['truncated-json', 200, /^\{"request_id":"019a$/],
    ['empty-body', 200, /^$/],
  ])('%s: refuses once, creates no job', async (type, status, body) => {
    const { fal, answer } = await strike({ type })
    const response = await answer
    expect(response.status).toBe(status)
    expect(await response.text()).toMatch(body)
    expect(fal.vendor.jobs).toEqual([])
    expect(fal.vendor.journal).toMatchObject([{ operation: 'generation.submit', fault: type, status }])
    expect((await fal.submit('fal-ai/flux-lora', picture)).response.status).toBe(200)
    expect(fal.vendor.journal[1]).toMatchObject({ accepted: true, jobId: fal.vendor.jobs[0]?.id })
  })

  it('says when to come back, in seconds or as a date', async () => {
    const seconds = await (await strike({ type: 'rate-limited', retryAfter: 7 })).answer
    expect(seconds.headers.get('retry-after')).toBe('7')
    const date = await (await strike({ type: 'rate-limited', retryAfter: 'date' })).answer
    expect(date.headers.get('retry-after')).toBe('Thu, 01 Jan 2026 00:00:02 GMT')
  })

  it('answers with any status, headers and body', async () => {
    const { answer } = await strike({
      type: 'status',
      status: 418,
      body: 'short and stout',
      headers: { 'x-pot': 'tea' },
    })
    const response = await answer
    expect([response.status, response.headers.get('x-pot'), await response.text()]).toEqual([
      418,
      'tea',
      'short and stout',
    ])
  })

  it.each<[Fault, number]>([
    [{ type: 'reset-before' }, 0],
    [{ type: 'reset-after' }, 1],
  ])('%o cuts the connection', async (fault, jobs) => {
    const { fal, answer } = await strike(fault)
    await expect(answer).rejects.toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNRESET' } })
    expect(fal.vendor.jobs).toHaveLength(jobs)
    expect(fal.vendor.invoice).toHaveLength(jobs)
    expect(fal.vendor.journal[0]).not.toHaveProperty('status')
  })

  it.each<[Fault, number, RegExp]>([
    [{ type: 'bad-gateway-after' }, 502, /<html>/],
    [{ type: 'gateway-timeout-after' }, 504, /./],
    [{ type: 'truncated-after' }, 200, /^\{"status":"IN_QUEUE","request_id":"[^}]*$/],
  ])('%o loses the answer of a job that is made and billed', async (fault, status, body) => {
    const { fal, answer } = await strike(fault)
    const response = await answer
    expect(response.status).toBe(status)
    expect(await response.text()).toMatch(body)
    expect(fal.vendor.jobs).toHaveLength(1)
    expect(fal.vendor.invoice).toHaveLength(1)
    expect(fal.vendor.journal).toMatchObject([{ accepted: true }])
  })

  it.each([
    [false, 0],
    [true, 1],
  ])('stalls until the client gives up (accept: %s)', async (accept, jobs) => {
    const fal = falUnderTest()
    fal.vendor.fault({ fault: { type: 'stall', accept } })
    const controller = new AbortController()
    const waiting = fal.emulator.fetch(`${fal.queueURL}/fal-ai/flux-lora`, {
      method: 'POST',
      headers: { authorization: `Key ${fal.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(picture),
      signal: controller.signal,
    })
    setImmediate(() => setImmediate(() => controller.abort(new Error('waited long enough'))))
    await expect(waiting).rejects.toThrow('waited long enough')
    await new Promise((resolve) => setImmediate(resolve))
    expect(fal.vendor.jobs).toHaveLength(jobs)
  })

  it('is slow on its own clock', async () => {
    const { fal, answer } = await strike({ type: 'slow', ms: 90_000 })
    const before = fal.clock.now()
    expect((await answer).status).toBe(200)
    expect(fal.clock.now() - before).toBe(90_000)
  })

  it('strikes a job: failed, stuck', async () => {
    const fal = falUnderTest()
    fal.vendor.fault({ fault: { type: 'job-failed', message: 'out of memory' } })
    const failed = await fal.generate(picture)
    expect([failed.response.status, failed.body.detail]).toMatchObject([500, [{ msg: 'out of memory' }]])
    expect(fal.vendor.invoice).toMatchObject([{ status: 'refunded' }])
    fal.vendor.fault({ fault: { type: 'job-stuck' } })
    await fal.generate(picture)
    await fal.clock.advance(7 * 24 * 3_600_000)
    expect(fal.vendor.jobs[1]).toMatchObject({ state: 'IN_PROGRESS' })
  })

  it('waits for its operation, lets some pass, and strikes as often as told', async () => {
    const fal = falUnderTest()
    fal.vendor.fault({ operation: 'generation.status', skip: 1, times: 2, fault: { type: 'unavailable' } })
    const { body } = await fal.submit('fal-ai/flux-lora', picture)
    const statuses: number[] = []
    for (let i = 0; i < 5; i += 1) statuses.push((await fal.call('GET', body.status_url)).status)
    expect(statuses).toEqual([202, 503, 503, 202, 202])
  })

  it('refuses a script that could never strike', () => {
    const { vendor } = falUnderTest()
    expect(() => vendor.fault({ times: 0, fault: { type: 'conflict' } })).toThrow(/times/)
    expect(() => vendor.fault({ skip: -1, fault: { type: 'conflict' } })).toThrow(/skip/)
    expect(() => vendor.fault({ operation: 'upload', fault: { type: 'job-failed' } })).toThrow(/operation/)
  })

  it('forgets everything on reset', async () => {
    const fal = falUnderTest()
    fal.vendor.fault({ fault: { type: 'conflict' }, times: 5, skip: 1 })
    await fal.submit('fal-ai/flux-lora', picture)
    fal.vendor.reset()
    const { journal, jobs, invoice } = fal.vendor
    expect([journal, jobs, invoice]).toEqual([[], [], []])
    expect((await fal.submit('fal-ai/flux-lora', picture)).response.status).toBe(200)
  })
})

describe('faults, on sockets', () => {
  async function listening() {
    const fal = falUnderTest()
    const { fal: endpoints } = await fal.emulator.listen()
    const post = (signal?: AbortSignal) =>
      fetch(`${endpoints.queueURL}/fal-ai/flux-lora`, {
        method: 'POST',
        headers: { authorization: `Key ${endpoints.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(picture),
        ...(signal === undefined ? {} : { signal }),
      })
    return { ...fal, endpoints, post }
  }

  it.each([
    ['reset-before', 0],
    ['reset-after', 1],
  ] as const)('%s', async (type, jobs) => {
    const fal = await listening()
    fal.vendor.fault({ fault: { type } })
    await expect(fal.post()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    expect(fal.vendor.jobs).toHaveLength(jobs)
    expect((await fal.post()).status).toBe(200)
  })

  it('stall', async () => {
    const fal = await listening()
    fal.vendor.fault({ fault: { type: 'stall', accept: true } })
    const controller = new AbortController()
    const waiting = fal.post(controller.signal)
    while (fal.vendor.jobs.length === 0) await new Promise((resolve) => setImmediate(resolve))
    controller.abort(new Error('waited long enough'))
    await expect(waiting).rejects.toThrow('waited long enough')
  })

  it('offline: connections are refused, then taken again on the same port', async () => {
    const fal = await listening()
    await fal.vendor.goOffline()
    await expect(fal.post()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await expect(fal.emulator.fetch(`${fal.endpoints.restURL}/.well-known/jwks.json`)).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    })
    await fal.vendor.goOnline()
    expect((await fal.post()).status).toBe(200)
  })
})
