import assert from 'node:assert/strict'
import { isFinal, startGenerate } from '@likeness/core'
import { jobHandleSchema } from '@likeness/core/schemas'
import { group, skip } from '../case.js'
import { assertNamed, optionsFor } from '../checks/names.js'
import { assertPlainJson } from '../checks/plain-json.js'
import { assertKind } from '../checks/rejection.js'
import { assertRefusedUnsent } from '../checks/requests.js'
import { holds, leavesOf, pathsOf } from '../checks/wire.js'
import { readImage } from '../photos/read-image.js'
import { generateRequest } from '../requests.js'
import { draw, picturesOf, read, settle, statusesOf, trainedModel } from '../work.js'

const { cases, check, live } = group('generate')

check('a start makes one job and returns a handle that names it', async (session) => {
  const request = generateRequest()
  const { handle } = await session.generate().generate.start(request)
  const jobs = session.control.jobs.filter(({ kind }) => kind === 'generation')
  assert.deepEqual(
    jobs.map(({ id }) => id),
    [handle.id],
    'the jobs at the vendor are the one of the handle',
  )
  assert.equal(handle.kind, 'generation')
  assertNamed(session.provider, handle.provider, 'the handle')
  assert.equal(handle.idempotencyKey, request.idempotencyKey)
  assert.equal(handle.n, 1)
  assert.ok(Math.abs(Date.parse(handle.startedAt) - session.clock.now()) < 120_000, 'startedAt is when it was accepted')
})

check('a handle is JSON and holds no secret', async (session) => {
  const { handle } = await session.generate().generate.start(generateRequest())
  const json = JSON.stringify(handle)
  assertPlainJson(handle, 'handle')
  assert.ok(jobHandleSchema.safeParse(handle).success, 'the handle must fit jobHandleSchema')
  assert.ok(!json.includes(session.apiKey), 'the handle holds the key')
})

check('a start returns at once and asks for nothing', async (session) => {
  const { clock, control } = session
  const before = clock.now()
  await session.generate().generate.start(generateRequest())
  const asked = control.journal.filter(({ operation }) => /\.(status|result)$/.test(operation))
  assert.equal(asked.length, 0, 'asking for the status is the poll loop’s work')
  assert.equal(clock.now(), before, 'an adapter must not sleep')
})

live('a generation ends with a picture of its subject', async (session) => {
  const { status } = await draw(session, generateRequest(await trainedModel(session)))
  assert.equal(status.images.length, 1)
  assert.deepEqual(status.failures, [])
  const [image] = status.images
  assertPlainJson(image, 'image')
  const facts = readImage(await read(session, image))
  if (image?.mediaType !== undefined) assert.equal(image.mediaType, facts.mediaType)
  if (image?.width !== undefined) assert.equal(image.width, facts.width)
  if (image?.height !== undefined) assert.equal(image.height, facts.height)
})

check('without a model the base model draws', async (session) => {
  const { started } = await draw(session, generateRequest())
  const job = session.control.jobs.find(({ id }) => id === started.handle.id)
  assert.deepEqual(job?.appliedFineTunes, [])
})

check('as many pictures come as were asked for', async (session) => {
  const n = Math.min(3, session.generate().capabilities.maximumImages)
  if (n === 1) skip('one picture a request')
  const { started, status } = await draw(session, generateRequest(undefined, { n }))
  assert.equal(started.handle.n, n)
  assert.equal(status.images.length, n)
  assert.equal(new Set(status.images.map(({ url }) => url)).size, n, 'each has an address of its own')
  for (const image of status.images) readImage(await read(session, image))
})

check('more pictures than declared are refused before anything is sent', async (session) => {
  const { generate, capabilities } = session.generate()
  const n = capabilities.maximumImages + 1
  const { provider, clock } = session
  // Beyond what any request may ask for, it is for the everyday function to refuse.
  const start = () =>
    n > 100
      ? startGenerate({ provider, clock, prompt: 'a lighthouse', n })
      : generate.start(generateRequest(undefined, { n }))
  await assertRefusedUnsent(session, start, 'invalid-request', 'unsupported')
})

check('pictures that are missing are reported as failures', async (session) => {
  const reply = session.replies.partialResult ?? skip('the kit was given no reply with a missing picture')
  const { generate } = session.generate()
  const { handle } = await generate.start(generateRequest(undefined, { n: 2 }))
  const { operation, status = 200, headers, body } = reply(handle.id)
  session.control.fault({ operation, times: 99, fault: { type: 'status', status, body, ...(headers && { headers }) } })
  const end = picturesOf(await settle(session, handle))
  assert.equal(end.images.length, 1, 'the picture that came is kept')
  assert.equal(end.failures.length, 1, 'the one that did not come is a failure')
})

