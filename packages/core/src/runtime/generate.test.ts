import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LikenessError } from '../error.js'
import type { Attempt } from '../job.js'
import { createPortfolio } from '../portfolio.js'
import { generate } from './generate.js'
import { oneImage, testClock, testHandle, testProvider } from './test-provider.js'

const clock = testClock()
const attempt = (outcome: Attempt['outcome']): Attempt => ({
  provider: 'test',
  operation: 'generation.submit',
  outcome,
  at: '2026-01-01T00:00:00.000Z',
  ms: 1,
})
const lost = new LikenessError({ kind: 'outcome-unknown', message: 'reset', billed: 'maybe', provider: 'test' })

function answering() {
  return testProvider({
    clock,
    start: async () => ({ handle: testHandle(clock), warnings: [] }),
    status: async () => oneImage,
  })
}

/** A provider whose first submit loses its answer. */
function losing(find?: () => Promise<ReturnType<typeof testHandle> | undefined>) {
  let sent = 0
  const provider = testProvider({
    clock,
    start: async (_, options) => {
      sent += 1
      options?.onAttempt?.(attempt(sent === 1 ? 'unknown' : 'accepted'))
      if (sent === 1) throw lost
      return { handle: testHandle(clock), warnings: [] }
    },
    status: async () => oneImage,
    ...(find && { find }),
  })
  return { provider, sent: () => sent }
}

describe('generate', () => {
  it('gives pictures that can be read, saved and put into JSON', async () => {
    const { images } = await generate({ provider: answering(), prompt: 'a castle' })
    const folder = await mkdtemp(join(tmpdir(), 'likeness-test-'))
    try {
      await images[0]?.save(join(folder, 'new', 'castle.jpg'))
      expect(await readFile(join(folder, 'new', 'castle.jpg'), 'utf8')).toBe('https://files.example/0.jpg')
    } finally {
      await rm(folder, { recursive: true })
    }
    expect(Buffer.from((await images[0]?.bytes()) ?? []).toString()).toBe('https://files.example/0.jpg')
    expect(JSON.parse(JSON.stringify(images))).toEqual([{ url: 'https://files.example/0.jpg' }])
  })

  it.each([
    [{ n: 0 }, 'n must be at least 1 (given: 0)'],
    [{ n: 1.5 }, 'n must be a whole number (given: 1.5)'],
    [{ size: 'abc' }, 'size must look like 1024x768 (width x height in pixels) (given: "abc")'],
    [{ aspectRatio: 'wide' }, 'aspectRatio must look like 16:9 (width:height) (given: "wide")'],
    [{ prompt: '' }, 'prompt must not be empty'],
    [{ size: '1024x1024', aspectRatio: '1:1' }, '`size` and `aspectRatio` cannot be given together'],
    [{ mask: 'mask.png' }, 'mask: needs `image`'],
    [{ colour: 'red' }, 'colour unknown option; allowed are prompt, n, size'],
    [{ prompt: 'a {subject}' }, 'prompt: says {subject}, but no portfolio was given'],
    [{ n: 5 }, 'test makes at most 4 in one request (given: 5)'],
  ])('refuses %j before anything is sent', async (input, message) => {
    const sent = generate({ provider: testProvider({ clock }), prompt: 'a castle', ...input })
    await expect(sent).rejects.toMatchObject({ billed: 'no', message: expect.stringContaining(message) })
    await expect(sent).rejects.toSatisfy(LikenessError.is)
  })

  it('warns of a prompt that does not say {subject}', async () => {
    const model = {
      provider: 'test',
      id: '1',
      base: 'flux-1-dev',
      subject: { className: 'dog' },
      createdAt: '2026-01-01T00:00:00Z',
    }
    const portfolio = createPortfolio({ className: 'dog' }, [model])
    const { warnings } = await generate({ provider: answering(), portfolio, prompt: 'a castle' })
    expect(warnings).toMatchObject([{ type: 'notice', parameter: 'prompt' }])
  })

  it('sends nothing when already aborted', async () => {
    const abortSignal = AbortSignal.abort(new Error('too late'))
    await expect(generate({ provider: testProvider({ clock }), prompt: 'x', abortSignal })).rejects.toMatchObject({
      kind: 'aborted',
      billed: 'no',
    })
  })

  it('hands over the handle before waiting', async () => {
    const seen: string[] = []
    const provider = testProvider({
      clock,
      start: async () => ({ handle: testHandle(clock), warnings: [] }),
      status: async () => {
        seen.push('status')
        return oneImage
      },
    })
    await generate({ provider, prompt: 'x', onStarted: ({ id }) => seen.push(id) })
    expect(seen).toEqual(['job', 'status'])
  })
})

describe('a lost answer', () => {
  it('is resolved by asking the vendor: the job is found and not sent again', async () => {
    const { provider, sent } = losing(async () => testHandle(clock, { id: 'found' }))
    const result = await generate({ provider, prompt: 'x' })
    expect(sent()).toBe(1)
    expect(result.handle.id).toBe('found')
    expect(result.attempts.map(({ outcome }) => outcome)).toEqual(['accepted'])
    expect(result.warnings).toMatchObject([{ type: 'notice' }])
  })

  it('is no job once the vendor has said so for a minute, and is not sent again unasked', async () => {
    const from = clock.now()
    const { provider, sent } = losing(async () => undefined)
    await expect(generate({ provider, prompt: 'x' })).rejects.toMatchObject({
      kind: 'unavailable',
      billed: 'no',
      retry: 'later',
    })
    expect(sent()).toBe(1)
    expect(clock.now() - from).toBeGreaterThanOrEqual(60_000)
  })

  it('says with which key the same request can be sent again', async () => {
    const { provider } = losing()
    const sent = generate({ provider, prompt: 'x', idempotencyKey: 'one-logical-request' })
    await expect(sent).rejects.toMatchObject({ kind: 'outcome-unknown', idempotencyKey: 'one-logical-request' })
  })

  it('stays unknown where the vendor cannot be asked', async () => {
    const { provider, sent } = losing()
    await expect(generate({ provider, prompt: 'x' })).rejects.toMatchObject({
      kind: 'outcome-unknown',
      billed: 'maybe',
      retry: 'never',
    })
    await expect(
      generate({ ...{ provider: losing().provider, prompt: 'x' }, onUnknown: 'fallback' }),
    ).rejects.toMatchObject({
      kind: 'outcome-unknown',
      retry: 'elsewhere',
    })
    expect(sent()).toBe(1)
  })

  it('stays unknown when asking fails as well', async () => {
    const { provider } = losing(() => Promise.reject(new LikenessError({ kind: 'network', message: 'down' })))
    await expect(generate({ provider, prompt: 'x', onUnknown: 'resend' })).rejects.toMatchObject({
      kind: 'outcome-unknown',
    })
  })

  it('is sent again where the caller says so', async () => {
    const { provider, sent } = losing()
    const { attempts } = await generate({ provider, prompt: 'x', onUnknown: 'resend' })
    expect(sent()).toBe(2)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'accepted'])
  })
})
