import { LikenessError } from '@likeness/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createEmitter } from './emitter.js'
import { streamEvents } from './event-stream.js'
import type { RouterEvent } from './events.js'

const event = (at: number): RouterEvent => ({
  type: 'fallback',
  at,
  router: 'router',
  request: 'one',
  from: 'first',
  to: 'second',
  kind: 'unavailable',
  reason: 'unavailable: next',
})

const times = (events: readonly RouterEvent[]) => events.map(({ at }) => at)

async function readAll(events: AsyncIterable<RouterEvent>) {
  const seen: RouterEvent[] = []
  for await (const one of events) seen.push(one)
  return seen
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('createEmitter', () => {
  it('tells every listener, in order, until it leaves', () => {
    const emitter = createEmitter()
    const heard: string[] = []
    const leave = emitter.subscribe(({ at }) => heard.push(`first ${at}`))
    emitter.subscribe(({ at }) => heard.push(`second ${at}`))
    emitter.emit(event(1))
    leave()
    leave()
    emitter.emit(event(2))
    expect(heard).toEqual(['first 1', 'second 1', 'second 2'])
  })

  it('tells a listener that was added twice two times, and lets each leave alone', () => {
    const emitter = createEmitter()
    const heard: RouterEvent[] = []
    const listener = (one: RouterEvent) => void heard.push(one)
    const leave = emitter.subscribe(listener)
    emitter.subscribe(listener)
    emitter.emit(event(1))
    leave()
    emitter.emit(event(2))
    expect(times(heard)).toEqual([1, 1, 2])
  })

  it('lets who subscribes or leaves during an event change only the next one', () => {
    const emitter = createEmitter()
    const heard: string[] = []
    emitter.subscribe(({ at }) => {
      leave()
      if (at === 1) emitter.subscribe((one) => heard.push(`late ${one.at}`))
    })
    const leave = emitter.subscribe(({ at }) => heard.push(`leaving ${at}`))
    emitter.emit(event(1))
    emitter.emit(event(2))
    expect(heard).toEqual(['leaving 1', 'late 2'])
  })

  it('turns what a listener throws or rejects with into a process warning, and tells the others', async () => {
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const emitter = createEmitter()
    const heard: RouterEvent[] = []
    emitter.subscribe(() => {
      throw new Error('thrown')
    })
    emitter.subscribe(async () => {
      throw new Error('rejected')
    })
    emitter.subscribe(() => {
      throw 'no error'
    })
    emitter.subscribe((one) => heard.push(one))
    expect(() => emitter.emit(event(1))).not.toThrow()
    await vi.waitFor(() => expect(warning).toHaveBeenCalledTimes(3))
    expect(warning.mock.calls.map(([told]) => String(told)).sort()).toEqual([
      'Error: rejected',
      'Error: thrown',
      'no error',
    ])
    expect(times(heard)).toEqual([1])
  })
})

describe('streamEvents', () => {
  it('holds what is emitted from the call on, and ends after the signal with what waits', async () => {
    const emitter = createEmitter()
    const stop = new AbortController()
    emitter.emit(event(0))
    const events = streamEvents(emitter, { abortSignal: stop.signal })
    emitter.emit(event(1))
    emitter.emit(event(2))
    stop.abort()
    emitter.emit(event(3))
    expect(times(await readAll(events))).toEqual([1, 2])
    expect(events.dropped).toBe(0)
  })

  it('wakes readers that wait, in order', async () => {
    const emitter = createEmitter()
    const events = streamEvents(emitter)
    const reads = [events.next(), events.next()]
    emitter.emit(event(1))
    emitter.emit(event(2))
    expect((await Promise.all(reads)).map(({ value }) => value?.at)).toEqual([1, 2])
  })

  it('drops the oldest of what waits past the limit, and counts them', async () => {
    const emitter = createEmitter()
    const stop = new AbortController()
    const events = streamEvents(emitter, { abortSignal: stop.signal, maximumWaiting: 3 })
    for (let at = 1; at <= 10; at += 1) emitter.emit(event(at))
    expect(events.dropped).toBe(7)
    stop.abort()
    expect(times(await readAll(events))).toEqual([8, 9, 10])
  })

  it('keeps 1024 where no limit is given', async () => {
    const emitter = createEmitter()
    const events = streamEvents(emitter)
    for (let at = 1; at <= 1030; at += 1) emitter.emit(event(at))
    expect(events.dropped).toBe(6)
    expect((await events.next()).value?.at).toBe(7)
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a limit of %d', (maximumWaiting) => {
    const refusal = (() => {
      try {
        return streamEvents(createEmitter(), { maximumWaiting })
      } catch (error) {
        return error
      }
    })()
    expect(LikenessError.is(refusal) && [refusal.kind, refusal.fields?.[0]?.field]).toEqual([
      'invalid-request',
      'maximumWaiting',
    ])
    expect(String(refusal)).toContain(String(maximumWaiting))
  })

  it('listens no longer once its reader left, the signal aborted, or had aborted before', async () => {
    const left: string[] = []
    const origin = (name: string) => ({ subscribe: () => () => void left.push(name) })
    await streamEvents(origin('left')).return()
    const stop = new AbortController()
    const waiting = streamEvents(origin('aborted'), { abortSignal: stop.signal }).next()
    stop.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
    const before = streamEvents(origin('before'), { abortSignal: AbortSignal.abort() })
    expect(await before.next()).toEqual({ done: true, value: undefined })
    expect(left).toEqual(['left', 'aborted', 'before'])
  })

  it('leaves when the loop over it is broken off, and forgets what waits', async () => {
    const emitter = createEmitter()
    const events = streamEvents(emitter)
    emitter.emit(event(1))
    emitter.emit(event(2))
    for await (const one of events) {
      expect(one.at).toBe(1)
      break
    }
    emitter.emit(event(3))
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })
})
