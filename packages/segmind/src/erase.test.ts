import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulated, emulate, failureOf } from '../test/emulated.js'
import type { SegmindProvider } from './provider.js'

let emulated: Emulated
let provider: SegmindProvider

beforeEach(() => {
  emulated = emulate()
  provider = emulated.connect({ baseModel: 'FLUX' })
})

afterEach(() => emulated.emulator.close())

const updates = () => emulated.vendor.journal.filter(({ operation }) => operation === 'fine-tune.update')

describe('erasing a model', () => {
  it('says what the vendor cannot delete, whom to ask, and what it deletes itself', async () => {
    const model = await emulated.train(provider)
    const now = emulated.emulator.clock.now()
    const lines = await provider.fineTune.erase(model)
    expect(lines.map(({ item, outcome, until }) => [item, outcome, until])).toEqual([
      ['model', 'impossible', undefined],
      ['weights', 'impossible', undefined],
      ['dataset', 'impossible', undefined],
      ['generations', 'expires', new Date(now + 3600_000).toISOString()],
      ['outputs', 'expires', new Date(now + 7 * 24 * 3600_000).toISOString()],
    ])
    expect(lines.every(({ id, detail }) => id === model.id && detail !== undefined)).toBe(true)
    expect(lines[0]?.detail).toContain('support')
    expect(updates()).toEqual([])
    expect(JSON.parse(JSON.stringify(lines))).toEqual(lines)
  })

  it('takes a public model from the public', async () => {
    const model = await emulated.train(provider)
    await provider.updateAccess(model, { public: true })
    const [line] = await provider.fineTune.erase(model)
    expect(line).toMatchObject({ outcome: 'impossible', detail: expect.stringContaining('is private now') })
    expect(updates().map(({ body }) => body)).toEqual([
      [
        ['request_id', model.id],
        ['segmind_public', 'True'],
      ],
      [
        ['request_id', model.id],
        ['segmind_public', 'False'],
      ],
    ])
    await provider.fineTune.erase(model)
    expect(updates()).toHaveLength(2)
  })

  it('tells where even that fails', async () => {
    const model = await emulated.train(provider)
    await provider.updateAccess(model, { public: true })
    emulated.vendor.fault({ operation: 'fine-tune.update', fault: { type: 'forbidden' } })
    const [line] = await provider.fineTune.erase(model)
    expect(line).toMatchObject({ outcome: 'impossible', detail: expect.stringContaining('could not be made private') })
    emulated.vendor.fault({ operation: 'fine-tune.status', fault: { type: 'forbidden' } })
    const [unread] = await provider.fineTune.erase(model)
    expect(unread).toMatchObject({ outcome: 'impossible', detail: expect.stringContaining('could not be read') })
  })

  it('knows a model that is not there', async () => {
    const model = await emulated.train(provider)
    emulated.vendor.expire(model.id)
    const lines = await provider.fineTune.erase(model)
    expect(lines[0]).toEqual({ item: 'model', outcome: 'absent', id: model.id })
    expect(lines.filter(({ outcome }) => outcome === 'deleted')).toEqual([])
  })

  it('stops when the caller does, and refuses a model of another provider', async () => {
    const model = await emulated.train(provider)
    const before = emulated.vendor.journal.length
    const { erase } = provider.fineTune
    const abortSignal = AbortSignal.abort()
    expect(await failureOf(erase(model, { abortSignal }))).toMatchObject({ kind: 'aborted' })
    expect(await failureOf(erase({ ...model, provider: 'other' }))).toMatchObject({ kind: 'invalid-request' })
    expect(emulated.vendor.journal).toHaveLength(before)
  })
})
