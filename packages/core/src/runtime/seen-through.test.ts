import { describe, expect, it } from 'vitest'
import { LikenessError } from '../error.js'
import { createPortfolio, selectModel } from '../portfolio.js'
import type { Provider } from '../provider.js'
import type { RunContext } from '../run.js'
import { generate } from './generate.js'
import { oneImage, testClock, testHandle, testProvider } from './test-provider.js'

const clock = testClock()
const handle = testHandle(clock, { provider: 'whole' })
const step = {
  target: 'one',
  provider: 'test',
  role: 'first',
  outcome: 'succeeded',
  at: handle.startedAt,
  ms: 5,
} as const
const subject = { className: 'dog' }
const model = { provider: 'test', id: 'm', base: 'flux-1-dev', subject, createdAt: handle.startedAt }

/** A provider made of `test`, which sees its jobs through. */
function whole(run: NonNullable<NonNullable<Provider['generate']>['run']>): Provider {
  const member = testProvider({ clock })
  const { generate: jobs, ...rest } = member
  if (jobs === undefined) throw new Error('the test provider generates')
  return { ...rest, id: 'whole', members: [member], generate: { ...jobs, run } }
}

describe('a provider that is made of others', () => {
  it('is given the portfolio to choose from, and sees the job through itself', async () => {
    const contexts: RunContext[] = []
    const provider = whole(async (request, context) => {
      contexts.push(context)
      expect(request.models).toEqual([])
      expect(request.portfolio?.models).toEqual([model])
      if (oneImage.state !== 'succeeded' || !('images' in oneImage)) throw new Error('one image')
      return { handle, status: oneImage, warnings: [], attempts: [], trail: [step] }
    })
    const portfolio = createPortfolio(subject, [model])
    const result = await generate({ provider, portfolio, prompt: 'a {subject}', timeoutMs: 9_000 })
    expect(result.trail).toEqual([step])
    expect(result.images).toHaveLength(1)
    expect(contexts[0]).toMatchObject({ timeoutMs: 9_000 })
  })

  it('has the models of its members, and tells why each has none', () => {
    const provider = whole(() => Promise.reject(new Error('not called')))
    expect(selectModel(createPortfolio(subject, [model]), provider, clock.now())).toBe(model)
    const elsewhere = createPortfolio(subject, [{ ...model, provider: 'elsewhere' }])
    expect(() => selectModel(elsewhere, provider, clock.now())).toThrow(/test has no usable model/)
    const expired = createPortfolio(subject, [{ ...model, expiresAt: '2020-01-01T00:00:00.000Z' }])
    expect(() => selectModel(expired, provider, clock.now())).toThrow(expect.objectContaining({ kind: 'expired' }))
  })
})

describe('weights with a private address', () => {
  it('open for who trained them alone', () => {
    const { capabilities, ...rest } = testProvider({ clock })
    const loads = [{ base: 'flux-1-dev', format: 'diffusers-lora' }]
    const provider = {
      ...rest,
      capabilities: { ...capabilities, generate: { ...capabilities.generate, loads } },
    } as Provider
    const weights = { url: 'https://bucket.example/w', base: 'flux-1-dev', format: 'diffusers-lora' }
    const foreign = { ...model, provider: 'elsewhere', weights }
    expect(selectModel(createPortfolio(subject, [foreign]), provider, clock.now())).toBe(foreign)
    const closed = { ...foreign, weights: { ...weights, access: 'vendor' as const } }
    expect(() => selectModel(createPortfolio(subject, [closed]), provider, clock.now())).toThrow(
      /opens for elsewhere alone/,
    )
  })
})

describe('an error with causes', () => {
  it('comes back from JSON whole', () => {
    const cause = new LikenessError({ kind: 'unavailable', message: 'down', provider: 'test' })
    const error = new LikenessError({ kind: 'no-eligible-provider', message: 'nobody', causes: [cause], trail: [step] })
    const back = LikenessError.from(JSON.parse(JSON.stringify(error)))
    expect(back.trail).toEqual([step])
    expect(back.causes?.map((one) => [LikenessError.is(one), one.kind])).toEqual([[true, 'unavailable']])
    expect(error.with({ hint: 'wait' }).causes).toEqual([cause])
  })
})
