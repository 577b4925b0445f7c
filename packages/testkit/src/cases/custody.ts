import assert from 'node:assert/strict'
import type { Erasure, FineTunedModel, FineTuneStatus, JobStatus } from '@likeness/core'
import { LikenessError } from '@likeness/core'
import { group, skip } from '../case.js'
import { assertPlainJson } from '../checks/plain-json.js'
import { assertRefusedUnsent } from '../checks/requests.js'
import { generateRequest } from '../requests.js'
import type { Session } from '../session.js'
import { draw, settle, train } from '../work.js'

const { cases, check } = group('custody')

async function bytesOf(session: Session, model: FineTunedModel): Promise<Buffer> {
  const { stream } = await session.fineTune().fineTune.downloadWeights(model)
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What the vendor itself serves at an address, without any key; `undefined` where it does not. */
async function served(session: Session, url: string): Promise<Buffer | undefined> {
  const { fetch = globalThis.fetch } = session
  const response = await fetch(url).catch(() => undefined)
  return response?.ok ? Buffer.from(await response.arrayBuffer()) : undefined
}

check('weights come as the vendor serves them, where declared', async (session) => {
  const { capabilities } = session.fineTune()
  if (!capabilities.weights) skip('weights are not declared')
  const { model } = await train(session, {})
  const bytes = await bytesOf(session, model)
  assert.ok(bytes.length > 0, 'the file is not empty')
  const { url = '', bytes: announced } = model.weights ?? {}
  const there = await served(session, url)
  if (there !== undefined) assert.ok(bytes.equals(there), 'they are the bytes that lie at their address')
  if (announced !== undefined) assert.equal(bytes.length, announced, 'as many as the model says')
})

check('weights that cannot leave are unsupported', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (capabilities.weights) skip('weights are declared')
  const { model } = await train(session, {})
  await assertRefusedUnsent(session, () => fineTune.downloadWeights(model), 'unsupported')
})

/** Every line says what it is about, and why it is not done where it is not. */
function assertTold(lines: readonly Erasure[]): void {
  assertPlainJson(lines, 'erasure')
  assert.ok(
    lines.some(({ item }) => item === 'model' || item === 'weights'),
    'the model, or its weights, are told of',
  )
  assert.ok(
    lines.some(({ item }) => item === 'dataset'),
    'the training images are told of',
  )
  for (const { item, outcome, until, detail } of lines) {
    if (outcome === 'impossible' || outcome === 'failed') assert.ok(detail, `${item} is ${outcome}: why, and what then`)
    if (outcome === 'expires') assert.ok(!Number.isNaN(Date.parse(until ?? '')), `${item} expires: when`)
  }
}

const isDeleted = (lines: readonly Erasure[], item: Erasure['item']) =>
  lines.some((line) => line.item === item && line.outcome === 'deleted')

/** The model draws no picture any more, and is no training that has succeeded. */
async function assertGone(session: Session, model: FineTunedModel): Promise<void> {
  let end: JobStatus | FineTuneStatus | undefined
  try {
    const { handle, status } = await session.generate().generate.start(generateRequest(model))
    end = status ?? (await settle(session, handle))
  } catch (error) {
    if (!LikenessError.is(error)) throw error
  }
  assert.notEqual(end?.state, 'succeeded', 'the model is told to be deleted, and still draws')
}

check('what is told to be deleted is gone, the rest is told', async (session) => {
  const { fineTune } = session.fineTune()
  const { model } = await train(session, {})
  const drawn = session.provider.generate && (await draw(session, generateRequest(model)))
  const pictures = drawn?.status.images.map(({ url }) => url) ?? []
  const weights = model.weights?.url ?? ''
  const before = await served(session, weights)
  let lines: readonly Erasure[] = []
  const requests = await session.requestsDuring(async () => {
    lines = await fineTune.erase(model)
  })
  assertTold(lines)
  assert.ok(!lines.some(({ outcome }) => outcome === 'failed'), `nothing is in the way, but: ${JSON.stringify(lines)}`)
  if (lines.some(({ outcome }) => outcome === 'deleted')) {
    const accepted = requests.some(({ method, status = 0 }) => method !== 'GET' && status >= 200 && status < 300)
    assert.ok(accepted, 'what is deleted was asked to be deleted, and the vendor did so')
  }
  if (isDeleted(lines, 'weights') && before !== undefined)
    assert.equal(await served(session, weights), undefined, 'the weights are told to be deleted, and still served')
  if (isDeleted(lines, 'generations'))
    for (const url of pictures)
      assert.equal(await served(session, url), undefined, 'a picture is told to be deleted, and still served')
  const deleted = isDeleted(lines, 'model') || isDeleted(lines, 'weights')
  if (deleted && session.provider.generate !== undefined) await assertGone(session, model)
  const { remove } = session.fineTune().capabilities
  assert.equal(deleted, remove, 'a model that can be removed is, and no other')
})

check('erasing again does not fail, and deletes nothing', async (session) => {
  const { fineTune } = session.fineTune()
  const { model } = await train(session, {})
  await fineTune.erase(model)
  const lines = await fineTune.erase(model)
  assertTold(lines)
  const again = lines.filter(({ item, outcome }) => outcome === 'deleted' && (item === 'model' || item === 'weights'))
  assert.deepEqual(again, [], 'what is gone cannot be deleted')
})

check('what the vendor refuses to delete is told as failed', async (session) => {
  const { fineTune } = session.fineTune()
  const { model } = await train(session, {})
  session.control.fault({ times: 200, fault: { type: 'forbidden' } })
  const lines = await fineTune.erase(model)
  assertTold(lines)
  assert.ok(!lines.some(({ outcome }) => outcome === 'deleted'), 'the vendor deleted nothing')
  const { remove } = session.fineTune().capabilities
  if (remove)
    assert.ok(
      lines.some(({ outcome }) => outcome === 'failed'),
      'the refusal is told',
    )
})

/** Weights that are kept, and models that are given up. */
export const custodyCases = cases
