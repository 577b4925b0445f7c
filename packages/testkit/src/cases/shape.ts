import assert from 'node:assert/strict'
import { group } from '../case.js'
import { assertNamed } from '../checks/names.js'
import { assertPlainJson } from '../checks/plain-json.js'
import { assertNothingSent } from '../checks/requests.js'
import { fictitiousHandle, fineTuneRequest, generateRequest } from '../requests.js'
import { startAny } from '../work.js'

const { cases, check, live } = group('shape')

const methods = [
  'estimate',
  'validate',
  'preview',
  'start',
  'status',
  'pace',
  'find',
  'cancel',
  'remove',
  'list',
] as const
const fineTuneMethods = [...methods, 'adopt', 'downloadWeights', 'erase'] as const
const generateMethods = [...methods, 'download'] as const

live('names itself and the version of the contract', async ({ provider }) => {
  assert.equal(provider.specificationVersion, 'v1')
  assert.match(provider.id, /^\S+$/, 'Provider.id must be one word')
})

check('takes its id from the settings, also for its handles', async (session) => {
  const second = session.create({ id: 'second' })
  assert.equal(second.id, 'second')
  assertNamed(second, (await startAny(session, second)).provider, 'the handle')
})

live('uses the clock it is given', async ({ provider, clock }) => {
  assert.equal(provider.clock, clock)
})

live('declares capabilities that are plain JSON', async ({ provider: { capabilities } }) => {
  assertPlainJson(capabilities, 'capabilities')
})

live('has what its capabilities declare, and nothing else', async ({ provider }) => {
  const { capabilities } = provider
  assert.equal(provider.fineTune !== undefined, capabilities.fineTune !== undefined, 'fineTune and its capabilities')
  assert.equal(provider.generate !== undefined, capabilities.generate !== undefined, 'generate and its capabilities')
  assert.equal(provider.webhooks !== undefined, capabilities.webhooks !== 'none', 'webhooks and their proof')
  for (const method of fineTuneMethods)
    if (provider.fineTune) assert.equal(typeof provider.fineTune[method], 'function', `fineTune.${method}`)
  for (const method of generateMethods)
    if (provider.generate) assert.equal(typeof provider.generate[method], 'function', `generate.${method}`)
})

live('declares training that makes sense', async (session) => {
  const { bases, images, className, parameters } = session.fineTune().capabilities
  assert.ok(bases.length > 0, 'at least one base')
  assert.ok(
    images.minimum >= 1 && images.minimum <= (images.maximum ?? images.minimum),
    'minimum and maximum of images',
  )
  assert.ok(images.mediaTypes.every((type) => type.startsWith('image/')) && images.mediaTypes.length > 0, 'mediaTypes')
  if (images.recommended) assert.ok(images.recommended.minimum <= images.recommended.maximum, 'recommended images')
  if (className) new RegExp(className.pattern)
  assert.ok(
    Object.values(parameters).every((supported) => typeof supported === 'boolean'),
    'parameters are booleans',
  )
})

live('declares generation that makes sense', async (session) => {
  const { size, formats, maximumImages, parameters } = session.generate().capabilities
  assert.ok(Number.isInteger(maximumImages) && maximumImages >= 1, 'maximumImages')
  assert.ok(formats.length > 0, 'at least one format')
  assert.ok(
    Object.values(parameters).every((supported) => typeof supported === 'boolean'),
    'parameters are booleans',
  )
  if (size.kind === 'pixels') assert.ok(size.minimum <= size.maximum && size.multipleOf >= 1, 'sizes in pixels')
  else assert.ok(size.ratios.every((ratio) => /^\d+:\d+$/.test(ratio)) && size.ratios.length > 0, 'ratios')
})

live('declares limits and adoptions that make sense', async ({ provider: { capabilities } }) => {
  const { limits, fineTune } = capabilities
  for (const limit of [limits?.concurrentJobs, limits?.requestsPerMinute])
    assert.ok(limit === undefined || (Number.isInteger(limit) && limit >= 1), `a limit of ${limit}`)
  if (limits) assert.ok(limits.source.length > 0, 'limits come from a document')
  const adopts = fineTune?.adopts ?? []
  assert.ok(new Set(adopts).size === adopts.length && adopts.every((sort) => sort === 'id' || sort === 'url'), 'adopts')
})

check('does nothing when it is made', async (session) => {
  let asked = 0
  const apiKey = () => {
    asked += 1
    return session.apiKey
  }
  assertNothingSent(await session.requestsDuring(() => session.create({ apiKey })))
  assert.equal(asked, 0, 'the key must not be read before it is needed')
})

check('reads the key at each call', async (session) => {
  let key = 'not-the-key'
  const provider = session.create({ apiKey: () => key })
  key = session.apiKey
  await startAny(session, provider)
})

check('sends the headers of the settings and of the call', async (session) => {
  const provider = session.create({ headers: { 'x-conformance-settings': 'one' } })
  const requests = await session.requestsDuring(() =>
    startAny(session, provider, { headers: { 'x-conformance-call': 'two' } }),
  )
  const submit = requests.find(({ paid }) => paid)
  assert.equal(submit?.headers['x-conformance-settings'], 'one')
  assert.equal(submit?.headers['x-conformance-call'], 'two')
})

live('paces both kinds of jobs sensibly', async (session) => {
  const { provider, clock } = session
  const paces = [
    provider.fineTune?.pace(fictitiousHandle(provider, 'fine-tune', clock.now())),
    provider.generate?.pace(fictitiousHandle(provider, 'generation', clock.now())),
  ]
  for (const pace of paces) {
    if (pace === undefined) continue
    assert.ok(pace.key.length > 0, 'key')
    assert.ok(pace.minimumMs > 0, 'minimumMs')
    assert.ok(pace.minimumMs <= pace.maximumMs, 'minimumMs is at most maximumMs')
    assert.ok((pace.expectedMs ?? 0) < pace.deadlineMs, 'expectedMs is below deadlineMs')
    assert.ok(Number.isFinite(pace.deadlineMs), 'every job has a deadline')
  }
})

check('validates and estimates offline', async (session) => {
  const { fineTune, generate } = session.provider
  const requests = await session.requestsDuring(async () => {
    await fineTune?.validate(fineTuneRequest(session))
    fineTune?.estimate(fineTuneRequest(session))
    await generate?.validate(generateRequest())
    generate?.estimate(generateRequest())
  })
  assertNothingSent(requests)
})

/** What a provider is, before any job. */
export const shapeCases = cases
