import * as ai from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PictureScore, ReadyScorer } from '../scorer.js'
import { judgeScorer } from './judge.js'
import type { JudgeSources } from './judge-model.js'
import type { JudgeSettings } from './settings.js'
import { drawColour, newFolder, scored, subjectOf } from './test-scored.js'

type Result = Extract<
  NonNullable<NonNullable<ConstructorParameters<typeof MockLanguageModelV4>[0]>['doGenerate']>,
  { readonly content: unknown }
>

const tokens = { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }
const usage = { inputTokens: tokens, outputTokens: { total: 1, text: 1, reasoning: 0 } }
function saying(text: string): Result {
  return { content: [{ type: 'text', text }], finishReason: { unified: 'stop', raw: undefined }, usage, warnings: [] }
}
const opinion = (adherence: unknown, likeness: unknown) =>
  saying(JSON.stringify({ observations: 'a dog', adherence, likeness }))

const settings: JudgeSettings = { module: '/judge.mjs', costPerCallUSD: 0.1, limitUSD: 10 }
const sourcesOf = (given: unknown, environment: JudgeSources['environment'] = {}): JudgeSources => ({
  library: async () => ai,
  module: async () => given,
  environment,
})
const modelOf = (doGenerate: NonNullable<ConstructorParameters<typeof MockLanguageModelV4>[0]>['doGenerate']) =>
  new MockLanguageModelV4({ provider: 'some', modelId: 'judge-1', ...(doGenerate && { doGenerate }) })

let photos: readonly string[]
let picture: string
beforeAll(async () => {
  const folder = await newFolder()
  photos = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((index) => drawColour(folder, `photo-${index}`, [index * 40, 0, 0])),
  )
  const withPlace = sharp({ create: { width: 2000, height: 1000, channels: 3, background: '#00f' } })
  picture = `${folder}/picture.jpg`
  await withPlace.withExif({ IFD0: { Copyright: 'secret place' } }).toFile(picture)
})

async function opened(given: unknown, more: Partial<JudgeSettings> = {}, of = photos): Promise<ReadyScorer> {
  const ready = await judgeScorer({ ...settings, ...more }, sourcesOf(given)).open(subjectOf('dog', of))
  if (ready.state !== 'ready') throw new Error(ready.reason)
  return ready
}
const judge = (ready: ReadyScorer): Promise<PictureScore> => ready.score(scored(picture, '{subject} says "hello"'))
const failed = (message: unknown) => ({ state: 'not-measured', reason: 'failed', message })

