import { describe, expect, it } from 'vitest'
import { LikenessError } from '../error.js'
import type { Attempt, CallOptions, JobHandle } from '../job.js'
import { type Submission, submit } from './submit.js'
import { testClock, testHandle } from './test-provider.js'

const idempotencyKey = 'one-logical-request'
const clock = testClock()
const lost = new LikenessError({ kind: 'outcome-unknown', message: 'reset', billed: 'maybe' })
const down = new LikenessError({ kind: 'network', message: 'down' })
const broke = new LikenessError({ kind: 'insufficient-credits', message: 'top up' })
const unreadable = new LikenessError({ kind: 'invalid-response', message: 'what is this?' })

type Answer = unknown
type Send = { readonly outcome: Attempt['outcome']; readonly answer: Answer }

/** Runs a submit whose sends and questions end as scripted: an `undefined` from `find` is the vendor's no. */
async function run(
  sends: Send[],
  finds: Answer[] | undefined,
  changes: Partial<Submission<never>> & { call?: CallOptions } = {},
) {
  let sent = 0
  let asked = 0
  const done = submit<never>({
    provider: 'test',
    idempotencyKey,
    clock,
    onUnknown: 'fail',
    call: {},
    async start(options) {
      const { outcome, answer } = sends[sent++] ?? { outcome: 'rejected', answer: new Error('sent once too often') }
      options.onAttempt?.({ provider: 'test', operation: 'submit', outcome, at: '2026-01-01T00:00:00.000Z', ms: 1 })
      if (answer instanceof Error) throw answer
      return { handle: answer as JobHandle, warnings: [] }
    },
    find:
      finds &&
      (async () => {
        const answer = finds[Math.min(asked++, finds.length - 1)]
        if (answer instanceof Error) throw answer
        return answer as JobHandle | undefined
      }),
    ...changes,
  })
  const result = await done.catch((error: unknown) => error)
  return { result, sent: () => sent, asked: () => asked }
}

const handle = testHandle(clock)
const lostSend: Send = { outcome: 'unknown', answer: lost }

describe('submit', () => {
  it('goes on asking while the vendor cannot be reached', async () => {
    const { result, sent, asked } = await run([lostSend], [down, down, handle])
    expect(result).toMatchObject({ started: { handle }, attempts: [{ outcome: 'accepted' }] })
    expect([sent(), asked()]).toEqual([1, 3])
  })

  it('believes that there is no job only where the last question was answered', async () => {
    const { result } = await run([lostSend], [undefined, undefined, undefined, down], { onUnknown: 'resend' })
    expect(result).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })
  })

  it('stops asking where it is not allowed to', async () => {
    const refused = new LikenessError({ kind: 'authentication', message: 'wrong key' })
    const { result, asked } = await run([lostSend], [refused])
    expect(result).toMatchObject({ ...lost.toJSON(), idempotencyKey })
    expect(asked()).toBe(1)
  })

  it('ends as aborted, and possibly billed, when the caller gives up while it asks', async () => {
    const controller = new AbortController()
    const reason = new Error('the user left')
    const { result, sent } = await run([lostSend], undefined, {
      onUnknown: 'fallback',
      call: { abortSignal: controller.signal },
      find: async () => {
        controller.abort(reason)
        return undefined
      },
    })
    expect(result).toMatchObject({ kind: 'aborted', billed: 'maybe', retry: 'never', cause: reason })
    expect(sent()).toBe(1)
  })

  it('resolves the second send as well, and sends no third', async () => {
    const { result, sent } = await run([lostSend, lostSend], [undefined, undefined, undefined, undefined, handle], {
      onUnknown: 'resend',
    })
    expect(result).toMatchObject({ started: { handle }, attempts: [{ outcome: 'rejected' }, { outcome: 'accepted' }] })
    expect(sent()).toBe(2)
    const never = await run([lostSend, lostSend], undefined, { onUnknown: 'resend' })
    expect(never.result).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe' })
    expect(never.sent()).toBe(2)
  })

  it('does not call the request free because its second send was', async () => {
    const refused: Send = { outcome: 'rejected', answer: broke }
    const open = await run([lostSend, refused], undefined, { onUnknown: 'resend' })
    expect(open.result).toMatchObject({ kind: 'insufficient-credits', billed: 'maybe' })
    const known = await run([lostSend, refused], [undefined], { onUnknown: 'resend' })
    expect(known.result).toMatchObject({ kind: 'insufficient-credits', billed: 'no' })
  })

  it.each([unreadable, new TypeError('cannot read properties of undefined')])(
    'takes an accepted request whose answer means nothing to the adapter for a lost one: %s',
    async (answer) => {
      const { result } = await run([{ outcome: 'accepted', answer }], undefined)
      expect(result).toMatchObject({ kind: 'outcome-unknown', billed: 'maybe', retry: 'never' })
      const found = await run([{ outcome: 'accepted', answer }], [handle])
      expect(found.result).toMatchObject({ started: { handle }, attempts: [{ outcome: 'accepted' }] })
      const none = await run([{ outcome: 'accepted', answer }], [undefined])
      expect(none.result).toMatchObject({ kind: 'unavailable', billed: 'no' })
    },
  )

  it('never calls a failure after acceptance free, and hands on what came before as it is', async () => {
    const blocked = new LikenessError({ kind: 'content-blocked', message: 'no' })
    expect((await run([{ outcome: 'accepted', answer: blocked }], undefined)).result).toMatchObject({
      kind: 'content-blocked',
      billed: 'maybe',
    })
    expect((await run([{ outcome: 'rejected', answer: blocked }], undefined)).result).toMatchObject({
      ...blocked.toJSON(),
      idempotencyKey,
    })
    const defect = new TypeError('x')
    expect((await run([{ outcome: 'rejected', answer: defect }], undefined)).result).toBe(defect)
  })
})