check('the same seed draws the same picture, another seed another', async (session) => {
  if (!session.generate().capabilities.parameters.seed) skip('seed is not declared')
  const model = session.provider.fineTune === undefined ? undefined : await trainedModel(session)
  const picture = async (seed: number) => {
    const { status } = await draw(session, generateRequest(model, { seed }))
    const [image] = status.images
    if (image?.seed !== undefined) assert.equal(image.seed, seed, 'the seed that is reported')
    return read(session, image)
  }
  const first = await picture(4242)
  assert.ok(first.equals(await picture(4242)), 'the same seed')
  assert.ok(!first.equals(await picture(4243)), 'another seed')
})

check('the states come in order, and the last one stays', async (session) => {
  const { generate } = session.generate()
  const { handle, status } = await generate.start(generateRequest())
  if (status !== undefined) skip('the answer to the submit is the end of the job')
  const statuses = await statusesOf(session, handle)
  assert.ok(
    statuses.slice(0, -1).every((one) => !isFinal(one)),
    'only the last state is final',
  )
  await session.clock.sleep(30_000)
  assert.equal((await generate.status(handle)).state, statuses.at(-1)?.state, 'a final state stays')
})

check('the first status of a new job is not final', async (session) => {
  const { generate } = session.generate()
  const started = await generate.start(generateRequest())
  if (started.status !== undefined) skip('the answer to the submit is the end of the job')
  const status = await generate.status(started.handle)
  assert.ok(!isFinal(status), `a job that was just accepted cannot be ${status.state}`)
})

check('a state of an unknown name means that the work goes on', async (session) => {
  const reply = session.replies.unknownGenerationState ?? skip('the kit was given no reply with an unknown state')
  const { generate } = session.generate()
  const { handle } = await generate.start(generateRequest())
  const { operation, status = 200, headers, body } = reply(handle.id)
  session.control.fault({ operation, fault: { type: 'status', status, body, ...(headers && { headers }) } })
  assert.ok(!isFinal(await generate.status(handle)), 'an unknown state is not an end')
  picturesOf(await settle(session, handle))
})

check('a generation that fails ends as failed, however the vendor says so', async (session) => {
  session.control.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
  const { handle, status } = await session.generate().generate.start(generateRequest())
  const end = status ?? (await settle(session, handle))
  assert.equal(end.state, 'failed')
  if (end.state === 'failed') assertKind(end.error, 'job-failed')
})

check('a generation that is blocked says content-blocked', async (session) => {
  session.control.fault({ operation: 'generation.submit', fault: { type: 'job-blocked' } })
  const { handle, status } = await session.generate().generate.start(generateRequest())
  const end = status ?? (await settle(session, handle))
  assert.equal(end.state, 'failed')
  if (end.state === 'failed') assertKind(end.error, 'content-blocked')
})

check('{subject} is replaced, the rest of the prompt arrives as it was', async (session) => {
  const model = await trainedModel(session)
  const request = generateRequest(model, { prompt: 'Ünïcode “quoted” portrait of {subject}, $& and $1' })
  const requests = await session.requestsDuring(() => session.generate().generate.start(request))
  const sent = requests.flatMap((entry) => [...leavesOf(entry).values()])
  assert.ok(!sent.some((value) => value.includes('{subject}')), '{subject} must not reach the vendor')
  assert.ok(
    sent.some((value) => value.includes('Ünïcode “quoted” portrait of ')),
    'what stands before it',
  )
  assert.ok(
    sent.some((value) => value.includes(', $& and $1')),
    'what stands after it',
  )
  if (model.trigger !== undefined)
    assert.ok(
      sent.some((value) => holds(value, model.trigger ?? '')),
      'the trigger word',
    )
})

check('{subject} without a model is refused before anything is sent', async (session) => {
  const { generate } = session.generate()
  const request = generateRequest(undefined, { prompt: 'a portrait of {subject}' })
  await assertRefusedUnsent(session, () => generate.start(request), 'invalid-request')
})

check(
  'an unknown option of this provider is refused before anything is sent, and another’s is not looked at',
  async (session) => {
    const { generate } = session.generate()
    const wrong = generateRequest(undefined, { providerOptions: optionsFor(session.provider, { noSuchOption: 1 }) })
    const error = await assertRefusedUnsent(session, () => generate.start(wrong), 'invalid-request')
    assert.ok(
      error.fields?.some(({ field }) => field.includes('noSuchOption')),
      'the error names the option',
    )
    await generate.validate(generateRequest(undefined, { providerOptions: { elsewhere: { noSuchOption: 1 } } }))
  },
)

check('tags stay with the app', async (session) => {
  const request = generateRequest(undefined, { tags: { customer: 'tag-marker-7731' } })
  const requests = await session.requestsDuring(() => session.generate().generate.start(request))
  assert.deepEqual(pathsOf(requests, 'tag-marker-7731'), [], 'tags are not sent to vendors')
})

/** Pictures, from submit to file. */
export const generateCases = cases
