import assert from 'node:assert/strict'
import { jobHandleSchema } from '@likeness/core/schemas'
import { group, skip } from '../case.js'
import { assertRefusedUnsent } from '../checks/requests.js'
import { fictitiousHandle, generateRequest } from '../requests.js'
import { draw, settle, trainedModel } from '../work.js'

const { cases, check } = group('generate')

check('cancel stops a generation, or is unsupported', async (session) => {
  const { generate, capabilities } = session.generate()
  if (!capabilities.cancel) {
    const handle = fictitiousHandle(session.provider, 'generation', session.clock.now())
    await assertRefusedUnsent(session, () => generate.cancel(handle), 'unsupported')
    return
  }
  const { handle } = await generate.start(generateRequest())
  const outcome = await generate.cancel(handle)
  assert.ok(['canceled', 'requested', 'finished'].includes(outcome), `an outcome, not ${outcome}`)
  const { state } = await settle(session, handle)
  if (outcome === 'canceled') assert.equal(state, 'canceled')
})

check('cancel of a finished generation says that it was finished', async (session) => {
  const { generate, capabilities } = session.generate()
  if (!capabilities.cancel) skip('cancel is not declared')
  const { started } = await draw(session, generateRequest())
  assert.equal(await generate.cancel(started.handle), 'finished')
})

check('remove deletes the pictures, or is unsupported', async (session) => {
  const { generate, capabilities } = session.generate()
  if (!capabilities.remove) {
    const handle = fictitiousHandle(session.provider, 'generation', session.clock.now())
    await assertRefusedUnsent(session, () => generate.remove(handle), 'unsupported')
    return
  }
  const { started } = await draw(session, generateRequest())
  const requests = await session.requestsDuring(() => generate.remove(started.handle))
  const removal = requests.find(({ operation }) => operation === 'generation.remove')
  assert.ok(removal?.status !== undefined && removal.status < 300, 'the vendor was asked to remove it, and did')
})

check('list pages through all generations, or is unsupported', async (session) => {
  const { generate, capabilities } = session.generate()
  if (!capabilities.list) {
    await assertRefusedUnsent(session, () => generate.list(), 'unsupported')
    return
  }
  const model = await trainedModel(session)
  const started = [await generate.start(generateRequest(model)), await generate.start(generateRequest(model))]
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await generate.list({ model, limit: 1, ...(cursor === undefined ? {} : { cursor }) })
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.next
  } while (cursor !== undefined && ids.length < 20)
  assert.deepEqual([...ids].sort(), started.map(({ handle }) => handle.id).sort(), 'all generations, each once')
})

check('find knows a generation by its request, or is unsupported', async (session) => {
  const { generate, capabilities } = session.generate()
  const request = generateRequest()
  const since = session.clock.now()
  if (!capabilities.find) {
    await assertRefusedUnsent(session, () => generate.find(request, { since }), 'unsupported')
    return
  }
  assert.equal(await generate.find(request, { since }), undefined, 'before anything was started')
  const { handle } = await generate.start(request)
  await generate.start(generateRequest(undefined, { prompt: 'something quite different' }))
  const found = await generate.find(request, { since })
  assert.equal(found?.id, handle.id)
  assert.ok(jobHandleSchema.safeParse(found).success, 'the handle must fit jobHandleSchema')
})

/** What can be done about generations that were started: cancel, remove, list, find. */
export const generateJobCases = cases
