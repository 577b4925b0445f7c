import { createAstria } from '@likeness/astria'
import { createPortfolio, type FineTunedModel, fineTune, generate, type Provider } from '@likeness/core'
import { createEmulator, createVirtualClock } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { trainingPhotos } from '@likeness/testkit'
import { SpanStatusCode } from '@opentelemetry/api'
import { expect, it, onTestFinished } from 'vitest'
import { createRouter } from '../router.js'
import { createCollector } from './test-collector.js'
import { traceRouter } from './trace-router.js'

const FAL_KEY = 'fal-id:5ec2e7f00dba11'
const ASTRIA_KEY = 'sd_5ec2e7cafe42'
const PROMPT = 'a watercolour of {subject} under a plum tree'
const subject = { className: 'toy robot', kind: 'product', name: 'Zebulon' } as const

/** A router over emulated vendors, of which fal is asked first. */
async function createScene() {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock, keys: { fal: FAL_KEY, astria: ASTRIA_KEY } })
  onTestFinished(() => emulator.close())
  const common = {
    clock,
    fetch: (input: Parameters<typeof fetch>[0], init?: RequestInit) => emulator.fetch(input, init),
  }
  const fal = createFal({ ...emulator.endpoints.fal, ...common })
  const astria = createAstria({ ...emulator.endpoints.astria, ...common })
  const train = async (provider: Provider): Promise<FineTunedModel> =>
    (await fineTune({ provider, subject, images: trainingPhotos(), trigger: 'ohwx' })).model
  const portfolio = createPortfolio(subject, [await train(fal), await train(astria)])
  const router = createRouter({
    providers: { fal, astria },
    target: {
      strategy: { mode: 'fallback' },
      targets: [{ provider: 'fal', timeoutMs: 20_000 }, { provider: 'astria' }],
    },
    clock,
  })
  const collector = createCollector()
  const stop = traceRouter(router, { tracer: collector.tracer, meter: collector.meter })
  const { vendors } = emulator
  const billed = (vendor: 'fal' | 'astria') =>
    vendors[vendor].invoice.filter(({ kind, status }) => kind === 'generation' && status === 'billed')
  return { vendors, fal, portfolio, router, collector, stop, billed }
}

it('tells a fallback as it happened, and its cost as the vendor billed it', async () => {
  const { vendors, portfolio, router, collector, billed } = await createScene()
  vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'unavailable' }, times: 10 })
  await generate({ provider: router, portfolio, prompt: PROMPT, seed: 1 })
  const routed = collector.span('route generate_content')
  const attempts = collector.spans().filter(({ name }) => name === 'generate_content flux-1-dev')
  expect(attempts.map(({ attributes }) => [attributes['likeness.target'], attributes['likeness.outcome']])).toEqual([
    ['fal', 'failed'],
    ['astria', 'succeeded'],
  ])
  for (const { parentSpanContext } of attempts) expect(parentSpanContext?.spanId).toBe(routed.spanContext().spanId)
  expect(attempts[0]?.attributes['error.type']).toBe('unavailable')
  expect(routed.events.map(({ name }) => name)).toContain('likeness.fallback')
  expect(billed('fal')).toEqual([])
  const [bill, ...others] = billed('astria')
  expect(others).toEqual([])
  expect(attempts[1]?.attributes['gen_ai.response.id']).toBe(bill?.jobId)
  expect(routed.attributes['likeness.cost_usd']).toBe((bill?.amount ?? 0) / 1e9)
  expect((await collector.points('likeness.cost')).map(([, value]) => value)).toEqual([(bill?.amount ?? 0) / 1e9])
  expect((await collector.points('likeness.jobs')).map(([, value]) => value)).toEqual([1])
})

it('tells a job that never ended as one whose cost is unknown: fal only promises to cancel it', async () => {
  const { vendors, portfolio, router, collector, billed } = await createScene()
  vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'job-stuck' } })
  await generate({ provider: router, portfolio, prompt: PROMPT })
  const stuck = collector.span('generate_content flux-1-dev', 'fal')
  expect(stuck.attributes['error.type']).toBe('timeout')
  expect(stuck.attributes['likeness.cost_usd']).toBeUndefined()
  expect((await collector.points('likeness.unknown_costs')).map(([, value]) => value)).toEqual([1])
  expect(stuck.status.code).toBe(SpanStatusCode.ERROR)
  expect(stuck.events.map(({ name }) => name)).toContain('likeness.job.progress')
  expect([billed('fal').length, billed('astria').length]).toEqual([0, 1])
})

it('counts an answer that was lost as unknown, not as free', async () => {
  const { vendors, portfolio, router, collector, billed } = await createScene()
  vendors.fal.fault({ operation: 'generation.submit', fault: { type: 'gateway-timeout-after' } })
  await expect(generate({ provider: router, portfolio, prompt: PROMPT })).rejects.toMatchObject({
    kind: 'outcome-unknown',
  })
  expect(billed('astria')).toEqual([])
  expect((await collector.points('likeness.unknown_outcomes')).map(([, value]) => value)).toEqual([1])
  expect((await collector.points('likeness.unknown_costs')).map(([, value]) => value)).toEqual([1])
  expect(await collector.points('likeness.cost')).toEqual([])
  expect(collector.span('route generate_content').attributes['error.type']).toBe('outcome-unknown')
})

it('holds no key, prompt, address or name of the subject in anything it records, whatever happens', async () => {
  const { vendors, portfolio, router, collector, stop } = await createScene()
  const make = (options: object = {}) =>
    generate({ provider: router, portfolio, prompt: PROMPT, tags: { customer: 'Zebulon GmbH' }, ...options }).catch(
      () => undefined,
    )
  for (const type of ['unauthorized', 'invalid-field', 'content-blocked', 'html-error', 'reset-after'] as const) {
    vendors.fal.fault({ operation: 'generation.submit', fault: { type } })
    vendors.astria.fault({ operation: 'generation.submit', fault: { type } })
    await make()
  }
  vendors.fal.fault({
    operation: 'generation.submit',
    fault: { type: 'job-failed', message: `cannot draw: ${PROMPT}` },
  })
  await make({ n: 2, negativePrompt: 'plum pudding' })
  await fineTune({ provider: router, subject, images: trainingPhotos(), trigger: 'ohwx' })
  stop()
  const text = await collector.text()
  expect(collector.spans().length).toBeGreaterThan(10)
  expect(text).toContain('fine_tune')
  const unwanted = ['5ec2e7', 'watercolour', 'plum', 'Zebulon', 'toy robot', 'ohwx', 'http', 'safetensors']
  expect(unwanted.filter((word) => text.includes(word))).toEqual([])
})
