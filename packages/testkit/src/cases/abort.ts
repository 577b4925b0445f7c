import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { isFinal, type LikenessError, watch } from '@likeness/core'
import type { BackendOperation } from '../backend.js'
import { group, skip } from '../case.js'
import { assertKind, rejection } from '../checks/rejection.js'
import { assertRefusedUnsent } from '../checks/requests.js'
import { timersLeftBy } from '../checks/timers.js'
import { fineTuneRequest, generateRequest } from '../requests.js'
import type { Session } from '../session.js'

const { cases, check } = group('abort')

const reason = new Error('the user went away')

/** Waits, without moving the clock, until the vendor has received such a request. */
async function arrival(session: Session, operation: BackendOperation): Promise<void> {
  const { journal } = session.control
  for (let turns = 0; turns < 200_000; turns += 1) {
    if (journal.some((entry) => entry.operation === operation)) return
    await turn()
  }
  assert.fail(`${operation} never arrived`)
}

function assertAborted(error: LikenessError): void {
  assertKind(error, 'aborted')
  assert.equal(error.cause, reason, 'the cause is the signal’s reason')
}

const starters = {
  'fine-tune': (session: Session, abortSignal: AbortSignal) =>
    session.fineTune().fineTune.start(fineTuneRequest(session), { abortSignal }),
  generation: (session: Session, abortSignal: AbortSignal) =>
    session.generate().generate.start(generateRequest(), { abortSignal }),
} as const

for (const kind of ['fine-tune', 'generation'] as const) {
  check(`${kind}: a signal that has fired already sends nothing`, async (session) => {
    const signal = AbortSignal.abort(reason)
    const error = await assertRefusedUnsent(session, async () => starters[kind](session, signal), 'aborted')
    assertAborted(error)
    assert.equal(error.billed, 'no')
  })

  check(`${kind}: an abort while the submit is on its way says that it may be billed`, async (session) => {
    const controller = new AbortController()
    session.control.fault({ operation: `${kind}.submit`, fault: { type: 'stall', accept: true } })
    const started = rejection(starters[kind](session, controller.signal))
    await Promise.race([arrival(session, `${kind}.submit`), started])
    controller.abort(reason)
    const error = await started
    assertKind(error, 'aborted', 'outcome-unknown')
    assert.equal(error.billed, 'maybe')
  })

  check(`${kind}: an abort ends a status read`, async (session) => {
    const { fineTune, generate } = session.provider
    const work = kind === 'fine-tune' ? fineTune : generate
    if (work === undefined) skip(`the provider has no ${kind}`)
    const controller = new AbortController()
    const { handle, status } = await starters[kind](session, new AbortController().signal)
    if (status !== undefined) skip('the answer to the submit is the end of the job')
    session.control.fault({ operation: `${kind}.status`, times: 99, fault: { type: 'stall' } })
    const read = rejection(work.status(handle, { abortSignal: controller.signal }))
    await Promise.race([arrival(session, `${kind}.status`), read])
    controller.abort(reason)
    assertAborted(await read)
  })

  check(`${kind}: an abort ends the pause before a repeated request`, async (session) => {
    const controller = new AbortController()
    const { clock } = session
    const watched = {
      now: () => clock.now(),
      sleep(ms: number, signal?: AbortSignal) {
        controller.abort(reason)
        return clock.sleep(ms, signal)
      },
    }
    const provider = session.create({ clock: watched })
    const work = kind === 'fine-tune' ? provider.fineTune : provider.generate
    if (work === undefined) skip(`the provider has no ${kind}`)
    session.control.fault({ operation: `${kind}.submit`, times: 99, fault: { type: 'rate-limited', retryAfter: 30 } })
    const start =
      kind === 'fine-tune'
        ? provider.fineTune?.start(fineTuneRequest(session), { abortSignal: controller.signal })
        : provider.generate?.start(generateRequest(), { abortSignal: controller.signal })
    const error = await rejection(Promise.resolve(start))
    assertKind(error, 'aborted')
    assert.equal(session.control.journal.filter(({ paid }) => paid).length, 1, 'it is not sent again')
  })

  check(`${kind}: an abort ends the wait, and nothing is sent afterwards`, async (session) => {
    const controller = new AbortController()
    // A job that is done at the first poll would leave nothing to wait for.
    session.control.fault({ operation: `${kind}.submit`, fault: { type: 'job-stuck' } })
    const { handle, status } = await starters[kind](session, controller.signal)
    if (status !== undefined) skip('the answer to the submit is the end of the job')
    const wait = (async () => {
      for await (const one of watch(handle, session.provider, {
        clock: session.clock,
        abortSignal: controller.signal,
      })) {
        if (isFinal(one)) return
        controller.abort(reason)
      }
    })()
    const requests = await session.requestsDuring(() => rejection(wait))
    assertKind(await rejection(wait), 'aborted')
    assert.ok(requests.filter(({ operation }) => operation === `${kind}.status`).length <= 2)
    const afterwards = await session.requestsDuring(() => session.clock.sleep(120_000))
    assert.equal(afterwards.length, 0, 'nothing is sent after the abort')
  })

  check(`${kind}: a signal that never fires is let go of`, async (session) => {
    const { signal } = new AbortController()
    const { handle } = await starters[kind](session, signal)
    const work = kind === 'fine-tune' ? session.provider.fineTune : session.provider.generate
    await work?.status(handle, { abortSignal: signal })
    await turn()
    assert.equal(getEventListeners(signal, 'abort').length, 0, 'listeners that are left on the signal')
  })
}

check('no timer is left when a call is done', async (session) => {
  const { fineTune, generate } = session.provider
  const left = await timersLeftBy(async () => {
    const training = await fineTune?.start(fineTuneRequest(session))
    if (training !== undefined) await fineTune?.status(training.handle)
    const drawing = await generate?.start(generateRequest())
    if (drawing !== undefined && drawing.status === undefined) await generate?.status(drawing.handle)
  })
  assert.equal(left, 0, 'timers that keep the process alive')
})

check('fine-tune: an abort while photos are read makes no job', async (session) => {
  const controller = new AbortController()
  const images = session.photos.map((photo, index) => ({
    ...photo,
    async *stream() {
      if (index === 2) controller.abort(reason)
      yield* photo.stream()
    },
  }))
  const { fineTune } = session.fineTune()
  const error = await rejection(
    fineTune.start(fineTuneRequest(session, { images }), { abortSignal: controller.signal }),
  )
  assertKind(error, 'aborted')
  for (let turns = 0; turns < 50; turns += 1) await turn()
  assert.equal(session.control.jobs.length, 0, 'no job was created')
})

/** Who gives up is let go at once, and knows what it may have cost. */
export const abortCases = cases
