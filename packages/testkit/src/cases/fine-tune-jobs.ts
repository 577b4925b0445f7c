import assert from 'node:assert/strict'
import { jobHandleSchema } from '@likeness/core/schemas'
import { group, skip } from '../case.js'
import { assertRefusedUnsent } from '../checks/requests.js'
import { fictitiousHandle, fineTuneRequest, generateRequest } from '../requests.js'
import { modelOf, settle, train } from '../work.js'

const { cases, check } = group('fine-tune')

check('cancel stops a training, or is unsupported', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (!capabilities.cancel) {
    const handle = fictitiousHandle(session.provider, 'fine-tune', session.clock.now())
    await assertRefusedUnsent(session, () => fineTune.cancel(handle), 'unsupported')
    return
  }
  const { handle } = await fineTune.start(fineTuneRequest(session))
  const outcome = await fineTune.cancel(handle)
  assert.ok(['canceled', 'requested', 'finished'].includes(outcome), `an outcome, not ${outcome}`)
  const { state } = await settle(session, handle)
  if (outcome === 'canceled') assert.equal(state, 'canceled')
})

check('cancel of a finished training says that it was finished', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (!capabilities.cancel) skip('cancel is not declared')
  const { handle } = await train(session)
  assert.equal(await fineTune.cancel(handle), 'finished')
})

check('remove deletes the model, or is unsupported', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  const { model } = await train(session)
  if (!capabilities.remove) {
    await assertRefusedUnsent(session, () => fineTune.remove(model), 'unsupported')
    return
  }
  const requests = await session.requestsDuring(() => fineTune.remove(model))
  const removal = requests.find(({ operation }) => operation.endsWith('.remove'))
  assert.ok(removal?.status !== undefined && removal.status < 300, 'the vendor was asked to remove it, and did')
})

check('list pages through all trainings, or is unsupported', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (!capabilities.list) {
    await assertRefusedUnsent(session, () => fineTune.list(), 'unsupported')
    return
  }
  const started = [await fineTune.start(fineTuneRequest(session)), await fineTune.start(fineTuneRequest(session))]
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await fineTune.list({ limit: 1, ...(cursor === undefined ? {} : { cursor }) })
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.next
  } while (cursor !== undefined && ids.length < 20)
  assert.deepEqual([...ids].sort(), started.map(({ handle }) => handle.id).sort(), 'all trainings, each once')
})

check('find knows a training by its request, or is unsupported', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  const request = fineTuneRequest(session)
  const since = session.clock.now()
  if (!capabilities.find) {
    await assertRefusedUnsent(session, () => fineTune.find(request, { since }), 'unsupported')
    return
  }
  assert.equal(await fineTune.find(request, { since }), undefined, 'before anything was started')
  const { handle } = await fineTune.start(request)
  await fineTune.start(fineTuneRequest(session))
  assert.equal((await fineTune.find(request, { since }))?.id, handle.id)
})

check('a found handle is as good as the one that was lost', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (!capabilities.find) skip('find is not declared')
  const request = fineTuneRequest(session)
  const since = session.clock.now()
  await fineTune.start(request)
  const found = await fineTune.find(request, { since })
  assert.ok(found, 'the training is found')
  assert.ok(jobHandleSchema.safeParse(found).success, 'the handle must fit jobHandleSchema')
  const model = modelOf(await settle(session, found))
  await session.provider.generate?.start(generateRequest(model))
})

/** What can be done about trainings that were started: cancel, remove, list, find. */
export const fineTuneJobCases = cases
