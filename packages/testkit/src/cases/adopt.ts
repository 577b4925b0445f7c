import assert from 'node:assert/strict'
import type { FineTunedModel, ModelReference } from '@likeness/core'
import { fineTunedModelSchema } from '@likeness/core/schemas'
import { group, skip } from '../case.js'
import { assertNamed } from '../checks/names.js'
import { assertPlainJson } from '../checks/plain-json.js'
import { assertKind, rejection } from '../checks/rejection.js'
import { assertRefusedUnsent } from '../checks/requests.js'
import { fineTuneRequest, generateRequest } from '../requests.js'
import type { Session } from '../session.js'
import { draw, isOf, train } from '../work.js'

const { cases, check } = group('adopt')

/** Adopts in another process, for nothing, and draws with what comes. */
async function assertAdopted(session: Session, original: FineTunedModel, reference: ModelReference): Promise<void> {
  const provider = session.create()
  const { fineTune } = session.fineTune(provider)
  let model: FineTunedModel | undefined
  const requests = await session.requestsDuring(async () => {
    model = await fineTune.adopt(reference)
  })
  assert.ok(model)
  assert.ok(!requests.some(({ paid }) => paid), 'adopting costs nothing')
  assert.ok(fineTunedModelSchema.safeParse(model).success, 'the model must fit fineTunedModelSchema')
  assertPlainJson(model, 'model')
  assertNamed(provider, model.provider, 'the model')
  assert.equal(model.base, original.base, 'base')
  assert.deepEqual(model.subject, reference.subject, 'subject')
  assert.ok(!JSON.stringify(model).includes(session.apiKey), 'the model holds the key')
  if (provider.generate === undefined) return
  const { started } = await draw(session, generateRequest(model), provider)
  const job = session.control.jobs.find(({ id }) => id === started.handle.id)
  const applied = job?.appliedFineTunes ?? []
  assert.ok(
    applied.length === 1 && isOf(original, applied[0] ?? ''),
    `applied was ${JSON.stringify(applied)}, not ${original.id}`,
  )
}

const referenceTo = ({ subject, base, trigger }: FineTunedModel): ModelReference => ({ subject, base, trigger })

check('a training is taken over by its id, and its subject drawn', async (session) => {
  const { capabilities } = session.fineTune()
  if (!capabilities.adopts.includes('id')) skip('adopting by id is not declared')
  const { model } = await train(session, {})
  await train(session, {})
  const { base: _, ...reference } = referenceTo(model)
  await assertAdopted(session, model, { ...reference, id: model.id })
})

check('weights are taken over by their address, and their subject drawn', async (session) => {
  const { capabilities } = session.fineTune()
  if (!capabilities.adopts.includes('url')) skip('adopting by address is not declared')
  const { model } = await train(session, {})
  await train(session, {})
  const url = model.weights?.url ?? skip('the provider’s own weights have no address')
  await assertAdopted(session, model, { ...referenceTo(model), url })
})

check('what is not declared is unsupported', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  const { subject } = fineTuneRequest(session)
  const references = { id: '4211', url: 'https://weights.example.test/lora.safetensors' } as const
  for (const sort of ['id', 'url'] as const) {
    if (capabilities.adopts.includes(sort)) continue
    const reference = { subject, [sort]: references[sort] }
    await assertRefusedUnsent(session, () => fineTune.adopt(reference), 'unsupported')
  }
})

check('a reference to nothing is refused before anything is sent', async (session) => {
  const { fineTune } = session.fineTune()
  const { subject } = fineTuneRequest(session)
  await assertRefusedUnsent(session, () => fineTune.adopt({ subject }), 'invalid-request', 'unsupported')
})

check('an address that is not https is refused before anything is sent', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (!capabilities.adopts.includes('url')) skip('adopting by address is not declared')
  const { subject } = fineTuneRequest(session)
  for (const url of ['http://weights.example.test/lora', 'file:///etc/passwd', 'not an address'])
    await assertRefusedUnsent(session, () => fineTune.adopt({ subject, url }), 'invalid-request')
})

check('an id that the vendor does not know is refused', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (!capabilities.adopts.includes('id')) skip('adopting by id is not declared')
  const { model } = await train(session, {})
  const id = model.id.replace(/\d/g, '7')
  if (id === model.id) skip('the id has no digits')
  const error = await rejection(fineTune.adopt({ ...referenceTo(model), id }), 'adopting what does not exist')
  assertKind(error, 'not-found', 'expired', 'invalid-request', 'permission')
})

check('a training that has not ended is refused', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (!capabilities.adopts.includes('id')) skip('adopting by id is not declared')
  const { handle } = await fineTune.start(fineTuneRequest(session))
  const { subject } = fineTuneRequest(session)
  await rejection(fineTune.adopt({ subject, id: handle.id }), 'adopting what is being trained')
})

/** Models that were trained without Likeness. */
export const adoptCases = cases
