import { describe, expect, it, onTestFinished } from 'vitest'
import { LikenessError } from '../error.js'
import type { GenerationStatus } from '../generate.js'
import type { Pace } from '../job.js'
import { cancel } from './cancel.js'
import { resume } from './resume.js'
import { oneImage, testClock, testHandle, testProvider } from './test-provider.js'
import { createWakeups } from './wakeups.js'
import { waitForJob, watch } from './watch.js'

/** A provider whose job ends `ms` after its start, and how often it was asked. */
function jobOf(ms: number, pace: Partial<Pace> = {}) {
  const clock = testClock()
  const asked: number[] = []
  const startedAt = clock.now()
  const provider = testProvider({
    clock,
    pace,
    status: async (handle) => {
      const elapsed = clock.now() - Date.parse(handle.startedAt)
      asked.push(elapsed)
      return elapsed >= ms ? oneImage : { state: 'running' }
    },
  })
  return { clock, asked, provider, startedAt }
}

describe('watch', () => {
  it('yields every status and ends with the last', async () => {
    const { clock, provider } = jobOf(250)
    const states: string[] = []
    for await (const { state } of watch(testHandle(clock), provider)) states.push(state)
    expect(states).toEqual(['running', 'running', 'succeeded'])
  })

  it('asks in proportion to the job where it knows nothing', async () => {
    const { clock, asked, provider } = jobOf(30_000)
    await waitForJob(testHandle(clock), provider)
    const last = asked.at(-1) ?? 0
    expect(last - 30_000).toBeLessThanOrEqual(6_000)
    expect(asked.length).toBeLessThan(60)
    const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200)
  })

  it('learns how long such jobs take, and then asks about when they end', async () => {
    const { clock, asked, provider } = jobOf(1_300, { minimumMs: 50 })
    for (let job = 0; job < 8; job += 1) await waitForJob(testHandle(clock), provider)
    asked.length = 0
    await waitForJob(testHandle(clock), provider)
    expect(asked.length).toBeLessThanOrEqual(3)
    expect((asked.at(-1) ?? 0) - 1_300).toBeLessThanOrEqual(50)
  })

  it('asks a resumed job at once', async () => {
    const { clock, asked, provider } = jobOf(1_000)
    const handle = testHandle(clock)
    await clock.sleep(20_000)
    await resume(JSON.parse(JSON.stringify(handle)), provider)
    expect(asked).toEqual([20_000])
  })

  it('ends a job that never ends, with its handle', async () => {
    const { clock, provider } = jobOf(Number.POSITIVE_INFINITY)
    const handle = testHandle(clock)
    const error = await waitForJob(handle, provider, { timeoutMs: 10_000 }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ kind: 'timeout', billed: 'maybe', handle })
    expect(clock.now() - Date.parse(handle.startedAt)).toBe(10_000)
  })

  it('goes on through failed reads, and no faster than it is told to', async () => {
    const clock = testClock()
    const answers = [
      new LikenessError({ kind: 'network', message: 'reset' }),
      new LikenessError({ kind: 'rate-limited', message: 'slow down', retryAfterMs: 7_000 }),
      new LikenessError({ kind: 'unavailable', message: 'bad gateway' }),
      oneImage,
    ]
    const provider = testProvider({
      clock,
      status: async () => {
        const answer = answers.shift()
        if (answer === undefined || LikenessError.is(answer)) throw answer
        return answer
      },
    })
    expect(await waitForJob(testHandle(clock), provider)).toEqual(oneImage)
    expect(clock.slept[1]).toBe(7_000)
  })

  it('gives up at once where asking again cannot help', async () => {
    const clock = testClock()
    const provider = testProvider({
      clock,
      status: () => Promise.reject(new LikenessError({ kind: 'authentication', message: 'wrong key' })),
    })
    const handle = testHandle(clock)
    await expect(waitForJob(handle, provider)).rejects.toMatchObject({ kind: 'authentication', handle })
  })

  it('wakes for a callback, and only for its own', async () => {
    const wakeups = createWakeups()
    let done = false
    const clock = testClock()
    const sleeping = {
      ...clock,
      sleep: (_: number, signal?: AbortSignal) =>
        new Promise<void>((_resolve, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
        ),
    }
    const provider = testProvider({
      clock,
      status: async (): Promise<GenerationStatus> => (done ? oneImage : { state: 'queued' }),
    })
    const waiting = waitForJob(testHandle(clock), provider, { wakeups, clock: sleeping })
    expect(wakeups.notify({ provider: 'test', jobId: 'another' })).toBe(false)
    await new Promise((resolve) => setImmediate(resolve))
    expect(wakeups.notify({ provider: 'test', jobId: 'job' })).toBe(true)
    await new Promise((resolve) => setImmediate(resolve))
    done = true
    expect(wakeups.notify({ provider: 'test', jobId: 'job' })).toBe(true)
    expect(await waiting).toEqual(oneImage)
    expect(wakeups.notify({ provider: 'test', jobId: 'job' })).toBe(false)
  })

  it('stops for its signal, with the reason and the handle', async () => {
    const { clock, provider } = jobOf(60_000)
    const controller = new AbortController()
    const reason = new Error('the user left')
    const waiting = waitForJob(testHandle(clock), provider, {
      abortSignal: controller.signal,
      onStatus: () => controller.abort(reason),
    })
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted', cause: reason, handle: { id: 'job' } })
  })

  it('cancels through the provider that the handle names, and no other', async () => {
    const { clock, provider } = jobOf(0)
    const asked = {
      ...provider,
      generate: { ...provider.generate, cancel: async () => 'requested' },
    } as typeof provider
    expect(await cancel(testHandle(clock), asked)).toBe('requested')
    await expect(cancel(testHandle(clock, { provider: 'other' }), asked)).rejects.toMatchObject({
      kind: 'invalid-request',
    })
  })

  it('refuses a handle of another provider', async () => {
    const { clock, provider } = jobOf(0)
    await expect(resume(testHandle(clock, { provider: 'other' }), provider)).rejects.toMatchObject({
      kind: 'invalid-request',
      fields: [{ field: 'provider', message: 'must be other' }],
    })
  })
})

