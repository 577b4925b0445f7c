import { describe, expect, it } from 'vitest'
import { falUnderTest } from '../../test/fal-under-test.js'

function controlled() {
  const fal = falUnderTest()
  const control = async (method: string, path: string, body?: unknown) => {
    const init = {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
    const response = await fal.emulator.fetch(`${fal.emulator.endpoints.control}${path}`, init)
    return { status: response.status, body: await response.json() }
  }
  return { ...fal, control }
}

describe('the control routes', () => {
  it('show what happened', async () => {
    const { control, submit, vendor } = controlled()
    await submit('fal-ai/flux-lora', { prompt: 'a garden' })
    expect((await control('GET', '/journal?vendor=fal')).body).toEqual(JSON.parse(JSON.stringify(vendor.journal)))
    expect((await control('GET', '/jobs')).body).toMatchObject({
      astria: [],
      fal: [{ kind: 'generation' }],
      segmind: [],
    })
    expect((await control('GET', '/invoice?vendor=fal')).body).toMatchObject([{ amount: 35_000_000, status: 'billed' }])
    expect((await control('GET', '/')).body).toMatchObject({ endpoints: { fal: { apiKey: 'emulator:emulator' } } })
    expect((await control('POST', '/reset', {})).body).toEqual({ reset: ['astria', 'fal', 'segmind'] })
    expect(vendor.journal).toEqual([])
  })

  it('script faults, offline, balance and settings', async () => {
    const { control, submit, vendor } = controlled()
    expect(
      (await control('POST', '/faults', { vendor: 'fal', operation: 'generation.submit', fault: { type: 'conflict' } }))
        .status,
    ).toBe(201)
    expect((await submit('fal-ai/flux-lora', {})).response.status).toBe(409)
    await control('POST', '/offline', { vendor: 'fal' })
    await expect(submit('fal-ai/flux-lora', {})).rejects.toThrow('fetch failed')
    await control('POST', '/online', { vendor: 'fal' })
    await control('POST', '/balance', { vendor: 'fal', nanoUSD: 0 })
    expect((await submit('fal-ai/flux-lora', {})).response.status).toBe(403)
    expect((await control('PATCH', '/settings', { vendor: 'fal', maxConcurrent: 2 })).body).toMatchObject({
      maxConcurrent: 2,
    })
    expect(vendor.settings.maxConcurrent).toBe(2)
  })

  it('say how faithful pictures are, and change nothing where one setting is refused', async () => {
    const { control, vendor } = controlled()
    await control('PATCH', '/settings', { vendor: 'fal', subjectFidelity: 'half' })
    expect(vendor.settings.subjectFidelity).toBe('half')
    const { status } = await control('PATCH', '/settings', { vendor: 'fal', maxConcurrent: 2, subjectFidelity: 'good' })
    expect(status).toBe(400)
    expect(vendor.settings).toMatchObject({ maxConcurrent: 40, subjectFidelity: 'half' })
  })

  it.each([
    ['GET', '/jobs?vendor=nobody', undefined, /vendor must be one of astria, fal, segmind, got "nobody"/],
    ['POST', '/faults', { vendor: 'fal' }, /fault must be an object with a type/],
    ['POST', '/faults', { vendor: 'fal', fault: { type: 'meteor' } }, /fault\.type must be one of .*"meteor"/],
    [
      'POST',
      '/faults',
      { vendor: 'fal', operation: 'lunch', fault: { type: 'conflict' } },
      /operation must be one of .*"lunch"/,
    ],
    ['PATCH', '/settings', { vendor: 'fal', maxConcurrent: 'two' }, /maxConcurrent must be a number, got "two"/],
    ...['fal', 'astria', 'segmind'].flatMap((vendor) =>
      (['good', null, 1] as const).map(
        (subjectFidelity) =>
          [
            'PATCH',
            '/settings',
            { vendor, subjectFidelity },
            /subjectFidelity must be (one of faithful|a string)/,
          ] as const,
      ),
    ),
    [
      'PATCH',
      '/settings',
      { vendor: 'fal', blockedAs: 'white-image' },
      /blockedAs must be one of error, black-image, got "white-image"/,
    ],
    ['PATCH', '/settings', { vendor: 'fal', colour: 1 }, /no setting colour/],
    ['POST', '/balance', { vendor: 'fal', nanoUSD: 0.5 }, /integer/],
    ['POST', '/expire', { vendor: 'fal', jobId: 'x' }, /no job x/],
  ] as const)('refuse %s %s %o', async (method, path, body, message) => {
    const { control } = controlled()
    const answer = await control(method, path, body)
    expect([answer.status, answer.body]).toEqual([400, { error: expect.stringMatching(message) }])
  })
})
