import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPortfolio, fineTune, generate } from '@likeness/core'
import { group } from '../case.js'
import { assertNamed } from '../checks/names.js'
import { assertPlainJson } from '../checks/plain-json.js'
import { assertRefusedUnsent } from '../checks/requests.js'
import { readImage } from '../photos/read-image.js'
import { trainingPhotos } from '../photos/training-photos.js'
import { fineTuneRequest } from '../requests.js'
import { train, trainedModel } from '../work.js'

const { cases, check, live } = group('everyday')

check('fineTune trains, and tells what it took', async (session) => {
  session.fineTune()
  const { provider, clock, control } = session
  const { subject } = fineTuneRequest(session)
  const result = await fineTune({ provider, clock, subject, images: trainingPhotos() })
  assertNamed(provider, result.model.provider, 'the model')
  assert.deepEqual(
    result.attempts.map(({ outcome }) => outcome),
    ['accepted'],
  )
  assert.equal(result.handle.kind, 'fine-tune')
  assert.ok(result.durationMs >= 0)
  assertPlainJson(result.providerMetadata, 'providerMetadata')
  assert.equal(control.invoice.length, 1)
})

live('generate draws from a portfolio, and the picture can be saved', async (session) => {
  session.generate()
  const { provider, clock } = session
  const model = await trainedModel(session)
  const portfolio = createPortfolio(model.subject, [model])
  const { images, warnings, failures } = await generate({
    provider,
    clock,
    portfolio,
    prompt: 'a portrait of {subject} on a beach',
  })
  assert.deepEqual([images.length, failures.length], [1, 0])
  assert.deepEqual(warnings, [], 'a plain request needs no warning')
  const folder = await mkdtemp(join(tmpdir(), 'likeness-conformance-'))
  try {
    const path = join(folder, 'portrait')
    await images[0]?.save(path)
    readImage(await readFile(path))
  } finally {
    await rm(folder, { recursive: true })
  }
})

check('a portfolio without a model for this provider is refused before anything is sent', async (session) => {
  session.generate()
  const { provider, clock } = session
  const { weights: _, ...own } = await trainedModel(session)
  const portfolio = createPortfolio(own.subject, [{ ...own, provider: 'elsewhere' }])
  const draw = () => generate({ provider, clock, portfolio, prompt: 'a portrait of {subject}' })
  await assertRefusedUnsent(session, draw, 'no-eligible-provider')
})

check('a model whose time is over is refused before anything is sent', async (session) => {
  session.generate()
  const { provider, clock } = session
  const { model } = await train(session, {})
  const expired = { ...model, expiresAt: new Date(clock.now() - 1_000).toISOString() }
  const portfolio = createPortfolio(model.subject, [expired])
  const draw = () => generate({ provider, clock, portfolio, prompt: 'a portrait of {subject}' })
  await assertRefusedUnsent(session, draw, 'expired')
})

/** The functions that apps call, with this provider. */
export const everydayCases = cases
