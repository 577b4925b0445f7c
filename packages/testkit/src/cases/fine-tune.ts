import assert from 'node:assert/strict'
import { isFinal, LikenessError, startFineTune } from '@likeness/core'
import { fineTunedModelSchema, jobHandleSchema } from '@likeness/core/schemas'
import { group, skip } from '../case.js'
import { assertNamed, optionsFor } from '../checks/names.js'
import { assertPlainJson } from '../checks/plain-json.js'
import { assertKind } from '../checks/rejection.js'
import { assertRefusedUnsent } from '../checks/requests.js'
import { holds, leavesOf } from '../checks/wire.js'
import { trainingPhotos } from '../photos/training-photos.js'
import { fineTuneRequest } from '../requests.js'
import { modelOf, settle, statusesOf, train } from '../work.js'

const { cases, check, live } = group('fine-tune')

check('a start makes one job and returns a handle that names it', async (session) => {
  const { fineTune } = session.fineTune()
  const request = fineTuneRequest(session)
  const { handle } = await fineTune.start(request)
  const jobs = session.control.jobs.filter(({ kind }) => kind === 'fine-tune')
  assert.deepEqual(
    jobs.map(({ id }) => id),
    [handle.id],
    'the jobs at the vendor are the one of the handle',
  )
  assert.equal(handle.kind, 'fine-tune')
  assertNamed(session.provider, handle.provider, 'the handle')
  assert.equal(handle.idempotencyKey, request.idempotencyKey)
  assert.equal(handle.subject?.className, request.subject.className)
  assert.ok(Math.abs(Date.parse(handle.startedAt) - session.clock.now()) < 120_000, 'startedAt is when it was accepted')
})

check('a handle is JSON and holds no secret', async (session) => {
  const { handle } = await session.fineTune().fineTune.start(fineTuneRequest(session))
  const json = JSON.stringify(handle)
  assertPlainJson(handle, 'handle')
  assert.ok(jobHandleSchema.safeParse(handle).success, 'the handle must fit jobHandleSchema')
  assert.ok(!json.includes(session.apiKey), 'the handle holds the key')
})

check('a start returns at once and asks for nothing', async (session) => {
  const { clock, control } = session
  const before = clock.now()
  await session.fineTune().fineTune.start(fineTuneRequest(session))
  const asked = control.journal.filter(({ operation }) => /\.(status|result)$/.test(operation))
  assert.equal(asked.length, 0, 'asking for the status is the poll loop’s work')
  assert.equal(clock.now(), before, 'an adapter must not sleep')
})

live('a training ends with a model', async (session) => {
  const { capabilities } = session.fineTune()
  const { handle, model } = await train(session)
  assert.ok(fineTunedModelSchema.safeParse(model).success, 'the model must fit fineTunedModelSchema')
  assertPlainJson(model, 'model')
  assertNamed(session.provider, model.provider, 'the model')
  assert.ok(capabilities.bases.includes(model.base), `base ${model.base} is one of those declared`)
  assert.equal(model.subject.className, handle.subject?.className)
  assert.notEqual(model.mock, true)
  assert.equal(model.weights !== undefined, capabilities.weights, 'weights, and whether they are declared')
  assert.ok(!JSON.stringify(model).includes(session.apiKey), 'the model holds the key')
})

check('the states come in order, and the last one stays', async (session) => {
  const { fineTune } = session.fineTune()
  const { handle } = await fineTune.start(fineTuneRequest(session))
  const statuses = await statusesOf(session, handle)
  assert.ok(
    statuses.slice(0, -1).every((status) => !isFinal(status)),
    'only the last state is final',
  )
  const order = ['queued', 'running', 'deploying', 'succeeded']
  const deployed = statuses.findIndex(({ state }) => state === 'deploying')
  const later = deployed < 0 ? [] : statuses.slice(deployed).map(({ state }) => state)
  assert.deepEqual(
    later,
    [...later].sort((one, other) => order.indexOf(one) - order.indexOf(other)),
    'after deploying',
  )
  for (const status of statuses)
    if ('progress' in status && status.progress !== undefined)
      assert.ok(status.progress >= 0 && status.progress <= 1, `progress ${status.progress} is from 0 to 1`)
  await session.clock.sleep(60_000)
  assert.deepEqual((await fineTune.status(handle)).state, statuses.at(-1)?.state, 'a final state stays')
})