describe('the loop', () => {
  it.each([
    [{}, { timeoutMs: Number.NaN }, 'timeoutMs'],
    [{ startedAt: 'yesterday' }, {}, 'handle.startedAt'],
  ])('refuses what would make it endless: %j', async (overrides, options, field) => {
    const { clock, asked, provider } = jobOf(0)
    await expect(waitForJob(testHandle(clock, overrides), provider, options)).rejects.toMatchObject({
      kind: 'invalid-request',
      fields: [{ field }],
    })
    expect(asked).toEqual([])
  })

  it('does not spin where the deadline is less than a timer away', async () => {
    const { clock, provider } = jobOf(Number.POSITIVE_INFINITY)
    const waiting = waitForJob(testHandle(clock), provider, { timeoutMs: 201 })
    await expect(waiting).rejects.toMatchObject({ kind: 'timeout' })
  })

  it('does not learn from jobs that failed', async () => {
    const { clock, asked, provider } = jobOf(1_000)
    const failing = new LikenessError({ kind: 'content-blocked', message: 'no' })
    let refuse = true
    const generate = provider.generate
    if (generate === undefined) throw new Error('the test provider generates')
    const both = {
      ...provider,
      generate: {
        ...generate,
        status: async (...values: Parameters<typeof generate.status>): Promise<GenerationStatus> =>
          refuse ? { state: 'failed', error: failing } : generate.status(...values),
      },
    }
    await waitForJob(testHandle(clock), both)
    refuse = false
    await waitForJob(testHandle(clock), both)
    await waitForJob(testHandle(clock), both)
    refuse = true
    await waitForJob(testHandle(clock), both)
    refuse = false
    asked.length = 0
    await waitForJob(testHandle(clock), both)
    expect(asked[0]).toBe(0)
  })

  it('is not ended by a listener that throws, at once or later', async () => {
    const { clock, provider } = jobOf(0)
    const warned: unknown[] = []
    const onWarning = (warning: Error) => warned.push(warning.message)
    process.on('warning', onWarning)
    onTestFinished(() => void process.off('warning', onWarning))
    const thrown = () => {
      throw new Error('thrown')
    }
    const rejected = async () => {
      throw new Error('rejected')
    }
    for (const onStatus of [thrown, rejected]) {
      expect(await waitForJob(testHandle(clock), provider, { onStatus })).toEqual(oneImage)
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(warned).toEqual(['thrown', 'rejected'])
  })
})
