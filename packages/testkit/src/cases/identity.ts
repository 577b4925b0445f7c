import assert from 'node:assert/strict'
import { type FineTunedModel, type JobStatus, LikenessError } from '@likeness/core'
import { group, skip } from '../case.js'
import { assertKind } from '../checks/rejection.js'
import { assertNothingSent, assertRefusedUnsent } from '../checks/requests.js'
import { fineTuneRequest, generateRequest } from '../requests.js'
import type { Session } from '../session.js'
import { draw, isOf, settle, train, trainedModel } from '../work.js'

const { cases, check } = group('identity')

function appliedTo(session: Session, jobId: string): readonly string[] {
  return session.control.jobs.find(({ id }) => id === jobId)?.appliedFineTunes ?? []
}

check('a picture of a subject is drawn with its fine-tune', async (session) => {
  const model = await trainedModel(session)
  const { started } = await draw(session, generateRequest(model))
  const applied = appliedTo(session, started.handle.id)
  assert.equal(applied.length, 1, `applied were ${JSON.stringify(applied)}`)
  assert.ok(isOf(model, applied[0] ?? ''), `applied was ${applied[0]}, not ${model.id}`)
})

check('of several models each picture gets its own', async (session) => {
  const first = (await train(session, {})).model
  const second = (await train(session, {})).model
  assert.notEqual(first.id, second.id)
  for (const model of [second, first]) {
    const { started } = await draw(session, generateRequest(model))
    const [applied] = appliedTo(session, started.handle.id)
    assert.ok(applied !== undefined && isOf(model, applied), `applied was ${applied}, not ${model.id}`)
  }
})

check('two models in one picture are both applied, or refused before anything is sent', async (session) => {
  const models = [{ model: (await train(session, {})).model }, { model: (await train(session, {})).model }]
  const { generate } = session.generate()
  const before = session.control.journal.length
  try {
    const { handle, status } = await generate.start(generateRequest(models[0]?.model, { models }))
    if (status === undefined) await settle(session, handle)
    const applied = appliedTo(session, handle.id)
    for (const { model } of models)
      assert.ok(
        applied.some((id) => isOf(model, id)),
        `${model.id} was not applied`,
      )
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    assertKind(error, 'unsupported', 'invalid-request')
    assertNothingSent(session.control.journal.slice(before))
  }
})

check('a model of another provider is refused before anything is sent', async (session) => {
  const { generate } = session.generate()
  const { weights: _, ...own } = await trainedModel(session)
  const foreign = { ...own, provider: 'elsewhere', id: 'elsewhere-1' }
  await assertRefusedUnsent(
    session,
    () => generate.start(generateRequest(foreign)),
    'unsupported',
    'invalid-request',
    'no-eligible-provider',
  )
})

check('weights of another base or format are refused before anything is sent', async (session) => {
  const { generate } = session.generate()
  const own = await trainedModel(session)
  const weights = { url: 'https://weights.example.test/lora.bin', format: 'no-such-format', base: 'no-such-base' }
  const foreign = { ...own, provider: 'elsewhere', id: 'elsewhere-1', weights }
  await assertRefusedUnsent(
    session,
    () => generate.start(generateRequest(foreign)),
    'unsupported',
    'invalid-request',
    'no-eligible-provider',
  )
})

check('weights from elsewhere are loaded, where declared', async (session) => {
  const { capabilities } = session.generate()
  const own = await trainedModel(session)
  const { weights, data: _, ...rest } = own
  const loadable = capabilities.loads.some(({ base, format }) => base === weights?.base && format === weights.format)
  if (!loadable) skip('the provider loads no weights that it could have trained itself')
  const foreign = { ...rest, weights, provider: 'elsewhere', id: 'elsewhere-1' }
  const { started } = await draw(session, generateRequest(foreign))
  const applied = appliedTo(session, started.handle.id)
  assert.ok(applied.length === 1 && isOf(own, applied[0] ?? ''), `applied were ${JSON.stringify(applied)}`)
})

/** The generation ends without a picture; the base model was not used in its place. */
async function assertNoPicture(session: Session, model: FineTunedModel): Promise<void> {
  const end = await assertNotOfBaseModel(session, model)
  assert.notEqual(end?.state, 'succeeded', 'a picture came although the model is gone')
}

/** The generation is refused or fails, or shows a fine-tune: the base model was not used in its place. */
async function assertNotOfBaseModel(session: Session, model: FineTunedModel): Promise<JobStatus | undefined> {
  let end: JobStatus | undefined
  try {
    const { handle, status } = await session.generate().generate.start(generateRequest(model))
    end = status ?? (await settle(session, handle))
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    assertKind(error, 'not-found', 'expired', 'invalid-request', 'unsupported', 'job-failed', 'permission')
  }
  const without = session.control.jobs.filter(
    ({ kind, appliedFineTunes, id }) =>
      kind === 'generation' &&
      appliedFineTunes.length === 0 &&
      session.control.invoice.some(({ jobId, status }) => jobId === id && status === 'billed'),
  )
  assert.deepEqual(
    without.map(({ id }) => id),
    [],
    'billed jobs of the base model',
  )
  return end
}

check('an expired model is never replaced by the base model', async (session) => {
  const { handle, model } = await train(session, {})
  session.control.expire(handle.id)
  await assertNoPicture(session, model)
})

check('a removed model is never replaced by the base model', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (!capabilities.remove) skip('remove is not declared')
  const { model } = await train(session, {})
  await fineTune.remove(model)
  await assertNoPicture(session, model)
})

check('a model that never existed is never replaced by the base model', async (session) => {
  const { model } = await train(session, {})
  const changed = JSON.parse(JSON.stringify(model).replaceAll(model.id, model.id.replace(/\d/g, '7'))) as FineTunedModel
  if (changed.id === model.id) skip('the id has no digits')
  // Where the vendor calls the model by something else than its id, the picture may show the subject after all.
  await assertNotOfBaseModel(session, changed)
})

check('a training that failed yields no model', async (session) => {
  const { fineTune } = session.fineTune()
  session.control.fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
  const { handle } = await fineTune.start(fineTuneRequest(session))
  try {
    assert.notEqual((await settle(session, handle)).state, 'succeeded')
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    assertKind(error, 'timeout')
  }
})

/** A request for a subject is answered with that subject, or not at all. */
export const identityCases = cases
