import assert from 'node:assert/strict'
import { type JobHandle, type JobStatus, type Provider, resume, watch } from '@likeness/core'
import { group, skip } from '../case.js'
import { assertNamed } from '../checks/names.js'
import { assertKind, rejection } from '../checks/rejection.js'
import { fineTuneRequest, generateRequest } from '../requests.js'
import type { Session } from '../session.js'
import { draw, read, settle, train } from '../work.js'

const neverStuck = group('never-stuck')
const resuming = group('resume')

const kinds = ['fine-tune', 'generation'] as const

async function start(
  session: Session,
  kind: (typeof kinds)[number],
  provider: Provider = session.provider,
): Promise<JobHandle> {
  if (kind === 'fine-tune') return (await session.fineTune(provider).fineTune.start(fineTuneRequest(session))).handle
  const { handle, status } = await session.generate(provider).generate.start(generateRequest())
  if (status !== undefined) skip('the answer to the submit is the end of the job')
  return handle
}

async function wait(session: Session, handle: JobHandle, timeoutMs?: number): Promise<JobStatus | undefined> {
  const { provider, clock } = session
  let last: JobStatus | undefined
  for await (last of watch(handle, provider, { clock, ...(timeoutMs === undefined ? {} : { timeoutMs }) }));
  return last
}

for (const kind of kinds) {
  neverStuck.check(`${kind}: a job that never ends, ends at its deadline`, async (session) => {
    session.control.fault({ operation: `${kind}.submit`, fault: { type: 'job-stuck' } })
    const handle = await start(session, kind)
    const { deadlineMs } = (kind === 'fine-tune' ? session.fineTune().fineTune : session.generate().generate).pace(
      handle,
    )
    const last = await wait(session, handle).catch((error: unknown) => error)
    const waited = session.clock.now() - Date.parse(handle.startedAt)
    assert.ok(waited < deadlineMs + 600_000, `it ended after ${waited} ms, the deadline is ${deadlineMs}`)
    // An adapter may know by itself that a job is lost; else the loop gives up, and the job can be resumed.
    if (typeof last === 'object' && last !== null && 'state' in last) return assert.equal(last.state, 'failed')
    const error = await rejection(Promise.reject(last))
    assertKind(error, 'timeout')
    assert.ok(waited >= deadlineMs, `it was given up after ${waited} ms, the deadline is ${deadlineMs}`)
    assert.equal(error.handle?.id, handle.id, 'the error carries the handle')
  })

  neverStuck.check(`${kind}: the caller’s deadline counts`, async (session) => {
    session.control.fault({ operation: `${kind}.submit`, fault: { type: 'job-stuck' } })
    const handle = await start(session, kind)
    assertKind(await rejection(wait(session, handle, 30_000)), 'timeout')
  })

  neverStuck.check(`${kind}: a vendor that cannot be asked is asked until the deadline`, async (session) => {
    const handle = await start(session, kind)
    await session.control.goOffline()
    assertKind(await rejection(wait(session, handle, 120_000)), 'timeout')
  })

  neverStuck.check(`${kind}: the vendor is not polled faster than declared`, async (session) => {
    const handle = await start(session, kind)
    const { minimumMs } = (kind === 'fine-tune' ? session.fineTune().fineTune : session.generate().generate).pace(
      handle,
    )
    const requests = await session.requestsDuring(() => wait(session, handle))
    const times = requests.filter(({ operation }) => operation === `${kind}.status`).map(({ at }) => at)
    times.slice(1).forEach((at, index) => {
      const gap = at - (times[index] ?? at)
      assert.ok(gap >= minimumMs, `two reads within ${gap} ms, at least ${minimumMs} are declared`)
    })
  })

  resuming.check(`${kind}: another process finishes the job with the handle from JSON`, async (session) => {
    const handle: JobHandle = JSON.parse(JSON.stringify(await start(session, kind)))
    const elsewhere = session.create()
    const result = await resume(handle, elsewhere, { clock: session.clock })
    if (result.kind === 'fine-tune') assertNamed(elsewhere, result.model.provider, 'the model')
    else assert.equal(result.images.length, 1)
    const billed = session.control.invoice.filter(({ kind: of }) => of === kind)
    assert.equal(billed.length, 1, 'it is billed once')
  })

  resuming.check(`${kind}: a status says the same in every process`, async (session) => {
    const handle: JobHandle = JSON.parse(JSON.stringify(await start(session, kind)))
    await wait(session, handle)
    const work = (provider: Provider) => (kind === 'fine-tune' ? provider.fineTune : provider.generate)
    const here = await work(session.provider)?.status(handle)
    const there = await work(session.create())?.status(handle)
    assert.deepEqual(JSON.parse(JSON.stringify(there)), JSON.parse(JSON.stringify(here)))
  })

  resuming.check(`${kind}: a job that the vendor has deleted is expired`, async (session) => {
    const handle =
      kind === 'fine-tune' ? (await train(session, {})).handle : (await draw(session, generateRequest())).started.handle
    session.control.expire(handle.id)
    const work = kind === 'fine-tune' ? session.provider.fineTune : session.provider.generate
    const end = await Promise.resolve(work?.status(handle)).catch((error: unknown) => error)
    if (typeof end === 'object' && end !== null && 'state' in end) assert.equal(end.state, 'expired')
    else assertKind(await rejection(Promise.reject(end)), 'expired', 'not-found')
  })
}

resuming.check('a model from JSON draws in another process', async (session) => {
  const { model } = await train(session, {})
  const elsewhere = session.create()
  const { generate } = session.generate(elsewhere)
  const { handle, status } = await generate.start(generateRequest(JSON.parse(JSON.stringify(model))))
  const end = status ?? (await settle(session, handle, elsewhere))
  assert.equal(end.state, 'succeeded')
  if ('images' in end) assert.ok((await read(session, end.images[0], elsewhere)).length > 0)
})

/** Every job ends. */
export const neverStuckCases = neverStuck.cases

/** A job outlives the process that started it. */
export const resumeCases = resuming.cases