check('the first status of a new job is not final', async (session) => {
  const { fineTune } = session.fineTune()
  const { handle } = await fineTune.start(fineTuneRequest(session))
  const status = await fineTune.status(handle)
  assert.ok(!isFinal(status), `a job that was just accepted cannot be ${status.state}`)
})

check('a state of an unknown name means that the work goes on', async (session) => {
  const reply = session.replies.unknownFineTuneState ?? skip('the kit was given no reply with an unknown state')
  const { fineTune } = session.fineTune()
  const { handle } = await fineTune.start(fineTuneRequest(session))
  const { operation, status = 200, headers, body } = reply(handle.id)
  session.control.fault({ operation, fault: { type: 'status', status, body, ...(headers && { headers }) } })
  assert.ok(!isFinal(await fineTune.status(handle)), 'an unknown state is not an end')
  modelOf(await settle(session, handle))
})

check('a training that fails ends, as failed or at its deadline', async (session) => {
  const { fineTune } = session.fineTune()
  session.control.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
  const { handle } = await fineTune.start(fineTuneRequest(session))
  try {
    const status = await settle(session, handle)
    assert.equal(status.state, 'failed')
    if (status.state === 'failed') assertKind(status.error, 'job-failed')
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    assertKind(error, 'timeout')
  }
})

check('too few photos are refused before anything is sent', async (session) => {
  const { capabilities } = session.fineTune()
  if (capabilities.images.minimum === 1) skip('one photo is enough')
  const images = trainingPhotos().slice(0, capabilities.images.minimum - 1)
  const { subject } = fineTuneRequest(session)
  const error = await assertRefusedUnsent(
    session,
    () => startFineTune({ provider: session.provider, subject, images }),
    'invalid-request',
  )
  assert.ok(
    error.fields?.some(({ field }) => field.startsWith('images')),
    'the error names `images`',
  )
})

check('a class name that the vendor would refuse is refused before anything is sent', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  const { className } = capabilities
  if (className === undefined) skip('the vendor takes any class name')
  const wrong = ['', ' ', 'ünïcödé_1!', '<dog>', 'a'.repeat(500)].find(
    (name) => !new RegExp(className.pattern).test(name),
  )
  const request = fineTuneRequest(session, { subject: { className: wrong ?? skip('no wrong name is known') } })
  const error = await assertRefusedUnsent(session, () => fineTune.start(request), 'invalid-request')
  assert.ok(
    error.fields?.some(({ field }) => field === 'subject.className'),
    'the error names `subject.className`',
  )
})

check('an unknown base is refused before anything is sent', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (!capabilities.parameters.base) skip('base is not declared')
  const request = fineTuneRequest(session, { base: 'no-such-base-model' })
  await assertRefusedUnsent(session, () => fineTune.start(request), 'invalid-request', 'unsupported')
})

check(
  'an unknown option of this provider is refused before anything is sent, and another’s is not looked at',
  async (session) => {
    const { fineTune } = session.fineTune()
    const wrong = fineTuneRequest(session, { providerOptions: optionsFor(session.provider, { noSuchOption: 1 }) })
    const error = await assertRefusedUnsent(session, () => fineTune.start(wrong), 'invalid-request')
    assert.ok(
      error.fields?.some(({ field }) => field.includes('noSuchOption')),
      'the error names the option',
    )
    await fineTune.validate(fineTuneRequest(session, { providerOptions: { elsewhere: { noSuchOption: 1 } } }))
  },
)

check('a mock training is free and says so, or is refused', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  const request = fineTuneRequest(session, { mode: 'mock' })
  if (!capabilities.parameters.mode) {
    await assertRefusedUnsent(session, () => fineTune.start(request), 'unsupported')
    return
  }
  const { handle } = await fineTune.start(request)
  const model = modelOf(await settle(session, handle))
  assert.equal(model.mock, true)
  const charged = session.control.invoice.filter(({ jobId }) => jobId === handle.id)
  assert.equal(
    charged.reduce((sum, { amount }) => sum + amount, 0),
    0,
    'a mock training is free',
  )
})

check('tags stay with the app', async (session) => {
  const request = fineTuneRequest(session, { tags: { customer: 'tag-marker-7731' } })
  const requests = await session.requestsDuring(() => session.fineTune().fineTune.start(request))
  const sent = requests.flatMap((entry) => [...leavesOf(entry).values(), ...Object.values(entry.headers)])
  assert.ok(!sent.some((value) => holds(value, 'tag-marker-7731')), 'tags are not sent to vendors')
})

/** Training, from submit to model. */
export const fineTuneCases = cases
