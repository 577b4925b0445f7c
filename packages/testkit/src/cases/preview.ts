import assert from 'node:assert/strict'
import type { JobKind, Provider, RequestPreview } from '@likeness/core'
import type { JournalEntry } from '../backend.js'
import { group, skip } from '../case.js'
import { assertPlainJson } from '../checks/plain-json.js'
import { assertNothingSent, assertRefusedUnsent } from '../checks/requests.js'
import { differences } from '../checks/same-body.js'
import { assertSecretFree } from '../checks/secrets.js'
import { imageFile } from '../photos/image-file.js'
import { trainingPhotos } from '../photos/training-photos.js'
import { fineTuneRequest, generateRequest } from '../requests.js'
import type { Session } from '../session.js'
import { usualRequest } from '../work.js'

const { cases, check } = group('preview')

/** One request, to be looked at and to be sent. */
interface Work {
  preview(provider?: Provider): Promise<RequestPreview>
  start(): Promise<unknown>
  /** Sizes of the files that go along. */
  readonly files: readonly number[]
}

async function trainingOf(session: Session): Promise<Work> {
  const { fineTune } = session.fineTune()
  const request = fineTuneRequest(session)
  return {
    preview: (provider) => session.fineTune(provider).fineTune.preview(request),
    start: () => fineTune.start(request),
    files: request.images.map(({ bytes }) => bytes),
  }
}

async function generationOf(session: Session): Promise<Work> {
  const { generate, capabilities } = session.generate()
  const { seed, image } = capabilities.parameters
  const [photo = skip('there is no photo')] = trainingPhotos()
  const file = imageFile(photo, 'start.png')
  const given = { ...(seed ? { seed: 4242 } : {}), ...(image ? { image: file } : {}) }
  const request = await usualRequest(session, given)
  return {
    preview: (provider) => session.generate(provider).generate.preview(request),
    start: () => generate.start(request),
    files: image ? [file.bytes] : [],
  }
}

/** Headers that say the same in other words: by the connection, or by a boundary that is drawn for each send. */
const unequal = ['content-type', 'content-length', 'host', 'connection', 'transfer-encoding']

function assertSame(preview: RequestPreview, entry: JournalEntry): void {
  const { pathname, searchParams } = new URL(preview.url)
  assert.equal(preview.operation, entry.operation, 'operation')
  assert.equal(preview.method, entry.method, 'method')
  assert.equal(pathname, entry.path, 'path')
  assert.deepEqual(differences(Object.fromEntries(searchParams), entry.query, 'query'), [], 'the query differs at')
  assert.deepEqual(differences(preview.body, entry.body), [], 'the body differs at')
  for (const [name, value] of Object.entries(preview.headers)) {
    assert.equal(name, name.toLowerCase(), 'names of headers are in lower case')
    if (value !== '***' && !unequal.includes(name)) assert.equal(value, entry.headers[name], `header ${name}`)
  }
}

const works: Readonly<Record<JobKind, (session: Session) => Promise<Work>>> = {
  'fine-tune': trainingOf,
  generation: generationOf,
}

for (const kind of ['fine-tune', 'generation'] as const) {
  check(`${kind}: it sends nothing and needs no key`, async (session) => {
    const { preview } = await works[kind](session)
    let asked = 0
    const apiKey = () => {
      asked += 1
      return session.apiKey
    }
    const provider = session.create({ apiKey })
    asked = 0
    assertNothingSent(await session.requestsDuring(() => preview(provider)))
    assert.equal(asked, 0, 'the key must not be read')
  })

  check(`${kind}: it masks the key`, async (session) => {
    const preview = await (await works[kind](session)).preview()
    assertPlainJson(preview, 'preview')
    assertSecretFree(preview, [session.apiKey, session.webhookSecret])
    assert.ok(Object.values(preview.headers).includes('***'), 'the header of the key is there, as ***')
  })

  check(`${kind}: it is the request that arrives`, async (session) => {
    const { preview, start } = await works[kind](session)
    const shown = await preview()
    const requests = await session.requestsDuring(start)
    const paid = requests.find((entry) => entry.paid)
    assert.ok(paid, 'a paid request arrived')
    assertSame(shown, paid)
  })

  check(`${kind}: it lists the files that go along`, async (session) => {
    const { preview, files } = await works[kind](session)
    const shown = await preview()
    const sizes = shown.files.map(({ bytes }) => bytes)
    const left = files.filter((bytes) => !sizes.includes(bytes))
    assert.deepEqual(left, [], 'sizes of files that are not listed')
    assert.ok(
      shown.files.every(({ name }) => name.length > 0),
      'each has a name',
    )
  })
}

check('fine-tune: it refuses what a start refuses', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  const { images } = fineTuneRequest(session)
  if (capabilities.images.minimum === 1) skip('one photo is enough')
  const request = fineTuneRequest(session, { images: images.slice(0, capabilities.images.minimum - 1) })
  await assertRefusedUnsent(session, () => fineTune.preview(request), 'invalid-request', 'no-eligible-provider')
})

check('generation: it refuses what a start refuses', async (session) => {
  const { generate } = session.generate()
  const request = generateRequest(undefined, { prompt: 'a portrait of {subject}' })
  await assertRefusedUnsent(session, () => generate.preview(request), 'invalid-request', 'no-eligible-provider')
})

/** What would be sent, told beforehand. */
export const previewCases = cases