describe('judgeScorer', () => {
  it('gives both numbers of one request', async () => {
    const model = modelOf(opinion(0.75, 0))
    const { readings } = await judge(await opened(model))
    expect(readings).toEqual({
      'judge-adherence': { state: 'measured', value: 0.75 },
      'judge-likeness': { state: 'measured', value: 0 },
    })
    expect(model.doGenerateCalls).toHaveLength(1)
  })

  it('sends the prompt, four photos and the picture, small and without metadata', async () => {
    const model = modelOf(opinion(1, 1))
    await judge(await opened(model, { instructions: 'Mind the ears.' }))
    const [system, user] = model.doGenerateCalls[0]?.prompt ?? []
    expect(system).toMatchObject({
      role: 'system',
      content: expect.stringMatching(/4 images are photos of one dog[\s\S]*Mind the ears\.$/),
    })
    if (user?.role !== 'user') throw new Error('no message of a user')
    const [words, ...images] = user.content
    expect(words).toMatchObject({ type: 'text', text: String.raw`Prompt: "dog says \"hello\""` })
    const sent = images.map((part) => {
      if (part.type !== 'file' || part.data.type !== 'data') throw new Error(part.type)
      return Buffer.from(part.data.data)
    })
    const shapes = await Promise.all(sent.map((bytes) => sharp(bytes).metadata()))
    expect(shapes.map(({ width, exif, format }) => [format, width, exif])).toEqual([
      ...[1, 2, 3, 4].map(() => ['jpeg', 16, undefined]),
      ['jpeg', 1024, undefined],
    ])
    expect(model.doGenerateCalls[0]?.responseFormat).toMatchObject({ type: 'json', schema: { type: 'object' } })
  })

  it('does not ask for likeness where there are no photos', async () => {
    const model = modelOf(saying('{"observations":"","adherence":0.5}'))
    const { readings } = await judge(await opened(model, {}, []))
    expect(readings['judge-adherence']).toEqual({ state: 'measured', value: 0.5 })
    expect(readings['judge-likeness']).toMatchObject({ state: 'not-measured', reason: 'too-few-photos' })
    expect(JSON.stringify(model.doGenerateCalls[0]?.responseFormat)).not.toContain('likeness')
  })

  it.each([
    ['a number above 1', opinion(7, 0.5), 'something else than numbers'],
    ['a number below 0', opinion(0.5, -1), 'something else than numbers'],
    ['a word for a number', opinion('high', 0.5), 'NoObjectGeneratedError'],
    ['half an answer', saying('{"adherence":0.5}'), 'NoObjectGeneratedError'],
    ['prose', saying('A fine picture!'), 'NoObjectGeneratedError'],
  ])('takes no number from %s', async (_, answer, words) => {
    const { readings } = await judge(await opened(modelOf(answer)))
    expect(Object.values(readings)).toEqual([failed(expect.stringContaining(words)), failed(expect.anything())])
  })

  it('stops sending at the limit, over all subjects', async () => {
    const model = modelOf([opinion(1, 1), opinion(1, 1), opinion(1, 1), opinion(1, 1)])
    // 0.1 + 0.2 is more than 0.3 to a computer; three requests are still within it.
    const scorer = judgeScorer({ ...settings, limitUSD: 0.3 }, sourcesOf(model))
    const results: PictureScore[] = []
    for (const name of ['dog', 'cat']) {
      const ready = await scorer.open(subjectOf(name, photos))
      if (ready.state !== 'ready') throw new Error(ready.reason)
      results.push(await judge(ready), await judge(ready))
    }
    expect(model.doGenerateCalls).toHaveLength(3)
    expect(results.map(({ readings }) => readings['judge-adherence']?.state)).toEqual([
      'measured',
      'measured',
      'measured',
      'not-measured',
    ])
    expect(results[3]?.readings['judge-likeness']).toEqual(failed(expect.stringContaining('scorers.judge.limitUSD')))
  })

  it('stops at the limit where pictures are judged at the same time', async () => {
    const model = modelOf(async () => opinion(1, 1))
    const ready = await opened(model, { limitUSD: 0.2 })
    await Promise.all([judge(ready), judge(ready), judge(ready), judge(ready)])
    expect(model.doGenerateCalls).toHaveLength(2)
  })

  it('counts every request that is sent again', async () => {
    const busy = new ai.APICallError({
      message: 'busy: key sk-123',
      url: 'https://vendor.example/v1?key=sk-123',
      requestBodyValues: {},
      statusCode: 529,
      isRetryable: true,
      responseHeaders: { 'retry-after-ms': '0' },
    })
    const model = modelOf(() => Promise.reject(busy))
    const ready = await opened(model, { limitUSD: 0.2 })
    const { readings } = await judge(ready)
    expect(model.doGenerateCalls).toHaveLength(2)
    expect(readings['judge-adherence']).toEqual(failed(expect.stringContaining('limitUSD')))
  })

  it('says with which status a service failed, and nothing of its words', async () => {
    const refused = new ai.APICallError({
      message: 'Incorrect key sk-123',
      url: 'https://vendor.example/v1?key=sk-123',
      requestBodyValues: {},
      statusCode: 401,
      isRetryable: false,
    })
    const { readings } = await judge(await opened(modelOf(() => Promise.reject(refused))))
    expect(readings['judge-likeness']).toEqual(failed('The judge gave no answer: AI_APICallError (status 401).'))
  })

  it('is not there without the library, a key or a model', async () => {
    const reasonOf = async (sources: JudgeSources, more: Partial<JudgeSettings> = {}) => {
      const ready = await judgeScorer({ ...settings, ...more }, sources).open(subjectOf('dog', photos))
      return ready.state === 'unavailable' ? ready.reason : 'ready'
    }
    const without = { ...sourcesOf(undefined), library: async () => undefined }
    const gateway = { module: undefined, model: 'some/judge-1' }
    expect(await reasonOf(without)).toContain('add the package ai')
    expect(await reasonOf(sourcesOf({ name: 'no model' }))).toContain('/judge.mjs must export a language model')
    expect(await reasonOf(sourcesOf(undefined), gateway)).toContain('set AI_GATEWAY_API_KEY')
    expect(await reasonOf(sourcesOf(undefined, { AI_GATEWAY_API_KEY: 'key' }), gateway)).toBe('ready')
  })

  it('says where pictures go and what that may cost', async () => {
    const { notes, models } = await opened(modelOf(opinion(1, 1)))
    expect(models).toEqual([{ id: 'some/judge-1' }])
    expect(notes.join(' ')).toMatch(
      /4 photos of rex are sent to some\/judge-1.*at most 10 US dollars at 0\.1 a request/,
    )
  })

  it('judges anew when model, photos, class or instructions are others, not when the limit is', async () => {
    const of = async (ready: Promise<ReadyScorer>) => (await ready).fingerprint
    const before = await of(opened(modelOf(opinion(1, 1))))
    expect(await of(opened(modelOf(opinion(1, 1)), { limitUSD: 20 }))).toBe(before)
    const others = [
      await of(opened(new MockLanguageModelV4({ provider: 'some', modelId: 'judge-2' }))),
      await of(opened(modelOf(opinion(1, 1)), { instructions: 'Be strict.' })),
      await of(opened(modelOf(opinion(1, 1)), {}, photos.slice(1))),
    ]
    expect(new Set([before, ...others]).size).toBe(4)
  })
})
